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
  view.canvas = makeCanvases(map);
  view.groups = drawLayers(view.canvas, view.features, payload.style);
  map.createPane("labels").style.cssText = "z-index: 480; pointer-events: none";
  view.groups.labels = new LabelLayer(() => makeLabels(view));
  view.rebuild();
  view.refresh();
  map.on("moveend", () => view.refresh());
  map.on("click", (event) => view.select(chainAt(view, event.latlng)));
  followPointer(view);
  document.documentElement.dataset.ready = "yes";
}

function makeView(map, payload) {
  const features = {};
  for (const [name, layer] of Object.entries(payload.layers)) {
    features[name] = unpackLayer(name, layer, payload);
  }
  const view = {
    map, features, style: payload.style, about: payload.about, lang: payload.lang,
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
  view.number = (value, digits = 0) => value.toLocaleString("en", {
    minimumFractionDigits: digits, maximumFractionDigits: digits });
  view.signedPercent = (value, digits = 1) =>
    `${value > 0 ? "+" : value < 0 ? "−" : ""}${Math.abs(100 * value).toFixed(digits)}%`;
  view.showValue = (column, value) => {
    if (column === "deviation") return view.signedPercent(value);
    if (column === "gap" || column === "line_clarity") return `${(100 * value).toFixed(1)}%`;
    if (column === "compactness") return value.toFixed(2);
    if (column === "area_m2") return `${view.number(value / 10000, 2)} ha`;
    if (typeof value === "number") return view.number(value);
    return view.sayValue(value);
  };
}

function addActions(view) {
  const { map } = view;
  view.frame = () => {
    const wide = map.getSize().x > 720;
    map.fitBounds(view.bounds, {
      paddingTopLeft: [wide ? 330 : 16, 16], paddingBottomRight: [16, 24], animate: false });
  };
  view.toggle = (name, on) => {
    view.shown[name] = on;
    // All off and on again: what is drawn last lies on top.
    for (const group of Object.values(view.groups)) group.remove();
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
    map.fitBounds(boundsOf(feature), { maxZoom: 17, paddingTopLeft: [330, 60],
      paddingBottomRight: [330, 60], animate: false });
    view.select(chainAt(view, L.latLng(feature.label.at), feature));
  };
  view.rebuild = () => rebuild(view);
}

function refresh(view) {
  const { map, groups } = view;
  for (const [name, group] of Object.entries(groups)) {
    const wanted = view.visible(name);
    if (wanted && !map.hasLayer(group)) map.addLayer(group);
    if (!wanted && map.hasLayer(group)) map.removeLayer(group);
  }
  groups.buildings.refresh(map.getBounds().pad(0.1), view.visible("buildings"));
  if (view.zoom !== map.getZoom()) widenLines(groups, view.zoom = map.getZoom());
  groups.labels.refresh();
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

/* Everything at a place, from the community down to the building. */
function chainAt(view, { lat, lng }, wanted) {
  const at = (name) => view.features[name].find((feature) => holds(feature, lat, lng));
  if (wanted?.layer === "communities") return { community: wanted };
  const grid = at("exclusive_grids") || at("base_grids");
  const community = at("communities");
  if (!grid && !community) return null;
  return {
    community, grid, micro: at("micro_grids"),
    building: view.visible("buildings") ? at("buildings") : undefined,
  };
}

function markFeature(view, feature) {
  view.marked?.remove();
  view.marked = feature && L.polygon(feature.parts, {
    pane: "marks", interactive: false, fill: false, color: view.style.marks.selected,
    weight: 3.2, renderer: view.canvas.marks,
  }).addTo(view.map);
}

/* A line of text beside the pointer; drawn at most once a frame. */
function followPointer(view) {
  const tip = make("div", "tip");
  tip.hidden = true;
  document.body.append(tip);
  let due = null;
  const show = () => {
    const { latlng, containerPoint } = due;
    due = null;
    const chain = chainAt(view, latlng);
    tip.hidden = !chain;
    if (!chain) return;
    const { grid, community } = chain;
    const lines = grid
      ? [grid.name, grid.layer === "base_grids"
        ? `${view.number(grid.households)} ${view.say("unit_households")} · ` +
          view.signedPercent(grid.deviation)
        : view.say("exclusive_grid")]
      : [community.name];
    tip.replaceChildren(...lines.map((line, i) => make(i ? "span" : "b", "", line)));
    tip.style.transform = `translate(${containerPoint.x + 14}px, ${containerPoint.y + 14}px)`;
  };
  view.map.on("mousemove", (event) => {
    if (!due) requestAnimationFrame(show);
    due = event;
  });
  view.map.on("mouseout", () => { tip.hidden = true; });
}

function makeLabels(view) {
  const { map } = view;
  const zoom = map.getZoom();
  const bounds = map.getBounds();
  const middleLat = (bounds.getCenter().lat * Math.PI) / 180;
  const metresPerPixel = (40075016.7 * Math.cos(middleLat)) / (256 * 2 ** zoom);
  const labels = [];
  const add = (features, look) => {
    for (const feature of features) {
      if (!boxMeets(feature.box, bounds)) continue;
      labels.push({ at: feature.label.at, room: feature.label.radius / metresPerPixel,
        halo: "rgba(255,255,255,0.92)", over: 1.35, ...look(feature) });
    }
  };
  if (view.visible("communities") && zoom < 15) {
    add(view.features.communities, (f) => ({
      lines: [f.name], size: 12.5, weight: 700, over: 2, colour: view.style.marks.community }));
  }
  if (view.visible("base_grids")) {
    add(view.features.base_grids, (f) => ({
      lines: [shortName(view, f), `${f.grid_code.slice(-3)} · ${view.number(f.households)}` +
        (view.lang ? "" : view.say("unit_households"))],
      size: 12.5, weight: 600, colour: "#1c2a33" }));
  }
  if (view.visible("exclusive_grids")) {
    add(view.features.exclusive_grids, (f) => ({
      lines: [f.name], size: 11.5, weight: 600, colour: "#1d5c4e" }));
  }
  if (view.visible("micro_grids") && zoom >= 16.5) {
    add(view.features.micro_grids, (f) => ({
      lines: [`${f.grid_code.slice(-2)} · ${view.number(f.households)}`],
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
