/* The table beside the map: every layer as rows that can be sorted, filtered and found. */

const COLUMNS = {
  communities: ["name", "community_code", "subdistrict", "households", "base_count",
    "micro_count", "exclusive_count", "status", "gap"],
  base_grids: ["name", "grid_code", "households", "deviation", "worker_post", "standby_post",
    "micro_count", "area_m2", "line_clarity", "compactness", "reason"],
  micro_grids: ["name", "grid_code", "households", "building_count", "micro_worker_post"],
  exclusive_grids: ["name", "grid_code", "kind", "responsible", "worker_post"],
  party_orgs: ["name", "level", "covers_count"],
  resources: ["name", "kind", "members"],
  department_grids: ["name", "department", "code", "union_of", "households",
    "households_off", "union_count"],
  findings: ["rule", "severity", "grid_code", "community_code", "message"],
};
const WIDE = ["reason", "message", "responsible"];
const ROWS_AT_ONCE = 250;

/* What stands in a column: told from the feature, or from who answers for it. */
function tableValue(view, feature, column) {
  if (column === "building_count") return feature.buildings;
  if (column === "message") return view.message(feature);
  if (column === "covers_count") return view.covers.get(feature.org_id) || 0;
  if (column.endsWith("_post")) {
    const wanted = column.slice(0, -"_post".length);
    return tellPosts(view, feature.grid_code).find(({ post }) => post === wanted)?.text;
  }
  return feature[column];
}

function countCovers(view) {
  const counts = new Map();
  for (const links of Object.values(view.duties.links)) {
    for (const [org, relation] of links) {
      if (relation === "covers") counts.set(org, (counts.get(org) || 0) + 1);
    }
  }
  return counts;
}

function buildTable(view) {
  view.covers ||= countCovers(view);
  const { state } = view.table;
  const box = make("section", "table-view");
  box.setAttribute("aria-label", view.say("table"));
  const bar = make("div", "table-bar");
  const choice = make("select");
  choice.setAttribute("aria-label", view.say("layers"));
  for (const layer of Object.keys(COLUMNS)) {
    if (!view.features[layer].length) continue;
    const option = make("option", "", view.say(layer));
    option.value = layer;
    option.selected = layer === state.layer;
    choice.append(option);
  }
  choice.addEventListener("change", () => view.openTable({ layer: choice.value }));
  const filter = make("input");
  filter.type = "search";
  filter.placeholder = view.say("filter");
  filter.setAttribute("aria-label", view.say("filter"));
  filter.value = state.filter;
  const count = make("span", "count");
  count.setAttribute("role", "status");
  bar.append(choice, filter, count,
    button("close", "×", view.say("close"), () => view.openTable(null)));
  const body = make("div", "table-body");
  const fill = () => fillTable(view, body, count);
  filter.addEventListener("input", () => {
    Object.assign(state, { filter: filter.value, most: ROWS_AT_ONCE });
    fill();
  });
  box.append(bar, body);
  fill();
  return box;
}

function fillTable(view, body, count) {
  const { state } = view.table;
  const rows = sortedRows(view);
  count.textContent = `${view.number(rows.length)} ${view.say("rows")}`;
  const table = make("table");
  table.append(make("caption", "", view.say(state.layer)));
  const again = () => fillTable(view, body, count);
  table.append(buildHeadings(view, again), buildRows(view, rows.slice(0, state.most)));
  body.replaceChildren(table);
  if (rows.length > state.most) {
    body.append(button("more", view.say("more_rows"), view.say("more_rows"), () => {
      state.most += 4 * ROWS_AT_ONCE;
      again();
    }));
  }
}

/* Rows that hold the words of the filter; empty values come last either way. */
function sortedRows(view) {
  const { state } = view.table;
  const columns = COLUMNS[state.layer];
  const wanted = state.filter.trim().toLowerCase();
  let rows = view.features[state.layer].map((feature) => ({
    feature, values: columns.map((column) => tableValue(view, feature, column) ?? null) }));
  if (wanted) {
    rows = rows.filter(({ values }) => values.some((value, i) => value !== null &&
      String(view.showValue(columns[i], value)).toLowerCase().includes(wanted)));
  }
  const at = columns.indexOf(state.sort);
  if (at < 0) return rows;
  const compare = new Intl.Collator(view.lang ? "en" : "zh", { numeric: true }).compare;
  const sign = state.down ? -1 : 1;
  return rows.sort(({ values: { [at]: a } }, { values: { [at]: b } }) => {
    if (a === null || b === null) return (a === null) - (b === null);
    return sign * (typeof a === "number" ? a - b : compare(a, b));
  });
}

function buildHeadings(view, again) {
  const { state } = view.table;
  const head = make("thead");
  const row = make("tr");
  for (const column of COLUMNS[state.layer]) {
    const cell = make("th");
    cell.scope = "col";
    const sorted = state.sort === column;
    cell.setAttribute("aria-sort", !sorted ? "none" : state.down ? "descending" : "ascending");
    const sort = button("", view.say(column), view.say(column), () => {
      Object.assign(state, { sort: column, down: sorted && !state.down });
      again();
      document.querySelector(`.table-view th[data-column="${column}"] button`).focus();
    });
    sort.append(make("i", "", sorted ? (state.down ? "▼" : "▲") : ""));
    cell.dataset.column = column;
    cell.append(sort);
    row.append(cell);
  }
  head.append(row);
  return head;
}

function buildRows(view, rows) {
  const columns = COLUMNS[view.table.state.layer];
  const body = make("tbody");
  for (const { feature, values } of rows) {
    const row = make("tr");
    values.forEach((value, i) => {
      const shown = value === null ? "" : String(view.showValue(columns[i], value));
      const cell = make(i ? "td" : "th", typeof value === "number" ? "number short"
        : WIDE.includes(columns[i]) ? "wide" : "short");
      if (i) cell.textContent = shown;
      else {
        cell.scope = "row";
        cell.append(button("", shown, shown, () => {
          if (feature.parts.length) view.goTo(feature);
        }));
      }
      row.append(cell);
    });
    body.append(row);
  }
  return body;
}
