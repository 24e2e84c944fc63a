/* The card: everything that is known of one place, from the grid outwards. */
function buildCard(view, chain) {
  const card = make("aside", "card");
  card.append(button("close", "×", view.say("close"), () => view.select(null)));
  const { community, grid, micro, building } = chain;
  const head = grid || community;
  if (head) {
    card.append(
      make("div", "kind", view.say(head.layer.replace("ies", "y").replace(/s$/, ""))),
      make("h2", "", head.name), make("div", "code", head.grid_code || head.community_code),
      buildFacts(view, head),
    );
  }
  if (grid && Object.hasOwn(view.posts, grid.grid_code)) card.append(buildPosts(view, grid));
  if (micro) card.append(section(view, "micro_grid", micro, micro.name));
  if (building) card.append(section(view, "building", building, building.building_id));
  if (grid && community) card.append(section(view, "community", community, community.name));
  const findings = view.features.findings.filter((finding) =>
    chain.findings.includes(finding) || (grid
      ? finding.grid_code === grid.grid_code
      : !finding.grid_code && finding.community_code === community?.community_code));
  if (findings.length) card.append(buildFindings(view, findings));
  return card;
}

function buildPosts(view, grid) {
  const box = make("section");
  const list = make("dl", "facts");
  for (const [post, holder] of view.posts[grid.grid_code]) {
    list.append(make("dt", "", view.sayValue(post)),
      make("dd", "", holder ?? view.say("vacant")));
  }
  box.append(list);
  return box;
}

function section(view, key, feature, name) {
  const box = make("section");
  const head = make("h3");
  head.append(make("span", "", view.say(key)), make("b", "", name));
  box.append(head, buildFacts(view, feature));
  return box;
}

const FACTS = {
  base_grids: ["households", "deviation", "micro_count", "area_m2", "line_clarity",
    "compactness", "reason"],
  micro_grids: ["grid_code", "households", "buildings"],
  exclusive_grids: ["kind", "responsible"],
  buildings: ["households", "floors", "compound_id", "address"],
  communities: ["subdistrict", "households", "base_count", "micro_count",
    "exclusive_count", "status", "gap", "given_up", "reason"],
};

function buildFacts(view, feature) {
  const list = make("dl", "facts");
  for (const column of FACTS[feature.layer]) {
    const value = feature[column];
    if (value === null || value === undefined) continue;
    const key = column === "buildings" ? "building_count" : column;
    const shown = make("dd", "", view.showValue(column, value));
    if (column === "deviation") {
      const chip = make("i", "swatch");
      chip.style.background = view.style.colours[deviationClass(value, view.style)];
      shown.prepend(chip);
    }
    list.append(make("dt", "", view.say(key)), shown);
  }
  return list;
}

function buildFindings(view, findings) {
  const box = make("section");
  const head = make("h3");
  head.append(make("span", "", view.say("findings")));
  box.append(head);
  for (const finding of findings) {
    const row = make("p", `finding ${finding.severity}`);
    row.append(make("b", "", finding.rule),
      make("span", "", view.message(finding)));
    box.append(row);
  }
  return box;
}
