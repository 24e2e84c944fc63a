/* The card: everything that is known of one place, and who answers for it. */

function buildCard(view, chain) {
  const card = make("aside", "card");
  card.append(button("close", "×", view.say("close"), () => view.select(null)));
  const { community, grid, micro, building } = chain;
  const head = grid || community;
  if (head) {
    card.append(
      make("div", "kind", view.say(singular(head.layer))),
      make("h2", "", head.name), make("div", "code", head.grid_code || head.community_code),
    );
  }
  for (const mark of chain.marks) card.append(aboutFeature(view, mark));
  if (building) card.append(aboutFeature(view, building));
  if (head) card.append(buildFacts(view, head));
  if (grid && postsOf(view, grid.grid_code).length) card.append(buildPosts(view, grid));
  if (grid && view.hasOrganisations) card.append(buildOrganisations(view, grid));
  if (grid && community) card.append(buildEscalation(view, grid, community));
  if (micro) card.append(aboutMicro(view, micro));
  for (const department of chain.departments) card.append(aboutFeature(view, department));
  if (grid && community) card.append(aboutFeature(view, community));
  const findings = view.features.findings.filter((finding) =>
    chain.findings.includes(finding) || (grid
      ? finding.grid_code === grid.grid_code
      : !finding.grid_code && finding.community_code === community?.community_code));
  if (findings.length) card.append(buildFindings(view, findings));
  return card;
}

function singular(layer) {
  return layer.replace(/ies$/, "y").replace(/s$/, "");
}

function titleOf(feature) {
  return feature.name ?? feature.building_id ?? feature.worker_id;
}

function section(view, key, name) {
  const box = make("section");
  const head = make("h3");
  head.append(make("span", "", view.say(key)));
  if (name !== undefined) head.append(make("b", "", name));
  box.append(head);
  return box;
}

function aboutFeature(view, feature) {
  const box = section(view, singular(feature.layer), titleOf(feature));
  box.append(buildFacts(view, feature));
  return box;
}

function aboutMicro(view, micro) {
  const box = aboutFeature(view, micro);
  const list = make("dl", "posts");
  for (const { post, text, vacant } of tellPosts(view, micro.grid_code)) {
    list.append(make("dt", "", view.sayValue(post)), make("dd", vacant ? "vacant" : "", text));
  }
  box.append(list);
  return box;
}

const FACTS = {
  base_grids: ["households", "deviation", "micro_count", "area_m2", "line_clarity",
    "compactness", "reason"],
  micro_grids: ["grid_code", "households", "buildings"],
  exclusive_grids: ["kind", "responsible"],
  buildings: ["address", "compound_id", "households", "floors"],
  communities: ["subdistrict", "households", "base_count", "micro_count",
    "exclusive_count", "status", "gap", "given_up", "reason"],
  party_orgs: ["level"],
  resources: ["kind", "members"],
  department_grids: ["department", "code", "union_of", "households", "households_off",
    "union_count"],
  workers: ["role"],
};
const LONG = ["reason", "given_up", "address", "responsible", "grid_code", "kind",
  "compound_id", "level", "role"];

function buildFacts(view, feature) {
  const list = make("dl", "facts");
  for (const column of FACTS[feature.layer]) {
    const value = feature[column];
    if (value === null || value === undefined) continue;
    const key = column === "buildings" ? "building_count" : column;
    const fact = make("div", LONG.includes(column) ? "long" : "");
    const shown = make("dd", "", view.showValue(column, value));
    if (column === "deviation") {
      const chip = make("i", "swatch");
      const { edges, colours } = view.style.choropleth.deviation;
      chip.style.background = colours[classOf(value, { edges })];
      shown.prepend(chip);
    }
    fact.append(make("dt", "", view.say(key)), shown);
    list.append(fact);
  }
  return list;
}

function buildFindings(view, findings) {
  const box = section(view, "findings");
  for (const finding of findings) {
    const row = make("p", `finding ${finding.severity}`);
    row.append(make("b", "", finding.rule), make("span", "", view.message(finding)));
    box.append(row);
  }
  return box;
}
