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
  const households = view.features.base_grids.reduce((sum, grid) => sum + grid.households, 0);
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

/* The card: everything that is known of one place, from the grid outwards. */
function buildCard(view, chain) {
  const card = make("aside", "card");
  card.append(button("close", "×", view.say("close"), () => view.select(null)));
  const { community, grid, micro, building } = chain;
  const head = grid || community;
  card.append(make("div", "kind", view.say(head.layer.replace("ies", "y").replace(/s$/, ""))));
  card.append(make("h2", "", head.name));
  if (grid) card.append(make("div", "code", grid.grid_code));
  if (grid) card.append(buildFacts(view, grid));
  if (micro) card.append(section(view, "micro_grid", micro, micro.name));
  if (building) card.append(section(view, "building", building, building.building_id));
  if (community) {
    card.append(grid ? section(view, "community", community, community.name)
      : buildFacts(view, community));
  }
  const findings = view.features.findings.filter((finding) => (grid
    ? finding.grid_code === grid.grid_code
    : finding.community_code === community.community_code && !finding.grid_code));
  if (findings.length) card.append(buildFindings(view, findings));
  return card;
}

function section(view, key, feature, name) {
  const box = make("section");
  const head = make("h3");
  head.append(make("span", "", view.say(key)), make("b", "", name));
  box.append(head, buildFacts(view, feature));
  return box;
}

const FACTS = {
  base_grids: ["households", "deviation", "micro_count", "area_m2", "line_clarity",
    "compactness", "reason"],
  micro_grids: ["grid_code", "households", "buildings"],
  exclusive_grids: ["kind", "responsible"],
  buildings: ["households", "floors", "compound_id", "address"],
  communities: ["community_code", "subdistrict", "households", "base_count", "micro_count",
    "exclusive_count", "status", "gap", "given_up", "reason"],
};

function buildFacts(view, feature) {
  const list = make("dl", "facts");
  for (const column of FACTS[feature.layer]) {
    const value = feature[column];
    if (value === null || value === undefined) continue;
    const key = column === "buildings" ? "building_count" : column;
    const shown = make("dd", "", view.showValue(column, value));
    if (column === "deviation") {
      const chip = make("i", "swatch");
      chip.style.background = view.style.colours[deviationClass(value, view.style)];
      shown.prepend(chip);
    }
    list.append(make("dt", "", view.say(key)), shown);
  }
  return list;
}

function buildFindings(view, findings) {
  const box = make("section");
  const head = make("h3");
  head.append(make("span", "", view.say("findings")));
  box.append(head);
  for (const finding of findings) {
    const row = make("p", `finding ${finding.severity}`);
    row.append(make("b", "", finding.rule),
      make("span", "", view.lang ? finding.message_en : finding.message_zh));
    box.append(row);
  }
  return box;
}
