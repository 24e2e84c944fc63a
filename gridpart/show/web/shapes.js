/* Lines and areas on a canvas, straight from the unpacked places: no object a point. */

const MANY_RINGS = 8;

const Shape = L.Path.extend({
  initialize({ parts, box, areal = false }, options) {
    L.setOptions(this, options);
    this._closed = areal;
    this._rings = parts.flat();
    this._box = box;
    this._boxes = this._rings.length > MANY_RINGS
      ? this._rings.map((ring) => boxOf([[ring]], box.corner)) : null;
  },

  getBounds() {
    return boundsOf({ box: this._box });
  },

  _project() {
    const scale = 256 * 2 ** this._map.getZoom();
    const origin = this._map.getPixelOrigin();
    const { corner } = this._box;
    this._scale = scale;
    this._shift = { x: corner.x * scale - origin.x, y: corner.y * scale - origin.y };
    this._updateBounds();
  },

  _updateBounds() {
    const { _scale: scale, _shift: shift } = this;
    const { west, north, east, south } = this._box;
    const margin = this.options.stroke ? this.options.weight : 1;
    this._pxBounds = L.bounds(
      [west * scale + shift.x - margin, north * scale + shift.y - margin],
      [east * scale + shift.x + margin, south * scale + shift.y + margin]);
  },

  _update() {
    if (this._map) this._updatePath();
  },

  _updatePath() {
    const { _renderer: renderer } = this;
    const drawn = renderer._redrawBounds || renderer._bounds;
    if (!renderer._drawing || !this._pxBounds.intersects(drawn)) return;
    const pen = renderer._ctx;
    const around = this._boxAround(drawn, 8);
    pen.beginPath();
    this._rings.forEach((ring, i) => {
      if (!this._boxes || boxMeets(this._boxes[i], around)) this._trace(pen, ring);
    });
    renderer._fillStroke(pen, this);
  },

  _boxAround({ min, max }, margin) {
    const { _scale: scale, _shift: shift } = this;
    return {
      west: (min.x - margin - shift.x) / scale, north: (min.y - margin - shift.y) / scale,
      east: (max.x + margin - shift.x) / scale, south: (max.y + margin - shift.y) / scale,
    };
  },

  /* Points that would fall on the pixel of the one before are left out. */
  _trace(pen, ring) {
    const { _scale: scale, _shift: shift } = this;
    const last = ring.length - 2;
    let x = ring[0] * scale + shift.x;
    let y = ring[1] * scale + shift.y;
    const { dot } = this.options;
    if (!last && dot) {
      pen.moveTo(x + dot, y);
      pen.arc(x, y, dot, 0, 2 * Math.PI);
      return;
    }
    pen.moveTo(x, y);
    for (let i = 2; i <= last; i += 2) {
      const nextX = ring[i] * scale + shift.x;
      const nextY = ring[i + 1] * scale + shift.y;
      if (i < last && Math.abs(nextX - x) + Math.abs(nextY - y) < 0.9) continue;
      pen.lineTo(nextX, nextY);
      x = nextX;
      y = nextY;
    }
    if (this._closed) pen.closePath();
  },
});
