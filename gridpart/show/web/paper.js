/* The view on a sheet of A3: the map at a round scale, title, legend, date, plan id. */

const METRES_PER_CSS_PIXEL = 0.0254 / 96;
const ROUND = [1, 1.25, 1.5, 2, 2.5, 3, 4, 5, 6, 7.5, 8, 10];

/* Size, scale and legend of the sheet; all canvases are drawn before this returns. */
function layOut(view) {
  if (view.held) return;
  const { map } = view;
  const seen = seenBounds(view);
  view.held = { center: map.getCenter(), zoom: map.getZoom(), retina: L.Browser.retina };
  document.documentElement.classList.add("on-paper");
  L.Browser.retina = map.onPaper = true;
  map.options.zoomSnap = 0;
  map.invalidateSize({ animate: false, pan: false });
  const rough = map.getBoundsZoom(seen, false, L.point(24, 24));
  const scale = roundScale(scaleAt(map, seen.getCenter(), rough));
  const zoom = rough + Math.log2(scaleAt(map, seen.getCenter(), rough) / scale);
  map.setView(seen.getCenter(), zoom, { animate: false });
  view.canvas._redraw();
  view.sheet = buildSheet(view, scale);
  document.body.append(view.sheet);
}

function takeBack(view) {
  if (!view.held) return;
  const { map, held } = view;
  view.held = null;
  view.sheet.remove();
  document.documentElement.classList.remove("on-paper");
  L.Browser.retina = held.retina;
  map.onPaper = false;
  map.invalidateSize({ animate: false, pan: false });
  map.setView(held.center, held.zoom, { animate: false });
  map.options.zoomSnap = 0.5;
}

/* What is seen of the city beside the panel. */
function seenBounds({ map, bounds }) {
  const size = map.getSize();
  const corner = (x, y) => map.containerPointToLatLng([x, y]);
  const seen = L.latLngBounds(corner(isWide(map) ? PANEL_WIDTH : 0, 0), corner(size.x, size.y));
  if (!seen.intersects(bounds)) return bounds;
  return L.latLngBounds(
    [Math.max(seen.getSouth(), bounds.getSouth()), Math.max(seen.getWest(), bounds.getWest())],
    [Math.min(seen.getNorth(), bounds.getNorth()), Math.min(seen.getEast(), bounds.getEast())]);
}

/* How many metres of ground a metre of paper stands for. */
function scaleAt(map, { lat }, zoom) {
  const metresPerPixel = (40075016.7 * Math.cos((lat * Math.PI) / 180)) / (256 * 2 ** zoom);
  return metresPerPixel / METRES_PER_CSS_PIXEL;
}

function roundScale(scale) {
  const ten = 10 ** Math.floor(Math.log10(scale));
  return Math.round(ten * ROUND.find((step) => ten * step >= scale * 0.9999));
}

function buildSheet(view, scale) {
  const sheet = make("div", "sheet");
  const head = buildHead(view);
  const key = make("div", "sheet-key");
  const legend = make("div", "colours");
  legend.append(make("h2", "", view.say(`${view.colour}_legend`)), ...buildClasses(view));
  const signs = make("div", "signs");
  const walk = (nodes) => nodes.forEach((node) => {
    const parted = node.nodes.length > 0 && node.nodes[0].value !== undefined;
    if (node.key !== "labels" && !parted && view.visible(node.key)) {
      const row = make("div", "key-row");
      row.append(buildSwatch(view, node), make("span", "layer-name", nameOf(view, node)),
        make("span", "count", node.count));
      signs.append(row);
    }
    walk(node.nodes);
  });
  for (const { nodes } of layerTree(view)) walk(nodes);
  const facts = make("dl", "sheet-facts");
  const printed = new Date();
  const today = [printed.getFullYear(), printed.getMonth() + 1, printed.getDate()]
    .map((part) => String(part).padStart(2, "0")).join("-");
  for (const [name, value] of [["scale_of", `1:${view.number(scale)}`], ...factsOfPlan(view),
    ["printed", today]]) {
    facts.append(make("dt", "", view.say(name)), make("dd", "", value));
  }
  key.append(legend, signs, facts);
  sheet.append(head, key);
  return sheet;
}
