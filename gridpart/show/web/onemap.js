/* The start: unpack, draw, and keep map, panel and card in step. */

const PANEL_WIDTH = 320;

async function startOneMap(map) {
  if (!window.DecompressionStream) {
    const { documentElement: page } = document;
    page.lang = "zh";
    document.body.append(make("p", "too-old",
      "浏览器版本过旧，无法显示本图。This browser is too old to show the map."));
    return;
  }
  const payload = await readPayload("payload");
  const view = makeView(map, payload);
  window.oneMap = view;
  view.frame();
  map.setMaxBounds(view.bounds.pad(1));
  map.setMinZoom(map.getZoom() - 2);
  followLink(view);
  view.canvas = makeCanvas(map);
  view.groups = drawLayers(view);
  view.rebuild();
  view.refresh();
  map.on("zoomend", view.refresh);
  map.on("moveend", () => keepLink(view));
  window.addEventListener("hashchange", () => {
    followLink(view);
    view.recolour(view.colour);
    view.rebuild();
    view.refresh();
  });
  window.addEventListener("beforeprint", () => layOut(view));
  window.addEventListener("afterprint", () => takeBack(view));
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") view.select(null);
  });
  map.on("click", (event) => view.select(chainAt(view, event)));
  followPointer(view);
  document.documentElement.dataset.ready = "yes";
}

function makeView(map, payload) {
  const { origin } = payload;
  const corner = { x: worldX(origin[0]), y: worldY(origin[1]) };
  const steps = { origin, perDegree: payload.steps, corner };
  const features = Object.fromEntries(Object.keys(payload.detail).map((name) => [name, []]));
  const edges = {};
  for (const [name, layer] of Object.entries(payload.layers)) {
    features[name] = unpackLayer(name, layer, steps);
    edges[name] = unpackEdges(layer, steps);
  }
  const view = {
    map, features, edges, corner, steps, detail: payload.detail, style: payload.style, about: payload.about,
    duties: payload.duties, compounds: payload.compounds, lang: payload.lang,
    colour: payload.colour, chain: null, opened: new Set(), table: null,
    bounds: features.communities.map(boundsOf).reduce((all, one) => all.extend(one)),
    hasOrganisations: Object.keys(payload.duties.organisations).length > 0,
    households: features.communities.reduce((sum, one) => sum + one.households, 0),
  };
  addWords(view, payload.words);
  addActions(view);
  view.shown = shownAtFirst(view);
  view.first = { shown: { ...view.shown }, colour: view.colour, lang: view.lang };
  return view;
}

function addWords(view, words) {
  view.say = (key) => words[key][view.lang];
  view.sayValue = (value) => (`value.${value}` in words ? view.say(`value.${value}`) : value);
  view.message = (finding) => (view.lang ? finding.message_en : finding.message_zh);
  view.number = (value) => String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, ",");
  view.signedPercent = (value, digits = 1) =>
    `${value > 0 ? "+" : value < 0 ? "−" : ""}${Math.abs(100 * value).toFixed(digits)}%`;
  view.showValue = (column, value) => {
    if (column === "deviation") return view.signedPercent(value);
    if (column === "gap" || column === "line_clarity") return `${(100 * value).toFixed(1)}%`;
    if (column === "compactness") return value.toFixed(2);
    if (column === "compound_id" && Object.hasOwn(view.compounds, value)) {
      return view.compounds[value];
    }
    if (column === "area_m2") return `${(value / 10000).toFixed(2)} ha`;
    if (typeof value === "number") return view.number(value);
    return view.sayValue(value);
  };
}

function addActions(view) {
  const { map } = view;
  view.frame = () => {
    const topLeft = isWide(map) ? [330, 16] : [16, 230];
    map.fitBounds(view.bounds, {
      paddingTopLeft: topLeft, paddingBottomRight: [16, 24], animate: false });
  };
  view.toggle = (name, on) => {
    view.shown[name] = on;
    view.refresh();
    keepLink(view);
  };
  view.recolour = (mode) => {
    view.colour = mode;
    view.groups.find(({ key }) => key === "base_grids").group?.eachLayer((shape) =>
      shape.setStyle({ fillColor: colourOf(view, shape.feature) }));
    document.querySelector(".panel .colours")?.replaceWith(buildLegend(view));
    keepLink(view);
  };
  view.visible = (key) => {
    const [layer] = key.split("/");
    return view.shown[layer] !== false && view.shown[key] &&
      map.getZoom() >= (view.style.fromZoom[layer] || 0);
  };
  view.refresh = () => refresh(view);
  view.select = (chain) => {
    view.chain = chain;
    view.mark(chain && (chain.grid || chain.community));
    document.querySelector(".card")?.remove();
    if (chain) view.frameElement.append(buildCard(view, chain));
    keepLink(view);
  };
  view.mark = (feature) => markFeature(view, feature);
  view.goTo = (feature) => {
    const padding = isWide(map) ? [330, 60] : [30, 230];
    const maxZoom = feature.layer === "buildings" || !feature.areal ? 18 : 17;
    map.fitBounds(boundsOf(feature), { maxZoom, padding, animate: false });
    const latlng = feature.label ? L.latLng(feature.label.at) : middle(feature);
    view.select(chainAt(view, { latlng }, feature));
  };
  view.openTable = (wanted) => {
    view.table = wanted && { state: { filter: "", sort: null, down: false, most: ROWS_AT_ONCE,
      ...wanted } };
    document.querySelector(".table-view")?.remove();
    view.frameElement.classList.toggle("with-table", Boolean(wanted));
    if (wanted) view.frameElement.append(buildTable(view));
  };
  view.rebuild = () => rebuild(view);
}

function isWide(map) {
  return map.getSize().x > 720;
}

/* Show what is to be seen at this zoom; what was drawn last lies on top. */
function refresh(view) {
  const { map, groups } = view;
  const zoom = map.getZoom();
  let below = false;
  for (const layer of groups) {
    const packed = Object.hasOwn(view.detail, layer.key) && !view.features[layer.key].length;
    if (!view.visible(layer.key) || packed) {
      layer.group?.remove();
      if (view.visible(layer.key)) fetchDetail(view);
      continue;
    }
    layer.group ||= L.featureGroup(layer.make());
    if (layer.zoom !== zoom) growLines(layer.group, layer.zoom = zoom);
    if (!map.hasLayer(layer.group)) {
      map.addLayer(layer.group);
      below = true;
    } else if (below) layer.group.bringToFront();
  }
  view.marked?.bringToFront();
  for (const row of document.querySelectorAll(".layer")) {
    const { layer } = row.dataset;
    const far = zoom < (view.style.fromZoom[layer.split("/")[0]] || 0);
    row.classList.toggle("too-far", view.shown[layer] && far);
    row.title = row.classList.contains("too-far") ? view.say("closer") : "";
  }
}

/* Panel, buttons, card and table anew: at the start and after a change of language. */
function rebuild(view) {
  document.documentElement.lang = view.lang ? "en" : "zh-CN";
  document.title = view.say("title");
  view.entries = null;
  view.frameElement?.remove();
  const frame = make("div", "frame");
  view.frameElement = frame;
  const panel = make("section", "panel");
  panel.append(buildHead(view), buildSearch(view), buildLegend(view), buildLayers(view),
    buildFoot(view));
  frame.append(panel, buildTools(view));
  document.body.append(frame);
  if (!view.scale) {
    view.scale = L.control.scale({ imperial: false, position: "bottomright", maxWidth: 140 });
    view.scale.addTo(view.map);
  }
  if (view.table) view.openTable(view.table.state);
  view.select(view.chain);
}

function buildTools(view) {
  const { map } = view;
  const tools = make("nav", "tools");
  tools.setAttribute("aria-label", view.say("tools"));
  const tool = (key, press, look = "") =>
    button(`tool ${look}`, view.say(key), view.say(key), press);
  tools.append(
    tool("layers", () => document.querySelector(".panel").classList.toggle("open"), "only-narrow"),
    tool("table", () => view.openTable(view.table ? null : { layer: "base_grids" }), "open-table"),
    tool("whole_city", view.frame),
    tool("picture", () => savePicture(view), "save-picture"),
    tool("print", () => window.print(), "print"),
    tool("language", () => {
      view.lang = 1 - view.lang;
      view.rebuild();
      view.canvas._redraw();
      keepLink(view);
    }, "language"),
  );
  if (document.fullscreenEnabled) tools.append(tool("full_screen", toggleFullScreen, "full-screen"));
  tools.append(
    button("tool sign", "+", view.say("zoom_in"), () => map.zoomIn(1)),
    button("tool sign", "−", view.say("zoom_out"), () => map.zoomOut(1)),
  );
  return tools;
}

function toggleFullScreen() {
  if (document.fullscreenElement) document.exitFullscreen();
  else document.documentElement.requestFullscreen();
}
