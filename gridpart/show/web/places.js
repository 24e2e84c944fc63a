/* What is where: under the pointer, under a click. */

/* Everything at a place, from the community down to the building; what was searched
   for goes before what else lies there. */
function chainAt(view, { latlng, containerPoint }, wanted) {
  const at = (name) => (wanted?.layer === name ? wanted
    : view.features[name].find((feature) => holds(feature, latlng.lat, latlng.lng)));
  const near = (name, pixels) => (containerPoint && view.visible(name)
    ? view.features[name].filter((feature) => feature.parts.length &&
      view.map.latLngToContainerPoint(middle(feature)).distanceTo(containerPoint) < pixels)
    : []);
  if (wanted?.layer === "communities") return { community: wanted, findings: [] };
  const chain = {
    community: at("communities"),
    grid: wanted?.layer === "base_grids" ? wanted : at("exclusive_grids") || at("base_grids"),
    micro: at("micro_grids"),
    building: view.visible("buildings")
      ? at("buildings") || near("buildings", 6).find((one) => !one.areal) : undefined,
    findings: near("findings", 9),
  };
  return chain.grid || chain.community || chain.findings.length ? chain : null;
}

function markFeature(view, feature) {
  view.marked?.remove();
  view.marked = feature && L.polygon(feature.parts, {
    pane: "marks", interactive: false, fill: false, color: view.style.marks.selected,
    weight: 3.2, renderer: view.canvas.marks,
  }).addTo(view.map);
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

function tipLines(view, { grid, community, findings }) {
  const lines = [make("b", "", (grid || community)?.name)];
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
