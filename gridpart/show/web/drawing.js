/* What is drawn: shapes on four canvases, from the ground up. */

const HEIGHTS = ["ground", "buildings", "edges", "marks"];

/* On paper a canvas is not wiped but replaced: browsers print what was drawn as lines and
   areas, and what was wiped as a white area that hides all below. */
const Canvas = L.Canvas.extend({
  _clear() {
    if (!this._map.onPaper) {
      L.Canvas.prototype._clear.call(this);
      return;
    }
    this._redrawBounds = null;
    this._container = replaceCanvas(this._container);
    this._ctx = this._container.getContext("2d");
    if (L.Browser.retina) this._ctx.scale(2, 2);
    this._ctx.translate(-this._bounds.min.x, -this._bounds.min.y);
  },
});

function replaceCanvas(canvas) {
  const fresh = canvas.cloneNode(false);
  canvas.replaceWith(fresh);
  return fresh;
}

function makeCanvases(map) {
  const canvas = {};
  HEIGHTS.forEach((height, i) => {
    const pane = map.createPane(height);
    pane.style.zIndex = 400 + 10 * i;
    pane.style.pointerEvents = "none";
    canvas[height] = new Canvas({ pane: height, padding: 0.2 });
  });
  return canvas;
}

/* Groups of shapes in the order they are drawn, each with its layer of the switch. */
function drawLayers(view) {
  const { canvas, features, edges, style } = view;
  const { marks } = style;
  const on = (height) => ({ renderer: canvas[height], pane: height, interactive: false });
  const below = (shapes) => L.featureGroup(shapes.flat());
  const colour = (grid) => colourOf(view, grid);
  const hatch = hatchPattern(marks.exclusive);
  return [
    ["communities", below([fills(on("ground"), features.communities, () => marks.ground)])],
    ["base_grids", below([fills(on("ground"), features.base_grids, colour, 0.94)])],
    ["exclusive_grids", below([
      fills(on("ground"), features.exclusive_grids, () => "#e3efe9"),
      fills(on("ground"), features.exclusive_grids, () => hatch, 0.55),
    ])],
    ...drawBarriers(on("ground"), features.barriers, style),
    ["micro_grids", below([strokes(on("buildings"), edges.micro_grids, {
      color: marks.micro, width: 1.2, dash: [4, 3] })])],
    ["buildings", drawBuildings(on("buildings"), features.buildings, marks)],
    ["base_grids", below([strokes(on("edges"), edges.base_grids, {
      color: marks.base, width: 1.8 })])],
    ["exclusive_grids", below([strokes(on("edges"), edges.exclusive_grids, {
      color: marks.exclusive, width: 2.1 })])],
    ["communities", below([
      strokes(on("edges"), edges.communities, { color: "#ffffff", width: 4.8, opacity: 0.7 }),
      strokes(on("edges"), edges.communities, {
        color: marks.community, width: 2.8, dash: [14, 4, 3, 4], lineCap: "butt" }),
    ])],
    ...drawDepartments(view, on("edges")),
    ["findings", drawFindings(on("marks"), features.findings, marks)],
    drawPosts(view, on("marks"), "base_grids", "posts", "worker"),
    drawPosts(view, on("marks"), "micro_grids", "micro_posts", "micro_worker"),
    ...[...POINT_LAYERS].reverse().flatMap(([name, column]) =>
      drawPoints(view, on("marks"), name, column)),
  ];
}

function fills(common, features, colour, fillOpacity = 1) {
  return features.map((feature) => {
    const shape = L.polygon(feature.parts, {
      ...common, smoothFactor: 0.5, stroke: false, fillColor: colour(feature), fillOpacity,
    });
    shape.feature = feature;
    return shape;
  });
}

/* Edges as lines; width and dash hold at a middle zoom and grow with it. */
function strokes(common, lines, options) {
  return lines.map((line) => L.polyline(line, {
    ...common, smoothFactor: 0.5, growth: edgeGrowth, ...options,
  }));
}

/* Water first, then each kind of way: all casings before all surfaces. Kinds that the style
   does not know look alike, but are groups of their own. */
function drawBarriers(common, features, style) {
  const order = Object.keys(style.barriers);
  const rank = ([kind]) => order.indexOf(barrierKind(kind, style));
  return countValues(features, "kind").sort((a, b) => rank(a) - rank(b)).map(([kind]) => {
    const look = style.barriers[barrierKind(kind, style)];
    const group = L.featureGroup([]);
    const same = features.filter((feature) => feature.kind === kind);
    for (const area of same.filter((feature) => feature.areal)) {
      group.addLayer(L.polygon(area.parts, {
        ...common, color: look.line, weight: 0.8, fillColor: look.fill, fillOpacity: 1,
      }));
    }
    const lines = same.filter((feature) => !feature.areal)
      .flatMap((feature) => feature.parts.map((rings) => rings[0]));
    const way = { ...common, growth: wayGrowth, width: look.width };
    if (look.case) group.addLayer(L.polyline(lines, { ...way, color: look.case, casing: 1.4 }));
    group.addLayer(L.polyline(lines, {
      ...way, color: look.line, dash: look.dash, lineCap: look.dash ? "butt" : "round",
    }));
    return [`barriers/${kind}`, group];
  });
}

/* Lines grow with the zoom: ways read as ways, and a whole city is not all ink. */
function growLines(groups, zoom) {
  for (const [, group] of groups) {
    group.eachLayer((layer) => {
      const { width, growth, dash, casing = 0, size } = layer.options;
      if (size) layer.setRadius(size * edgeGrowth(zoom));
      if (!width) return;
      const scale = growth(zoom);
      layer.setStyle({
        weight: width * scale + casing * Math.min(1, scale * 1.2),
        dashArray: dash && dash.map((step) => step * scale),
      });
    });
  }
}

function wayGrowth(zoom) {
  return Math.min(3, Math.max(0.28, 2 ** ((zoom - 16) * 0.6)));
}

function edgeGrowth(zoom) {
  return Math.min(1.15, Math.max(0.4, 2 ** ((zoom - 15.5) * 0.4)));
}

/* Buildings come when they are in view, and go again. */
function drawBuildings(common, features, marks) {
  const group = L.featureGroup([]);
  const look = {
    ...common, color: marks.building_line, weight: 0.7, fillColor: marks.building,
    fillOpacity: 0.75,
  };
  group.showIn = (bounds) => {
    for (const feature of features) {
      const seen = boxMeets(feature.box, bounds);
      if (seen && !feature.shape) {
        feature.shape = feature.areal
          ? L.polygon(feature.parts, look)
          : L.circleMarker(middle(feature), { ...look, radius: 4 });
        group.addLayer(feature.shape);
      } else if (!seen && feature.shape) {
        group.removeLayer(feature.shape);
        feature.shape = null;
      }
    }
  };
  return group;
}

function drawFindings(common, features, marks) {
  const placed = features.filter((feature) => feature.parts.length);
  return L.featureGroup(placed.map((feature) => L.circleMarker(middle(feature), {
    ...common, size: feature.severity === "info" ? 3.5 : 6, color: "#ffffff", weight: 1.2,
    fillColor: marks[feature.severity] || marks.info, fillOpacity: 1,
  })));
}

function middle(feature) {
  return boundsOf(feature).getCenter();
}

function barrierKind(kind, style) {
  return Object.hasOwn(style.barriers, kind) ? kind : "other";
}

function hatchPattern(colour) {
  const tile = document.createElement("canvas");
  tile.width = tile.height = 8;
  const pen = tile.getContext("2d");
  pen.strokeStyle = colour;
  pen.lineWidth = 1.2;
  pen.beginPath();
  for (const shift of [-8, 0, 8]) {
    pen.moveTo(shift, 8);
    pen.lineTo(shift + 8, 0);
  }
  pen.stroke();
  return pen.createPattern(tile, "repeat");
}
