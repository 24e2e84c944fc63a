/* What stands around the map: title, search, layers, legend, card. Text only. */

function make(tag, className, text) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text !== undefined) element.textContent = text;
  return element;
}

function button(className, text, title, press) {
  const element = make("button", className, text);
  element.type = "button";
  element.title = title;
  element.setAttribute("aria-label", title);
  element.addEventListener("click", press);
  return element;
}

function buildPanel(view) {
  const panel = make("section", "panel");
  panel.append(
    buildHead(view), buildSearch(view), buildLayers(view), buildLegend(view), buildFoot(view),
  );
  return panel;
}

function buildHead(view) {
  const head = make("header", "head");
  const households = view.features.communities.reduce((sum, one) => sum + one.households, 0);
  if (view.about.place) head.append(make("div", "place", view.about.place));
  head.append(make("h1", "", view.say("title")));
  const figures = make("div", "figures");
  const counts = [
    ["communities", view.features.communities.length],
    ["base_grids", view.features.base_grids.length],
    ["micro_grids", view.features.micro_grids.length],
    ["households", households],
  ];
  for (const [key, count] of counts) {
    const figure = make("div", "figure");
    figure.append(make("b", "", view.number(count)), make("span", "", view.say(key)));
    figures.append(figure);
  }
  head.append(figures);
  return head;
}

function buildLayers(view) {
  const box = make("fieldset", "layers");
  box.append(make("legend", "", view.say("layers")));
  for (const name of Object.keys(view.shown)) {
    const row = make("label", "layer");
    const input = make("input");
    input.type = "checkbox";
    input.name = name;
    input.checked = view.shown[name];
    input.addEventListener("change", () => view.toggle(name, input.checked));
    const count = view.features[name];
    row.append(
      input, make("i", `swatch ${name}`), make("span", "layer-name", view.say(name)),
      make("span", "count", count && name !== "barriers" ? view.number(count.length) : ""),
    );
    row.dataset.layer = name;
    box.append(row);
  }
  return box;
}

function buildLegend(view) {
  const { style, features } = view;
  const box = make("div", "deviation");
  box.append(make("h2", "", view.say("legend")));
  const counts = style.colours.map((_, i) => features.base_grids.filter(
    (grid) => deviationClass(grid.deviation, style) === i).length);
  const within = counts.slice(2, 5).reduce((sum, count) => sum + count, 0);
  const line = make("div", "within");
  line.append(make("span", "", view.say("within")),
    make("b", "", `${((100 * within) / Math.max(1, features.base_grids.length)).toFixed(1)}%`));
  box.append(line);
  const most = Math.max(1, ...counts);
  style.colours.forEach((_, back) => {
    const i = style.colours.length - 1 - back;
    const row = make("div", "class");
    const swatch = make("i", "swatch");
    swatch.style.background = style.colours[i];
    const bar = make("span", "bar");
    const fill = make("span");
    fill.style.width = `${(100 * counts[i]) / most}%`;
    fill.style.background = style.colours[i];
    bar.append(fill);
    row.append(swatch, make("span", "range", classRange(view, i)), bar,
      make("span", "count", view.number(counts[i])));
    box.append(row);
  });
  return box;
}

function classRange(view, i) {
  const { edges } = view.style;
  const show = (edge) => view.signedPercent(edge, 0);
  if (i === 0) return `< ${show(edges[0])}`;
  if (i === edges.length) return `> ${show(edges[i - 1])}`;
  return `${show(edges[i - 1])} ~ ${show(edges[i])}`;
}

function buildFoot(view) {
  const foot = make("footer", "foot");
  const { about } = view;
  const parts = [
    ["basis", view.sayValue(about.basis)],
    ["created", (about.created || "").slice(0, 10)],
    ["plan_id", about.id],
  ];
  for (const [key, value] of parts) {
    if (!value) continue;
    const row = make("div");
    row.append(make("span", "", view.say(key)), make("b", "", value));
    foot.append(row);
  }
  return foot;
}

function buildSearch(view) {
  const box = make("div", "search");
  const input = make("input");
  input.type = "search";
  input.placeholder = view.say("search");
  input.setAttribute("aria-label", view.say("search"));
  const list = make("ul", "results");
  list.setAttribute("role", "listbox");
  let found = [];
  let at = 0;
  const mark = () => [...list.children].forEach((item, i) =>
    item.setAttribute("aria-selected", String(i === at)));
  const take = (feature) => {
    list.replaceChildren();
    view.goTo(feature);
  };
  input.addEventListener("input", () => {
    found = findFeatures(view.features, input.value);
    at = 0;
    list.replaceChildren(...found.map((feature) => {
      const item = make("li");
      item.setAttribute("role", "option");
      item.append(make("b", "", feature.name),
        make("span", "", feature.grid_code || feature.community_code));
      item.addEventListener("mousedown", () => take(feature));
      return item;
    }));
    if (input.value.trim() && !found.length) {
      list.append(make("li", "none", view.say("nothing_found")));
    }
    mark();
  });
  input.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && found.length) {
      event.preventDefault();
      at = (at + step + found.length) % found.length;
      mark();
      list.children[at].scrollIntoView({ block: "nearest" });
    }
    if (event.key === "Enter" && found[at]) take(found[at]);
    if (event.key === "Escape") list.replaceChildren();
  });
  input.addEventListener("blur", () => list.replaceChildren());
  box.append(input, list);
  return box;
}

/* Up to twelve features whose name or code holds the words; codes match by start. */
function findFeatures(features, text) {
  const wanted = text.trim().toLowerCase();
  if (!wanted) return [];
  const found = [];
  for (const layer of ["communities", "base_grids", "exclusive_grids", "micro_grids"]) {
    for (const feature of features[layer]) {
      const code = feature.grid_code || feature.community_code;
      if (feature.name.toLowerCase().includes(wanted) || code.includes(wanted)) {
        found.push(feature);
        if (found.length === 12) return found;
      }
    }
  }
  return found;
}
