/* Labels on a canvas of their own: where there is room, and never one on another. */

const LABEL_FONT = '"Noto Sans CJK SC", "Source Han Sans SC", "PingFang SC", ' +
  '"Microsoft YaHei", "HarmonyOS Sans SC", "WenQuanYi Micro Hei", sans-serif';

const LabelLayer = L.Layer.extend({
  initialize(makeLabels) {
    this._makeLabels = makeLabels;
  },

  onAdd(map) {
    this._canvas = L.DomUtil.create("canvas", "labels", map.getPane("labels"));
    this.refresh();
  },

  onRemove() {
    this._canvas.remove();
  },

  getEvents() {
    return { moveend: this.refresh, resize: this.refresh, zoomstart: this._hide };
  },

  _hide() {
    this._canvas.style.visibility = "hidden";
  },

  refresh() {
    const map = this._map;
    if (!map) return;
    const size = map.getSize();
    const ratio = Math.max(window.devicePixelRatio || 1, L.Browser.retina ? 2 : 1);
    if (map.onPaper) this._canvas = replaceCanvas(this._canvas);
    const canvas = this._canvas;
    canvas.width = size.x * ratio;
    canvas.height = size.y * ratio;
    canvas.style.width = `${size.x}px`;
    canvas.style.height = `${size.y}px`;
    canvas.style.visibility = "visible";
    L.DomUtil.setPosition(canvas, map.containerPointToLayerPoint([0, 0]));
    const pen = canvas.getContext("2d");
    pen.scale(ratio, ratio);
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    pen.lineJoin = "round";
    const taken = [];
    for (const label of this._makeLabels()) writeLabel(map, pen, label, taken);
  },
});

/* A label: at (lat, lng), lines of text, size, weight, colour, halo; room is the radius in
   pixels that its shape leaves, over how far beyond it the text may reach. */
function writeLabel(map, pen, label, taken) {
  const at = map.latLngToContainerPoint(label.at);
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

function makeLabels(view) {
  const { map } = view;
  const zoom = map.getZoom();
  const bounds = map.getBounds();
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
  return grid.name.startsWith(name) && grid.name.length > name.length
    ? grid.name.slice(name.length) : grid.name;
}
