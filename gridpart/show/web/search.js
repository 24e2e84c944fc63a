/* Search over names, codes, posts and addresses; the keys go through what was found. */

const MOST_FOUND = 12;

/* All that can be found: words to match, and the feature it leads to. */
function searchEntries(view) {
  const { features } = view;
  const entries = [];
  const add = (key, feature, name, code, ...more) => {
    const words = [name, code, ...more].filter(Boolean).join(" ").toLowerCase();
    entries.push({ key, feature, name: name || code, code: code || "", words });
  };
  for (const one of features.communities) {
    add("community", one, one.name, one.community_code, one.subdistrict);
  }
  for (const one of features.base_grids) add("base_grid", one, one.name, one.grid_code);
  for (const one of features.exclusive_grids) {
    add("exclusive_grid", one, one.name, one.grid_code, one.responsible);
  }
  addCompounds(view, add);
  for (const one of features.base_grids) addPosts(view, one, add);
  for (const one of features.party_orgs) {
    add("party_org", one, one.name, one.org_id, view.sayValue(one.level));
  }
  for (const one of features.resources) add("resource", one, one.name, view.sayValue(one.kind));
  for (const one of features.department_grids) {
    add("department_grid", one, one.name, one.code, one.department);
  }
  for (const one of features.workers) {
    add("worker", one, one.worker_id, view.sayValue(one.role), one.worker_id);
  }
  for (const one of features.micro_grids) add("micro_grid", one, one.name, one.grid_code);
  for (const one of features.buildings) add("building", one, one.address, one.building_id);
  return entries;
}

/* A compound leads to its building with the most households. */
function addCompounds(view, add) {
  const largest = new Map();
  for (const one of view.features.buildings) {
    const best = largest.get(one.compound_id);
    if (one.compound_id && !(best?.households >= one.households)) largest.set(one.compound_id, one);
  }
  for (const [id, building] of largest) {
    add("compound", building, Object.hasOwn(view.compounds, id) ? view.compounds[id] : null, id);
  }
}

function addPosts(view, grid, add) {
  const told = new Map();
  for (const [post, holder] of postsOf(view, grid.grid_code)) {
    const held = holder === null ? view.say("vacant") : holder === "✓" ? view.say("filled") : holder;
    if (!told.has(post)) told.set(post, new Set());
    told.get(post).add(held);
  }
  for (const [post, held] of told) {
    add("post", grid, `${grid.name} ${view.sayValue(post)}`, [...held].join(" "), grid.grid_code);
  }
}

/* Entries that hold every word; whole names and codes first, then those that begin so. */
function findEntries(view, text) {
  const wanted = text.trim().toLowerCase();
  if (!wanted) return [];
  view.entries ||= searchEntries(view);
  const parts = wanted.split(/\s+/);
  const ranked = [[], [], []];
  for (const entry of view.entries) {
    if (!entry.words.includes(wanted) && !parts.every((part) => entry.words.includes(part))) continue;
    const name = entry.name.toLowerCase();
    const rank = name === wanted || entry.code === wanted ? 0
      : name.startsWith(wanted) || entry.code.startsWith(wanted) ? 1 : 2;
    if (ranked[rank].length < MOST_FOUND) ranked[rank].push(entry);
  }
  return ranked.flat().slice(0, MOST_FOUND);
}

function buildSearch(view) {
  const box = make("div", "search");
  const input = make("input");
  const list = make("ul", "results");
  list.id = "results";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", view.say("found_results"));
  input.type = "search";
  input.placeholder = view.say("search");
  for (const [name, value] of [["aria-label", view.say("search")], ["role", "combobox"],
    ["aria-autocomplete", "list"], ["aria-controls", "results"], ["autocomplete", "off"]]) {
    input.setAttribute(name, value);
  }
  const found = { entries: [], at: 0 };
  const close = () => {
    list.replaceChildren();
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };
  const take = ({ feature }) => {
    close();
    view.goTo(feature);
  };
  const mark = () => {
    [...list.children].forEach((item, i) =>
      item.setAttribute("aria-selected", String(i === found.at)));
    input.setAttribute("aria-activedescendant", `result-${found.at}`);
    list.children[found.at]?.scrollIntoView({ block: "nearest" });
  };
  const search = () => {
    const kept = found.entries[found.at]?.words;
    found.entries = findEntries(view, input.value);
    found.at = Math.max(0, found.entries.findIndex(({ words }) => words === kept));
    list.replaceChildren(...found.entries.map((entry, i) => buildResult(view, entry, i, take)));
    if (!input.value.trim()) return close();
    if (!found.entries.length) list.append(make("li", "none", view.say("nothing_found")));
    input.setAttribute("aria-expanded", String(found.entries.length > 0));
    mark();
  };
  input.addEventListener("input", () => {
    found.at = 0;
    found.entries = [];
    search();
  });
  input.addEventListener("focus", () => fetchDetail(view).then(() => {
    if (input.value && list.children.length) search();
  }));
  input.addEventListener("keydown", (event) => {
    const { entries } = found;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && entries.length) {
      event.preventDefault();
      found.at = (found.at + step + entries.length) % entries.length;
      mark();
    }
    if (event.key === "Enter" && list.children.length && entries[found.at]) take(entries[found.at]);
    if (event.key === "Escape") close();
  });
  input.addEventListener("blur", close);
  close();
  box.append(input, list);
  return box;
}

function buildResult(view, entry, i, take) {
  const item = make("li");
  item.id = `result-${i}`;
  item.setAttribute("role", "option");
  item.append(make("i", "", view.say(entry.key)), make("b", "", entry.name),
    make("span", "", entry.code));
  item.addEventListener("mousedown", () => take(entry));
  return item;
}
