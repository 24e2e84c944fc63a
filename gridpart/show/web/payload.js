"use strict";

/* The plan as it travels, unpacked into features that know where they are. */

async function readPayload(element) {
  const packed = Uint8Array.from(atob(element.textContent), (c) => c.charCodeAt(0));
  const stream = new Blob([packed]).stream();
  return new Response(stream.pipeThrough(new DecompressionStream("gzip"))).json();
}

/* Features of one layer: its columns, parts of rings of [lat, lng], and a box. */
function unpackLayer(name, layer, frame) {
  const columns = Object.entries(layer.columns);
  return layer.shapes.map((parts, row) => {
    const feature = {
      layer: name,
      areal: layer.areal[row],
      parts: parts.map((rings) => unpackPart(rings, frame)),
    };
    for (const [column, values] of columns) feature[column] = values[row];
    if (layer.labels) {
      const [x, y, radius] = layer.labels[row];
      feature.label = { at: place(x, y, frame), radius };
    }
    feature.box = boxOf(feature.parts);
    return feature;
  });
}

/* Edges of one layer: lines of [lat, lng], grouped by community. */
function unpackEdges(layer, frame) {
  return (layer.edges || []).map((parts) => parts.map((rings) => unpackPart(rings, frame)[0]));
}

function unpackPart(rings, frame) {
  return rings.map((steps) => {
    const ring = new Array(steps.length / 2);
    let x = 0;
    let y = 0;
    for (let i = 0; i < ring.length; i++) {
      x += steps[2 * i];
      y += steps[2 * i + 1];
      ring[i] = place(x, y, frame);
    }
    return ring;
  });
}

function place(x, y, frame) {
  return [frame.origin[1] + y / frame.steps, frame.origin[0] + x / frame.steps];
}

function boxOf(parts) {
  const box = { south: 90, west: 180, north: -90, east: -180 };
  for (const rings of parts) {
    for (const [lat, lng] of rings[0]) {
      if (lat < box.south) box.south = lat;
      if (lat > box.north) box.north = lat;
      if (lng < box.west) box.west = lng;
      if (lng > box.east) box.east = lng;
    }
  }
  return box;
}

function boundsOf(feature) {
  const { south, west, north, east } = feature.box;
  return L.latLngBounds([south, west], [north, east]);
}

function boxMeets(box, bounds) {
  return box.south <= bounds.getNorth() && box.north >= bounds.getSouth() &&
    box.west <= bounds.getEast() && box.east >= bounds.getWest();
}

/* Whether a place lies in a feature: odd number of edges crossed on the way west. */
function holds(feature, lat, lng) {
  const { south, west, north, east } = feature.box;
  if (lat < south || lat > north || lng < west || lng > east) return false;
  let inside = false;
  for (const rings of feature.parts) {
    for (const ring of rings) {
      for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
        const [lat1, lng1] = ring[i];
        const [lat2, lng2] = ring[j];
        if (lat1 > lat !== lat2 > lat &&
            lng < lng1 + ((lat - lat1) / (lat2 - lat1)) * (lng2 - lng1)) inside = !inside;
      }
    }
  }
  return inside;
}
