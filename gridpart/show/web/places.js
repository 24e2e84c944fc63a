/* What is where: under the pointer, under a click. */

/* Layers of points, and the column that parts them into kinds. */
const POINT_LAYERS = [["party_orgs", "level"], ["resources", "kind"], ["workers", "role"]];

/* Everything at a place, from the community down to the building; what was searched
   for goes before what else lies there. */
function chainAt(view, { latlng, containerPoint }, wanted) {
  const point = worldPoint(latlng, view.corner);
  const within = (name) => view.features[name].filter((feature) => holds(feature, point));
  const at = (name) => (wanted?.layer === name ? wanted
    : view.features[name].find((feature) => holds(feature, point)));
  const near = (name, pixels) => (containerPoint && view.visible(name)
    ? nearest(view, name, containerPoint, pixels) : []);
  if (wanted?.layer === "communities") {
    return { community: wanted, findings: [], marks: [], departments: [] };
  }
  const marks = POINT_LAYERS.flatMap(([name, column]) => near(name, 9)
    .filter((one) => view.shown[`${name}/${one[column]}`] !== false));
  if (POINT_LAYERS.some(([name]) => name === wanted?.layer)) marks.unshift(wanted);
  const chain = {
    community: at("communities"),
    grid: wanted?.layer === "base_grids" ? wanted : at("exclusive_grids") || at("base_grids"),
    micro: at("micro_grids"),
    building: view.visible("buildings") || wanted?.layer === "buildings"
      ? at("buildings") || near("buildings", 6).find((one) => !one.areal) : undefined,
    findings: near("findings", 9),
    departments: within("department_grids"),
    marks,
  };
  return chain.grid || chain.community || chain.findings.length || marks.length ? chain : null;
}

/* Features of a layer whose middle is within some pixels of a point. */
function nearest(view, name, point, pixels) {
  const corner = (sign) => view.map.containerPointToLatLng(point.add([sign * pixels, sign * pixels]));
  const around = boxOfBounds(L.latLngBounds(corner(-1), corner(1)), view.corner);
  return view.features[name].filter(({ box, parts }) => {
    const at = { x: (box.west + box.east) / 2, y: (box.north + box.south) / 2 };
    return parts.length && boxMeets({ west: at.x, east: at.x, north: at.y, south: at.y }, around);
  });
}

function markFeature(view, feature) {
  view.marked?.remove();
  const look = { pane: "drawing", interactive: false, fill: false, weight: 3.2,
    color: view.style.marks.selected, renderer: view.canvas };
  view.marked = feature && (feature.areal ? new Shape(feature, look)
    : L.circleMarker(middle(feature), { ...look, radius: 12 })).addTo(view.map);
}

/* A line or two beside the pointer; made at most once a frame. */
function followPointer(view) {
  const tip = make("div", "tip");
  tip.hidden = true;
  document.body.append(tip);
  let due = null;
  const show = () => {
    const chain = due && chainAt(view, due);
    tip.hidden = !chain;
    if (chain) {
      tip.replaceChildren(...tipLines(view, chain));
      const room = view.map.getSize().subtract([tip.offsetWidth + 8, tip.offsetHeight + 8]);
      const x = Math.min(due.containerPoint.x + 14, room.x);
      const y = Math.min(due.containerPoint.y + 14, room.y);
      tip.style.transform = `translate(${x}px, ${y}px)`;
    }
    due = null;
  };
  view.map.on("mousemove mouseout", (event) => {
    if (!due) requestAnimationFrame(show);
    due = event;
    if (event.type === "mouseout") due = null;
  });
}

function tipLines(view, { grid, community, findings, marks }) {
  const lines = [make("b", "", (grid || community)?.name)];
  for (const mark of marks.slice(0, 3)) lines.unshift(make("b", "", titleOf(mark)));
  if (grid?.layer === "base_grids") {
    lines.push(make("span", "", `${view.number(grid.households)} ` +
      `${view.say("unit_households")} · ${view.signedPercent(grid.deviation)}`));
  } else if (grid) {
    lines.push(make("span", "", view.say("exclusive_grid")));
  }
  for (const finding of findings.slice(0, 3)) {
    lines.push(make("span", "", `${finding.rule} ${view.message(finding)}`));
  }
  return lines;
}
