/* What is drawn: one canvas for each height, from the ground up. */

const HEIGHTS = ["ground", "streets", "buildings", "edges", "marks"];

function makeCanvases(map) {
  const canvas = {};
  HEIGHTS.forEach((height, i) => {
    const pane = map.createPane(height);
    pane.style.zIndex = 400 + 10 * i;
    pane.style.pointerEvents = "none";
    canvas[height] = L.canvas({ pane: height, padding: 0.3 });
  });
  return canvas;
}

/* The layers of the switch, each as one group of shapes, from the ground up. */
function drawLayers(canvas, features, style) {
  const draw = { canvas, style };
  return {
    communities: drawCommunities(draw, features.communities),
    base_grids: drawBaseGrids(draw, features.base_grids),
    exclusive_grids: drawExclusiveGrids(draw, features.exclusive_grids),
    micro_grids: drawMicroGrids(draw, features.micro_grids),
    barriers: drawBarriers(draw, features.barriers),
    buildings: drawBuildings(draw, features.buildings),
    findings: drawFindings(draw, features.findings),
  };
}

function polygon(draw, height, feature, options) {
  return L.polygon(feature.parts, {
    renderer: draw.canvas[height], pane: height, interactive: false,
    smoothFactor: 0.5, ...options,
  });
}

function outline(draw, feature, options) {
  return polygon(draw, "edges", feature, { fill: false, weight: options.width, ...options });
}

function drawCommunities(draw, features) {
  const { marks } = draw.style;
  const shapes = features.flatMap((feature) => [
    polygon(draw, "ground", feature, { stroke: false, fillColor: marks.ground, fillOpacity: 1 }),
    outline(draw, feature, { color: "#ffffff", width: 5, opacity: 0.75 }),
  ]);
  const lines = features.map((feature) => outline(draw, feature, {
    color: marks.community, width: 2.6, dashArray: "12 4 3 4",
  }));
  return L.featureGroup([...shapes, ...lines]);
}

function drawBaseGrids(draw, features) {
  const { style } = draw;
  return L.featureGroup(features.flatMap((feature) => [
    polygon(draw, "ground", feature, {
      stroke: false, fillOpacity: 0.92,
      fillColor: style.colours[deviationClass(feature.deviation, style)],
    }),
    outline(draw, feature, { color: style.marks.base, width: 1.7, opacity: 0.9 }),
  ]));
}

function drawExclusiveGrids(draw, features) {
  const { marks } = draw.style;
  const hatch = hatchPattern(marks.exclusive);
  return L.featureGroup(features.flatMap((feature) => [
    polygon(draw, "ground", feature, { stroke: false, fillColor: "#e3efe9", fillOpacity: 1 }),
    polygon(draw, "ground", feature, { stroke: false, fillColor: hatch, fillOpacity: 0.55 }),
    outline(draw, feature, { color: marks.exclusive, width: 1.9 }),
  ]));
}

function drawMicroGrids(draw, features) {
  return L.featureGroup(features.map((feature) => polygon(draw, "buildings", feature, {
    fill: false, color: draw.style.marks.micro, weight: 1.1, dashArray: "3 3",
  })));
}

/* Water first, then each kind of way: all casings before all surfaces. */
function drawBarriers(draw, features) {
  const group = L.featureGroup([]);
  for (const [kind, look] of Object.entries(draw.style.barriers)) {
    const ways = features.filter((f) => barrierKind(f.kind, draw.style) === kind);
    const common = { renderer: draw.canvas.streets, pane: "streets", interactive: false };
    const areas = ways.filter((f) => f.areal);
    const lines = ways.filter((f) => !f.areal).map((f) => f.parts.map((rings) => rings[0]));
    for (const area of areas) {
      group.addLayer(L.polygon(area.parts, {
        ...common, color: look.line, weight: 0.8, fillColor: look.fill, fillOpacity: 1,
      }));
    }
    if (!lines.length) continue;
    if (look.case) {
      group.addLayer(L.polyline(lines.flat(), {
        ...common, color: look.case, weight: look.width + 1.4, width: look.width, casing: 1.4,
      }));
    }
    group.addLayer(L.polyline(lines.flat(), {
      ...common, color: look.line, weight: look.width, width: look.width, casing: 0,
      dashArray: look.dash, lineCap: look.dash ? "butt" : "round",
    }));
  }
  return group;
}

/* Lines grow with the zoom: ways read as ways, and a whole city is not all ink. */
function widenLines(groups, zoom) {
  const way = Math.min(3, Math.max(0.28, 2 ** ((zoom - 16) * 0.6)));
  groups.barriers.eachLayer((layer) => {
    const { width, casing } = layer.options;
    if (width) layer.setStyle({ weight: width * way + casing * Math.min(1, way * 1.2) });
  });
  const edge = Math.min(1.15, Math.max(0.4, 2 ** ((zoom - 15.5) * 0.4)));
  for (const name of ["communities", "base_grids", "exclusive_grids"]) {
    groups[name].eachLayer((layer) => {
      const { width } = layer.options;
      if (width) layer.setStyle({ weight: width * edge });
    });
  }
}

function drawBuildings(draw, features) {
  const group = L.featureGroup([]);
  const { marks } = draw.style;
  const look = {
    renderer: draw.canvas.buildings, pane: "buildings", interactive: false,
    color: marks.building_line, weight: 0.7, fillColor: marks.building, fillOpacity: 0.75,
  };
  group.refresh = (bounds, wanted) => {
    for (const feature of features) {
      const seen = wanted && boxMeets(feature.box, bounds);
      if (seen && !feature.shape) {
        feature.shape = feature.areal
          ? L.polygon(feature.parts, look)
          : L.circleMarker(feature.parts[0][0][0], { ...look, radius: 4 });
        group.addLayer(feature.shape);
      } else if (!seen && feature.shape) {
        group.removeLayer(feature.shape);
        feature.shape = null;
      }
    }
  };
  return group;
}

function drawFindings(draw, features) {
  const { marks } = draw.style;
  const placed = features.filter((feature) => feature.parts.length);
  return L.featureGroup(placed.map((feature) => L.circleMarker(middle(feature), {
    renderer: draw.canvas.marks, pane: "marks", interactive: false, radius: 6,
    color: "#ffffff", weight: 1.6, fillColor: marks[feature.severity], fillOpacity: 1,
  })));
}

function middle(feature) {
  return boundsOf(feature).getCenter();
}

function barrierKind(kind, style) {
  return kind in style.barriers ? kind : "other";
}

function deviationClass(deviation, { edges }) {
  return edges.filter((edge, i) => (i < 3 ? deviation >= edge : deviation > edge)).length;
}

function hatchPattern(colour) {
  const tile = document.createElement("canvas");
  tile.width = tile.height = 8;
  const pen = tile.getContext("2d");
  pen.strokeStyle = colour;
  pen.lineWidth = 1.2;
  pen.beginPath();
  for (const shift of [-8, 0, 8]) {
    pen.moveTo(shift, 8);
    pen.lineTo(shift + 8, 0);
  }
  pen.stroke();
  return pen.createPattern(tile, "repeat");
}
