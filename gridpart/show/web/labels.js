/* Labels: where there is room, and never one on another. */

const LABEL_FONT = '"Noto Sans CJK SC", "Source Han Sans SC", "PingFang SC", ' +
  '"Microsoft YaHei", "HarmonyOS Sans SC", "WenQuanYi Micro Hei", sans-serif';

const Labels = L.Path.extend({
  initialize(view, options) {
    L.setOptions(this, options);
    this._view = view;
  },

  _project() {
    this._update();
  },

  _update() {
    this._pxBounds = this._renderer._bounds;
  },

  _updatePath() {
    const { _renderer: { _ctx: pen, _drawing: drawing, _bounds: bounds }, _map: map } = this;
    if (!drawing) return;
    pen.globalAlpha = 1;
    pen.setLineDash([]);
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    pen.lineJoin = "round";
    const taken = [];
    const drawn = L.latLngBounds(map.layerPointToLatLng(bounds.min), map.layerPointToLatLng(bounds.max));
    for (const label of makeLabels(this._view, drawn)) writeLabel(map, pen, label, taken);
  },
});

/* A label: at (lat, lng), lines of text, size, weight, colour, halo; room is the radius in
   pixels that its shape leaves, over how far beyond it the text may reach. */
function writeLabel(map, pen, label, taken) {
  const at = map.latLngToLayerPoint(label.at);
  const leading = label.size * 1.25;
  let lines = label.lines;
  pen.font = `${label.weight} ${label.size}px ${LABEL_FONT}`;
  while (lines.length > 1 && (lines.length * leading) / 2 > label.room) {
    lines = lines.slice(0, -1);
  }
  const width = Math.max(...lines.map((line) => pen.measureText(line).width));
  if (width / 2 > label.room * label.over) return;
  const box = {
    left: at.x - width / 2 - 3, right: at.x + width / 2 + 3,
    top: at.y - (lines.length * leading) / 2, bottom: at.y + (lines.length * leading) / 2,
  };
  const clash = taken.some((other) => box.left < other.right && box.right > other.left &&
    box.top < other.bottom && box.bottom > other.top);
  if (clash) return;
  taken.push(box);
  pen.strokeStyle = label.halo;
  pen.lineWidth = 3;
  lines.forEach((line, i) => {
    const y = at.y + (i - (lines.length - 1) / 2) * leading;
    pen.fillStyle = label.colour;
    pen.font = i ? `400 ${label.size - 1}px ${LABEL_FONT}` : pen.font;
    pen.strokeText(line, at.x, y);
    pen.fillText(line, at.x, y);
  });
}

function makeLabels(view, bounds) {
  const zoom = view.map.getZoom();
  const middleLat = (bounds.getCenter().lat * Math.PI) / 180;
  const metresPerPixel = (40075016.7 * Math.cos(middleLat)) / (256 * 2 ** zoom);
  const labels = [];
  const seen = boxOfBounds(bounds, view.corner);
  const add = (features, look) => {
    for (const feature of features) {
      if (!boxMeets(feature.box, seen)) continue;
      labels.push({ at: feature.label.at, room: feature.label.radius / metresPerPixel,
        halo: "rgba(255,255,255,0.92)", over: 1.35, ...look(feature) });
    }
  };
  if (view.visible("communities") && zoom < 16) {
    add(view.features.communities, (f) => ({
      lines: [f.name], size: zoom < 14 ? 12 : 15, weight: 700, over: 2,
      colour: view.style.marks.community }));
  }
  if (view.visible("base_grids")) {
    add(view.features.base_grids, (f) => ({
      lines: [shortName(view, f), `${f.grid_code.slice(-3)} | ${view.number(f.households)}` +
        (view.lang ? "" : view.say("unit_households"))],
      size: 12, weight: 600, colour: "#1c2a33" }));
  }
  if (view.visible("exclusive_grids")) {
    add(view.features.exclusive_grids, (f) => ({
      lines: [shortName(view, f)], size: 11.5, weight: 600, colour: "#1d5c4e" }));
  }
  if (view.visible("micro_grids") && zoom >= 16.5) {
    add(view.features.micro_grids, (f) => ({
      lines: [`${f.grid_code.slice(-2)} | ${view.number(f.households)}`],
      size: 10.5, weight: 400, colour: "#4a5b64" }));
  }
  return labels;
}

/* A grid's name without its community's, which stands around it anyway. */
function shortName(view, grid) {
  view.names ||= new Map(view.features.communities.map((c) => [c.community_code, c.name]));
  const name = view.names.get(grid.community_code) || "";
  const whole = grid.name || grid.grid_code;
  return whole.startsWith(name) && whole.length > name.length
    ? whole.slice(name.length) : whole;
}
