/* Who answers: the posts of a grid, the organisations over it, whom to turn to next. */

function postsOf(view, code) {
  const { posts } = view.duties;
  return Object.hasOwn(posts, code) ? posts[code] : [];
}

function linksOf(view, code) {
  const { links, organisations } = view.duties;
  const found = Object.hasOwn(links, code) ? links[code] : [];
  return found.filter(([org]) => Object.hasOwn(organisations, org));
}

function gridName(view, code) {
  view.gridNames ||= new Map(["base_grids", "exclusive_grids", "micro_grids"]
    .flatMap((layer) => view.features[layer].map((one) => [one.grid_code, one])));
  const grid = view.gridNames.get(code);
  return grid ? shortName(view, grid) : code;
}

/* Holders of each post of a grid, as words; a stand-in with the grid it comes from. */
function tellPosts(view, code) {
  const byPost = new Map();
  for (const [post, holder, from] of postsOf(view, code)) {
    if (!byPost.has(post)) byPost.set(post, { held: [], all: 0 });
    const entry = byPost.get(post);
    entry.all += 1;
    if (!holder) continue;
    const id = holder === "✓" ? "" : holder;
    entry.held.push([id, from && `${gridName(view, from)}${view.lang ? " " : ""}` +
      view.sayValue("worker")].filter(Boolean).join(view.lang ? ", " : "，"));
  }
  return [...byPost].map(([post, { held, all }]) => {
    const named = held.filter(Boolean).join(view.lang ? "; " : "；");
    const vacant = all - held.length;
    let text = named || (held.length ? view.say("filled") : "");
    if (all > 1) text = `${held.length} / ${all}${named ? ` ${named}` : ""}`;
    else if (vacant) text = view.say("vacant");
    return { post, text, vacant };
  });
}

function buildPosts(view, grid) {
  const box = section(view, "on_duty");
  const list = make("dl", "posts");
  for (const { post, text, vacant } of tellPosts(view, grid.grid_code)) {
    list.append(make("dt", "", view.sayValue(post)),
      make("dd", vacant ? "vacant" : "", text));
    if (vacant && !text.includes(view.say("vacant"))) {
      list.lastChild.append(make("em", "", ` ${view.say("vacant")} ${view.number(vacant)}`));
    }
  }
  box.append(list);
  return box;
}

/* The organisations of a grid as a tree from the top; its own stand out. */
function buildOrganisations(view, grid) {
  const { organisations, centres } = view.duties;
  const own = new Map();
  for (const [org, relation] of linksOf(view, grid.grid_code)) {
    if (relation === "covers" || !own.has(org)) own.set(org, relation);
  }
  const below = new Map([[null, new Set()]]);
  for (const org of own.keys()) {
    for (let at = org; at !== null;) {
      const above = organisations[at][2];
      const parent = above !== null && Object.hasOwn(organisations, above) ? above : null;
      if (!below.has(parent)) below.set(parent, new Set());
      const known = below.get(parent).has(at);
      below.get(parent).add(at);
      at = known ? null : parent;
    }
  }
  const box = section(view, "organisations");
  const branch = (parent) => {
    const list = make("ul", "organisations");
    for (const org of below.get(parent)) {
      const [name, level] = organisations[org];
      const item = make("li", own.has(org) ? "own" : "");
      item.append(make("b", "", name), make("span", "", view.sayValue(level)));
      if (own.get(org) === "contains") item.append(make("em", "", view.say("lies_here")));
      if (below.has(org)) item.append(branch(org));
      list.append(item);
    }
    return list;
  };
  if (own.size) box.append(branch(null));
  else box.append(make("p", "vacant", view.say("no_organisation")));
  if (Object.hasOwn(centres, grid.grid_code)) {
    const line = make("p", "centres", `${view.say("centres")} `);
    line.append(make("b", "", view.number(centres[grid.grid_code])));
    box.append(line);
  }
  return box;
}

/* Committees over a grid's organisations, by level from the bottom up, as words. */
function tellOffices(view, grid) {
  const { organisations, upper } = view.duties;
  const above = new Set();
  for (const [org] of linksOf(view, grid.grid_code)) {
    for (let at = org; at !== null && Object.hasOwn(organisations, at) && !above.has(at);
      at = organisations[at][2]) above.add(at);
  }
  const names = (level) => [...above].map((org) => organisations[org])
    .filter(([, one]) => level.includes(one)).map(([name]) => name);
  return upper.map((level) => names(level).join(view.lang ? ", " : "、"));
}

/* Grid, community, sub-district, county: where a matter goes that was not settled. */
function buildEscalation(view, grid, community) {
  const box = section(view, "escalation");
  const list = make("ol", "escalation");
  const worker = tellPosts(view, grid.grid_code).find(({ post }) => post === "worker");
  const [committee, office] = tellOffices(view, grid);
  const steps = [
    ["level_grid", shortName(view, grid), grid.responsible ??
      (worker && `${view.sayValue("worker")} ${worker.text}`)],
    ["level_community", community.name, committee],
    ["level_subdistrict", community.subdistrict, office],
    ["level_county", community.community_code.slice(0, 6)],
  ];
  for (const [level, name, more] of steps) {
    const step = make("li");
    step.append(make("span", "", view.say(level)), make("b", "", name ?? "–"));
    if (more) step.append(make("small", "", more));
    list.append(step);
  }
  box.append(list);
  return box;
}
