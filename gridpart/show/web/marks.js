/* Points: organisations, resources, workers, posts; each kind has a shape and a colour. */

const Mark = L.CircleMarker.extend({
  _updatePath() {
    const { _ctx: pen, _drawing } = this._renderer;
    if (!_drawing || this._empty()) return;
    const { glyph, shift = 0 } = this.options;
    pen.beginPath();
    traceGlyph(pen, glyph, this._point.x, this._point.y + shift, this._radius);
    this._renderer._fillStroke(pen, this);
  },
});

function traceGlyph(pen, glyph, x, y, radius) {
  const corners = { square: 4, diamond: 4, triangle: 3, star: 10 }[glyph];
  if (!corners) {
    pen.arc(x, y, radius, 0, 2 * Math.PI);
    return;
  }
  const turn = glyph === "square" ? Math.PI / 4 : 0;
  for (let i = 0; i < corners; i++) {
    const angle = (2 * Math.PI * i) / corners - Math.PI / 2 + turn;
    const far = radius * (glyph === "star" ? (i % 2 ? 0.55 : 1.25) : 1.15);
    pen.lineTo(x + far * Math.cos(angle), y + far * Math.sin(angle));
  }
  pen.closePath();
}

/* How points of a layer and value look; departments are lines. */
function lookOf({ style: { marks }, features }, layer, value) {
  const kindAt = () => countValues(features[layer], layer === "resources" ? "kind" : "department")
    .findIndex(([one]) => one === value);
  if (layer === "party_orgs") {
    const levels = countValues(features.party_orgs, "level").map(([level]) => level);
    return { glyph: "star", fill: marks.party, line: "#ffffff",
      size: value === levels[0] ? 8.5 : 6.5 };
  }
  if (layer === "resources") {
    const at = kindAt() % 3;
    return { glyph: ["square", "triangle", "diamond"][at], fill: marks.resources[at],
      line: "#ffffff", size: 6 };
  }
  if (layer === "workers") return { glyph: "circle", fill: marks.worker, line: "#ffffff", size: 4 };
  if (layer === "posts" || layer === "micro_posts") {
    return { glyph: "circle", fill: marks.worker, line: "#ffffff",
      size: layer === "posts" ? 5.5 : 4 };
  }
  if (layer === "department_grids") {
    return { line: marks.departments[kindAt() % marks.departments.length] };
  }
  return null;
}

/* The groups of points and of departments, as drawLayers wants them. */
function pointLayers(view, common, later) {
  const { features } = view;
  const values = (layer, column) => countValues(features[layer], column).map(([value]) => value);
  return [
    ...values("department_grids", "department").map((value) =>
      later(`department_grids/${value}`, () => drawDepartment(view, common, value))),
    later("findings", () => drawFindings(common, features.findings, view.style.marks)),
    later("posts", () => drawPosts(view, common, "base_grids", "posts", "worker")),
    later("micro_posts", () =>
      drawPosts(view, common, "micro_grids", "micro_posts", "micro_worker")),
    ...[...POINT_LAYERS].reverse().flatMap(([layer, column]) => values(layer, column).map((value) =>
      later(`${layer}/${value}`, () => drawPoints(view, common, layer, column, value)))),
  ];
}

function drawPoints(view, common, layer, column, value) {
  const { glyph, fill, line, size } = lookOf(view, layer, value);
  return view.features[layer].filter((one) => one[column] === value)
    .map((one) => new Mark(middle(one), { ...common, glyph, size, color: line, weight: 1.2,
      fillColor: fill, fillOpacity: 1, radius: size }));
}

/* A mark above each grid's label: full where somebody holds the post, a red ring where not. */
function drawPosts(view, common, layer, key, post) {
  const { marks } = view.style;
  const { size } = lookOf(view, key);
  const shapes = [];
  for (const grid of view.features[layer]) {
    const holders = postsOf(view, grid.grid_code).filter(([one]) => one === post);
    if (!holders.length) continue;
    const held = holders.every(([, holder]) => holder);
    shapes.push(new Mark(grid.label.at, { ...common, glyph: "circle", size, radius: size,
      shift: layer === "base_grids" ? -24 : -13, weight: held ? 1.2 : 2.4,
      color: held ? "#ffffff" : marks.vacant, fillColor: held ? marks.worker : "#ffffff",
      fillOpacity: 1 }));
  }
  return shapes;
}

/* Lines that the plan's grids follow are drawn through, others broken. */
function drawDepartment(view, common, value) {
  const { line } = lookOf(view, "department_grids", value);
  return view.features.department_grids.filter((one) => one.department === value)
    .map((one) => new Shape(one, { ...common, fill: false, color: line, weight: 3,
      opacity: 0.85, dashArray: one.union_of === "none" ? [10, 5] : null, lineCap: "butt" }));
}

function drawFindings(common, features, marks) {
  const placed = features.filter((feature) => feature.parts.length);
  return placed.map((feature) => L.circleMarker(middle(feature), {
    ...common, size: feature.severity === "info" ? 3.5 : 6, color: "#ffffff", weight: 1.2,
    fillColor: marks[feature.severity] || marks.info, fillOpacity: 1,
  }));
}
