"use strict";

/* The plan as it travels, unpacked into features that know where they are. */

async function readPayload(id) {
  const element = document.getElementById(id);
  const text = atob(element.textContent);
  const packed = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) packed[i] = text.charCodeAt(i);
  element.remove();
  const stream = new Blob([packed]).stream();
  return new Response(stream.pipeThrough(new DecompressionStream("gzip"))).json();
}

/* Layers that are not seen at first are unpacked when they are asked for, once. */
function fetchDetail(view) {
  view.fetched ||= readPayload("detail").then((layers) => {
    for (const [name, layer] of Object.entries(layers)) {
      for (const one of unpackLayer(name, layer, view.steps)) view.features[name].push(one);
    }
    view.entries = null;
    view.refresh();
  });
  return view.fetched;
}

/* Features of one layer: its columns, parts of rings of places, and a box. */
function unpackLayer(name, layer, frame) {
  const columns = Object.entries(layer.columns);
  const start = { lng: 0, lat: 0 };
  return layer.shapes.map((parts, row) => {
    const feature = {
      layer: name, areal: layer.areal[row],
      parts: parts.map((rings) => rings.map((steps) => unpackRing(steps, start, frame))),
    };
    for (const [column, values] of columns) feature[column] = values[row];
    if (layer.labels) {
      const [x, y, radius] = layer.labels[row];
      feature.label = { at: [frame.origin[1] + y / frame.perDegree, frame.origin[0] + x / frame.perDegree],
        radius };
    }
    feature.box = boxOf(feature.parts, frame.corner);
    return feature;
  });
}

/* Edges of one layer: lines, grouped by community, each group with its box. */
function unpackEdges(layer, frame) {
  const start = { lng: 0, lat: 0 };
  return (layer.edges || []).filter((shape) => shape.length).map((shape) => {
    const parts = shape.map((rings) => rings.map((steps) => unpackRing(steps, start, frame)));
    return { parts, box: boxOf(parts, frame.corner) };
  });
}

/* Places one after the other, x and y, in widths of the world from the city's corner; the first
   step is from the start of the ring before. */
function unpackRing(steps, start, { origin, perDegree, corner }) {
  const ring = new Float32Array(steps.length);
  let { lng, lat } = start;
  for (let i = 0; i < steps.length; i += 2) {
    lng += steps[i];
    lat += steps[i + 1];
    if (!i) Object.assign(start, { lng, lat });
    ring[i] = lng / perDegree / 360;
    ring[i + 1] = worldY(origin[1] + lat / perDegree) - corner.y;
  }
  return ring;
}
