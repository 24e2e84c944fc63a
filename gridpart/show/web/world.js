/* Where things are: x to the east and y to the south, in widths of the world (Mercator), from
   the corner of the city. Drawing then needs one multiplication a point at any zoom. */

function worldX(lng) {
  return 0.5 + lng / 360;
}

function worldY(lat) {
  const sine = Math.sin((lat * Math.PI) / 180);
  return 0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI);
}

function worldPoint({ lat, lng }, corner) {
  return { x: worldX(lng) - corner.x, y: worldY(lat) - corner.y };
}

function worldLatLng(x, y, corner) {
  const lat = Math.atan(Math.sinh(Math.PI * (1 - 2 * (y + corner.y))));
  return L.latLng((lat * 180) / Math.PI, (x + corner.x - 0.5) * 360);
}

function boxOf(parts, corner) {
  const box = { corner, west: Infinity, north: Infinity, east: -Infinity, south: -Infinity };
  for (const [ring] of parts) {
    for (let i = 0; i < ring.length; i += 2) {
      const x = ring[i];
      const y = ring[i + 1];
      if (x < box.west) box.west = x;
      if (x > box.east) box.east = x;
      if (y < box.north) box.north = y;
      if (y > box.south) box.south = y;
    }
  }
  return box;
}

function boxOfBounds(bounds, corner) {
  const { x: west, y: north } = worldPoint(bounds.getNorthWest(), corner);
  const { x: east, y: south } = worldPoint(bounds.getSouthEast(), corner);
  return { west, north, east, south };
}

function boundsOf({ box: { west, north, east, south, corner } }) {
  return L.latLngBounds(worldLatLng(west, south, corner), worldLatLng(east, north, corner));
}

function middle({ box: { west, north, east, south, corner } }) {
  return worldLatLng((west + east) / 2, (north + south) / 2, corner);
}

function boxMeets(box, other) {
  return box.south >= other.north && box.north <= other.south &&
    box.west <= other.east && box.east >= other.west;
}

/* Whether a place lies in a feature: odd number of edges crossed on the way west. */
function holds({ box, parts, areal }, { x, y }) {
  if (!areal || x < box.west || x > box.east || y < box.north || y > box.south) return false;
  let inside = false;
  for (const rings of parts) {
    for (const ring of rings) {
      for (let i = 0, j = ring.length - 2; i < ring.length; j = i, i += 2) {
        const y1 = ring[i + 1];
        const y2 = ring[j + 1];
        if (y1 > y !== y2 > y &&
            x < ring[i] + ((y - y1) / (y2 - y1)) * (ring[j] - ring[i])) inside = !inside;
      }
    }
  }
  return inside;
}
