/* What is drawn: shapes on one canvas, from the ground up. */

const Canvas = L.Canvas.extend({
  options: { padding: 0.2 },

  getEvents() {
    return { ...L.Canvas.prototype.getEvents.call(this), move: this._follow };
  },

  /* Drawn anew while the map is dragged beyond what is there. */
  _follow() {
    const map = this._map;
    const least = map.containerPointToLayerPoint([0, 0]);
    const seen = L.bounds(least, least.add(map.getSize()));
    if (map.getZoom() === this._zoom && !this._bounds.contains(seen)) this._update();
  },

  /* Once, also where a drawing was due. */
  _redraw() {
    L.Util.cancelAnimFrame(this._redrawRequest);
    L.Canvas.prototype._redraw.call(this);
  },

  /* On paper a canvas is not wiped but replaced: browsers print what was drawn as lines and
     areas, and what was wiped as a white area that hides all below. */
  _clear() {
    if (!this._map.onPaper) {
      L.Canvas.prototype._clear.call(this);
      return;
    }
    this._redrawBounds = null;
    const fresh = this._container.cloneNode(false);
    this._container.replaceWith(fresh);
    this._container = fresh;
    this._ctx = fresh.getContext("2d");
    if (L.Browser.retina) this._ctx.scale(2, 2);
    this._ctx.translate(-this._bounds.min.x, -this._bounds.min.y);
  },
});

function makeCanvas(map) {
  map.createPane("drawing").style.cssText = "z-index: 400; pointer-events: none";
  return new Canvas({ pane: "drawing" });
}

/* Groups of shapes in the order they are drawn, each with its layer of the switch; a group is
   made when it is first seen. */
function drawLayers(view) {
  const { features, edges, style } = view;
  const { marks } = style;
  const common = { renderer: view.canvas, pane: "drawing", interactive: false };
  const hatch = hatchPattern(marks.exclusive);
  const later = (key, make) => ({ key, make, group: null });
  return [
    later("communities", () => fills(common, features.communities, () => marks.ground)),
    later("base_grids", () => fills(common, features.base_grids,
      (grid) => colourOf(view, grid), 0.94)),
    later("exclusive_grids", () => [
      ...fills(common, features.exclusive_grids, () => "#e3efe9"),
      ...fills(common, features.exclusive_grids, () => hatch, 0.55),
    ]),
    ...barrierKinds(features.barriers, style).map((kind) =>
      later(`barriers/${kind}`, () => drawBarriers(common, features.barriers, kind, style))),
    later("micro_grids", () => strokes(common,
      [...edges.micro_grids, ...edges.base_grids, ...edges.communities],
      { color: marks.micro, width: 1.2, dash: [4, 3] })),
    later("buildings", () => drawBuildings(common, features.buildings, marks)),
    later("base_grids", () => strokes(common, [...edges.base_grids, ...edges.communities], {
      color: marks.base, width: 1.8 })),
    later("exclusive_grids", () => strokes(common, features.exclusive_grids, {
      color: marks.exclusive, width: 2.1 })),
    later("communities", () => [
      ...strokes(common, edges.communities, { color: "#ffffff", width: 4.8, opacity: 0.7 }),
      ...strokes(common, edges.communities, {
        color: marks.community, width: 2.8, dash: [14, 4, 3, 4], lineCap: "butt" }),
    ]),
    ...pointLayers(view, common, later),
    later("labels", () => [new Labels(view, common)]),
  ];
}

function fills(common, features, colour, fillOpacity = 1) {
  return features.map((feature) => {
    const shape = new Shape(feature, {
      ...common, stroke: false, fill: true, fillColor: colour(feature), fillOpacity,
    });
    shape.feature = feature;
    return shape;
  });
}

/* Edges as lines; width and dash hold at a middle zoom and grow with it. */
function strokes(common, lines, options) {
  return lines.map((line) => new Shape(line, {
    ...common, fill: false, growth: edgeGrowth, ...options,
  }));
}

/* Kinds of water first, then of ways, in the order of the style. */
function barrierKinds(features, style) {
  const order = Object.keys(style.barriers);
  return countValues(features, "kind").map(([kind]) => kind).sort((a, b) =>
    order.indexOf(barrierKind(a, style)) - order.indexOf(barrierKind(b, style)));
}

/* One kind: areas, then all casings, then all surfaces. */
function drawBarriers(common, features, kind, style) {
  const look = style.barriers[barrierKind(kind, style)];
  const same = features.filter((feature) => feature.kind === kind);
  const areas = same.filter((feature) => feature.areal).map((area) => new Shape(area, {
    ...common, color: look.line, weight: 0.8, fill: true, fillColor: look.fill, fillOpacity: 1,
  }));
  const parts = same.filter((feature) => !feature.areal).flatMap((feature) => feature.parts);
  if (!parts.length) return areas;
  const lines = { parts, box: boxOf(parts, same[0].box.corner) };
  const way = { ...common, fill: false, growth: wayGrowth, width: look.width };
  if (look.case) areas.push(new Shape(lines, { ...way, color: look.case, casing: 1.4 }));
  areas.push(new Shape(lines, {
    ...way, color: look.line, dash: look.dash, lineCap: look.dash ? "butt" : "round",
  }));
  return areas;
}

/* Lines grow with the zoom: ways read as ways, and a whole city is not all ink. */
function growLines(group, zoom) {
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

function wayGrowth(zoom) {
  return Math.min(3, Math.max(0.28, 2 ** ((zoom - 16) * 0.6)));
}

function edgeGrowth(zoom) {
  return Math.min(1.15, Math.max(0.4, 2 ** ((zoom - 15.5) * 0.4)));
}

/* All buildings as one shape, of which only what is in view is traced. */
function drawBuildings(common, features, marks) {
  const parts = features.flatMap((feature) => feature.parts);
  if (!parts.length) return [];
  return [new Shape({ parts, box: boxOf(parts, features[0].box.corner), areal: true }, {
    ...common, color: marks.building_line, weight: 0.7, fill: true, fillColor: marks.building,
    fillOpacity: 0.75, fillRule: "nonzero", dot: 4,
  })];
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
