/* The start: unpack, draw, and keep map, panel and card in step. */

async function startOneMap(map) {
  if (!window.DecompressionStream) {
    const { documentElement: page } = document;
    page.lang = "zh";
    document.body.append(make("p", "too-old",
      "浏览器版本过旧，无法显示本图。This browser is too old to show the map."));
    return;
  }
  const payload = await readPayload(document.getElementById("payload"));
  const view = makeView(map, payload);
  window.oneMap = view;
  view.frame();
  map.setMaxBounds(view.bounds.pad(1));
  map.setMinZoom(map.getZoom() - 2);
  view.canvas = makeCanvases(map);
  view.shapes = drawLayers(view.canvas, view.features, view.edges, view.style);
  view.buildings = view.shapes.find(([name]) => name === "buildings")[1];
  map.createPane("labels").style.cssText = "z-index: 480; pointer-events: none";
  view.labels = new LabelLayer(() => makeLabels(view));
  view.groups = [...view.shapes, ["labels", view.labels]];
  view.rebuild();
  view.refresh();
  map.on("moveend", view.refresh);
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") view.select(null);
  });
  map.on("click", (event) => view.select(chainAt(view, event)));
  followPointer(view);
  document.documentElement.dataset.ready = "yes";
}

function makeView(map, payload) {
  const features = {};
  const edges = {};
  for (const [name, layer] of Object.entries(payload.layers)) {
    features[name] = unpackLayer(name, layer, payload);
    edges[name] = unpackEdges(layer, payload);
  }
  const view = {
    map, features, edges, style: payload.style, about: payload.about,
    posts: payload.posts, lang: payload.lang,
    bounds: features.communities.map(boundsOf).reduce((all, one) => all.extend(one)),
    shown: {
      communities: true, base_grids: true, micro_grids: true, exclusive_grids: true,
      buildings: true, barriers: true, labels: true, findings: true,
    },
    chain: null,
  };
  addWords(view, payload.words);
  addActions(view);
  return view;
}

function addWords(view, words) {
  view.say = (key) => words[key][view.lang];
  view.sayValue = (value) => (`value.${value}` in words ? view.say(`value.${value}`) : value);
  view.message = (finding) => (view.lang ? finding.message_en : finding.message_zh);
  const whole = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
  view.number = (value) => whole.format(value);
  view.signedPercent = (value, digits = 1) =>
    `${value > 0 ? "+" : value < 0 ? "−" : ""}${Math.abs(100 * value).toFixed(digits)}%`;
  view.showValue = (column, value) => {
    if (column === "deviation") return view.signedPercent(value);
    if (column === "gap" || column === "line_clarity") return `${(100 * value).toFixed(1)}%`;
    if (column === "compactness") return value.toFixed(2);
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
    // All off and on again: what is drawn last lies on top.
    for (const [, group] of view.groups) group.remove();
    view.refresh();
  };
  view.visible = (name) => view.shown[name] &&
    map.getZoom() >= (view.style.fromZoom[name] || 0);
  view.refresh = () => refresh(view);
  view.select = (chain) => {
    view.chain = chain;
    view.mark(chain && (chain.grid || chain.community));
    document.querySelector(".card")?.remove();
    if (chain) view.frameElement.append(buildCard(view, chain));
  };
  view.mark = (feature) => markFeature(view, feature);
  view.goTo = (feature) => {
    const padding = isWide(map) ? [330, 60] : [30, 230];
    map.fitBounds(boundsOf(feature), { maxZoom: 17, padding, animate: false });
    view.select(chainAt(view, { latlng: L.latLng(feature.label.at) }, feature));
  };
  view.rebuild = () => rebuild(view);
}

function isWide(map) {
  return map.getSize().x > 720;
}

function refresh(view) {
  const { map, groups } = view;
  if (view.zoom !== map.getZoom()) growLines(view.shapes, view.zoom = map.getZoom());
  for (const [name, group] of groups) {
    const wanted = view.visible(name);
    if (wanted && !map.hasLayer(group)) map.addLayer(group);
    if (!wanted && map.hasLayer(group)) map.removeLayer(group);
  }
  if (view.visible("buildings")) view.buildings.showIn(map.getBounds().pad(0.1));
  view.labels.refresh();
  for (const row of document.querySelectorAll(".layer")) {
    const { layer } = row.dataset;
    row.classList.toggle("too-far", view.shown[layer] && !view.visible(layer));
    row.title = row.classList.contains("too-far") ? view.say("closer") : "";
  }
}

/* Panel, buttons and card anew: at the start and after a change of language. */
function rebuild(view) {
  document.documentElement.lang = view.lang ? "en" : "zh-CN";
  document.title = view.say("title");
  view.frameElement?.remove();
  const frame = make("div", "frame");
  view.frameElement = frame;
  const tools = make("nav", "tools");
  const { map } = view;
  tools.append(
    button("tool language", view.say("language"), view.say("language"), () => {
      view.lang = 1 - view.lang;
      view.rebuild();
      view.refresh();
    }),
    button("tool only-narrow", view.say("layers"), view.say("layers"), () =>
      frame.querySelector(".panel").classList.toggle("open")),
    button("tool", view.say("whole_city"), view.say("whole_city"), view.frame),
    button("tool sign", "+", view.say("zoom_in"), () => map.zoomIn(1)),
    button("tool sign", "−", view.say("zoom_out"), () => map.zoomOut(1)),
  );
  frame.append(buildPanel(view), tools);
  document.body.append(frame);
  if (!view.scale) {
    view.scale = L.control.scale({ imperial: false, position: "bottomright", maxWidth: 140 });
    view.scale.addTo(map);
  }
  if (view.chain) view.select(view.chain);
}

