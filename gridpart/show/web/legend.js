/* What the colours of the base grids mean, and the switch between two meanings. */

function classOf(value, { edges }) {
  return edges.filter((edge) => (edge < 0 ? value >= edge : value > edge)).length;
}

function colourOf(view, grid) {
  const { edges, colours } = view.style.choropleth[view.colour];
  return colours[classOf(grid[view.colour], { edges })];
}

function buildLegend(view) {
  const box = make("div", "colours");
  box.append(buildColourSwitch(view), make("h2", "", view.say(`${view.colour}_legend`)));
  if (view.colour === "deviation") box.append(buildWithin(view));
  box.append(...buildClasses(view));
  return box;
}

function buildColourSwitch(view) {
  const box = make("div", "colour-switch");
  box.setAttribute("role", "radiogroup");
  box.setAttribute("aria-label", view.say("colour_by"));
  box.append(make("span", "", view.say("colour_by")));
  for (const mode of Object.keys(view.style.choropleth)) {
    const label = make("label");
    const input = make("input");
    input.type = "radio";
    input.name = "colour";
    input.value = mode;
    input.checked = view.colour === mode;
    input.addEventListener("change", () => view.recolour(mode));
    label.append(input, make("span", "", view.say(mode)));
    box.append(label);
  }
  return box;
}

function buildWithin(view) {
  const counts = classCounts(view);
  const within = counts.slice(2, 5).reduce((sum, count) => sum + count, 0);
  const line = make("div", "within");
  line.append(make("span", "", view.say("within")),
    make("b", "", `${((100 * within) / Math.max(1, view.features.base_grids.length)).toFixed(1)}%`));
  return line;
}

function classCounts(view) {
  const { edges, colours } = view.style.choropleth[view.colour];
  const counts = colours.map(() => 0);
  for (const grid of view.features.base_grids) counts[classOf(grid[view.colour], { edges })] += 1;
  return counts;
}

/* The classes from the highest down, each with the number of its grids. */
function buildClasses(view) {
  const { colours } = view.style.choropleth[view.colour];
  const counts = classCounts(view);
  const most = Math.max(1, ...counts);
  return colours.map((colour, i) => {
    const row = make("div", "class");
    const swatch = make("i", "swatch");
    swatch.style.background = colour;
    const bar = make("span", "bar");
    const fill = make("span");
    fill.style.width = `${(100 * counts[i]) / most}%`;
    fill.style.background = colour;
    bar.append(fill);
    row.append(swatch, make("span", "range", classRange(view, i)), bar,
      make("span", "count", view.number(counts[i])));
    return row;
  }).reverse();
}

function classRange(view, i) {
  const { edges } = view.style.choropleth[view.colour];
  const show = (edge) => (view.colour === "deviation"
    ? view.signedPercent(edge, 0) : view.number(edge));
  if (view.colour === "households") {
    if (i === 0) return `≤ ${show(edges[0])}`;
    if (i === edges.length) return `> ${show(edges[i - 1])}`;
    return `${view.number(edges[i - 1] + 1)} ~ ${show(edges[i])}`;
  }
  if (i === 0) return `< ${show(edges[0])}`;
  if (i === edges.length) return `> ${show(edges[i - 1])}`;
  return `${show(edges[i - 1])} ~ ${show(edges[i])}`;
}
