/* The layers as a tree: what lies in what, how many there are, whether they show. */

const GLYPHS = { square: "■", triangle: "▲", diamond: "◆", star: "★", circle: "●" };

/* Nodes of a key, a count and, below them, more nodes; groups have only a heading. */
function layerTree(view) {
  const { features } = view;
  const number = (key) => view.detail[key] ?? features[key].length;
  const node = (key, nodes = []) => ({ key, count: view.number(number(key)), nodes });
  const kinds = (name, column) => countValues(features[name], column)
    .map(([value, count]) => ({ key: `${name}/${value}`, value, count: view.number(count),
      nodes: [] }));
  const inPost = (key, post) => {
    const held = countPosts(view, post);
    return { key, count: `${view.number(held.filled)} / ${view.number(held.all)}`, nodes: [],
      empty: !held.all };
  };
  const groups = [
    ["tree_grids", [node("communities", [
      node("base_grids", [node("micro_grids")]), node("exclusive_grids")])]],
    ["tree_duty", [
      inPost("posts", "worker"), inPost("micro_posts", "micro_worker"),
      node("party_orgs", kinds("party_orgs", "level")), node("workers")]],
    ["tree_resources", kinds("resources", "kind")],
    ["tree_departments", kinds("department_grids", "department").map((node) => ({ ...node,
      count: `${view.number(countUnions(features, node.value))} / ${node.count}` }))],
    ["tree_ground", [node("buildings"),
      { ...node("barriers", kinds("barriers", "kind")), count: "" }]],
    ["labels", [{ key: "labels", count: "", nodes: [] }, node("findings")]],
  ];
  const filled = ({ key, empty }) => !empty && (!(key in features) || number(key) > 0);
  return groups.map(([heading, nodes]) => ({ heading, nodes: nodes.filter(filled) }))
    .filter(({ nodes }) => nodes.length);
}

function countValues(features, column) {
  const counts = new Map();
  for (const { [column]: value } of features) counts.set(value, (counts.get(value) || 0) + 1);
  return [...counts];
}

/* Grids of a department that are unions of the plan's. */
function countUnions(features, department) {
  return features.department_grids.filter((one) =>
    one.department === department && one.union_of !== "none").length;
}

function countPosts(view, wanted) {
  const count = { filled: 0, all: 0 };
  for (const posts of Object.values(view.duties.posts)) {
    for (const [post, holder] of posts) {
      if (post !== wanted) continue;
      count.all += 1;
      if (holder) count.filled += 1;
    }
  }
  return count;
}

/* Every key of the tree and whether it shows at first. */
function shownAtFirst(view) {
  const later = ["posts", "micro_posts", "workers"];
  const shown = { resources: true, department_grids: true };
  const walk = (nodes) => nodes.forEach(({ key, nodes: below }) => {
    shown[key] = !later.includes(key) && !key.startsWith("department_grids/");
    walk(below);
  });
  for (const { nodes } of layerTree(view)) walk(nodes);
  return shown;
}

function buildLayers(view) {
  const box = make("fieldset", "layers");
  box.append(make("legend", "", view.say("layers")));
  for (const { heading, nodes } of layerTree(view)) {
    const group = make("div", "layer-group");
    if (heading !== "labels") group.append(make("div", "heading", view.say(heading)));
    appendNodes(view, group, nodes, 0);
    box.append(group);
  }
  return box;
}

function appendNodes(view, box, nodes, depth) {
  for (const node of nodes) {
    box.append(buildRow(view, node, depth));
    if (!node.nodes.length) continue;
    if (node.nodes[0].value === undefined) {
      appendNodes(view, box, node.nodes, depth + 1);
      continue;
    }
    const below = make("details", "kinds");
    below.append(make("summary", "", node.nodes.map((one) => nameOf(view, one)).join(" · ")));
    below.open = view.opened.has(node.key);
    below.addEventListener("toggle", () => {
      view.opened[below.open ? "add" : "delete"](node.key);
    });
    appendNodes(view, below, node.nodes, depth + 1);
    box.append(below);
  }
}

function nameOf(view, node) {
  return node.value === undefined ? view.say(node.key) : view.sayValue(node.value);
}

function buildRow(view, node, depth) {
  const row = make("label", "layer");
  row.style.paddingLeft = `${depth * 16}px`;
  row.dataset.layer = node.key;
  const input = make("input");
  input.type = "checkbox";
  input.name = node.key;
  input.checked = view.shown[node.key];
  input.addEventListener("change", () => view.toggle(node.key, input.checked));
  row.append(input, buildSwatch(view, node), make("span", "layer-name", nameOf(view, node)),
    make("span", "count", node.count));
  return row;
}

/* The sign of a layer; those of points and departments have the colour of their mark. */
function buildSwatch(view, { key, value }) {
  const [layer] = key.split("/");
  const look = lookOf(view, layer, value);
  if (!look) {
    const swatch = make("i", `swatch ${layer}`);
    if (layer === "barriers" && value !== undefined) {
      const { fill, line, case: casing } = view.style.barriers[barrierKind(value, view.style)];
      swatch.style.background = fill === "#ffffff" ? casing : fill;
      swatch.style.border = `1px solid ${casing || line}`;
    }
    return swatch;
  }
  const swatch = make("i", "swatch glyph", look.glyph ? GLYPHS[look.glyph] : "");
  if (look.glyph) swatch.style.color = look.fill;
  else swatch.style.border = `2px dashed ${look.line}`;
  return swatch;
}
