/* The address of a view: position, layers, colours, language, what is selected. */

function linkOf(view) {
  const { lat, lng } = view.map.getCenter();
  const link = new URLSearchParams();
  link.set("at", [view.map.getZoom(), lat.toFixed(5), lng.toFixed(5)].join("/"));
  for (const [key, first] of Object.entries(view.first.shown)) {
    if (view.shown[key] !== first) link.append(first ? "off" : "on", key);
  }
  for (const key of ["colour", "lang"]) {
    if (view[key] !== view.first[key]) link.set(key, view[key]);
  }
  const { grid, community } = view.chain || {};
  if (grid || community) link.set("grid", grid?.grid_code || community.community_code);
  return `#${link}`;
}

function keepLink(view) {
  if (view.held) return;
  const link = linkOf(view);
  if (link !== window.location.hash) window.history.replaceState(null, "", link);
}

/* Show what an address says; what it does not say is as at first. */
function followLink(view) {
  const link = new URLSearchParams(window.location.hash.slice(1));
  view.shown = { ...view.first.shown };
  for (const [word, on] of [["off", false], ["on", true]]) {
    for (const key of link.getAll(word)) if (Object.hasOwn(view.shown, key)) view.shown[key] = on;
  }
  const colour = link.get("colour");
  view.colour = Object.hasOwn(view.style.choropleth, colour) ? colour : view.first.colour;
  view.lang = link.has("lang") ? Number(link.get("lang") === "1") : view.first.lang;
  const [zoom, lat, lng] = (link.get("at") || "").split("/").map(Number);
  if (Number.isFinite(zoom) && Number.isFinite(lat) && Number.isFinite(lng)) {
    view.map.setView([lat, lng], zoom, { animate: false });
  }
  view.chain = chainOfCode(view, link.get("grid"));
}

function chainOfCode(view, code) {
  for (const layer of ["base_grids", "exclusive_grids", "communities"]) {
    const found = code && view.features[layer].find((one) =>
      (one.grid_code || one.community_code) === code);
    if (found) return chainAt(view, { latlng: L.latLng(found.label.at) }, found);
  }
  return null;
}
