"""A map shift can be taken back to within five centimetres, anywhere in China."""

import numpy as np
import pyproj
from hypothesis import given, settings
from hypothesis import strategies as st

from gridpart.crs import DATUMS, apply_datum, undo_datum


@settings(deadline=None)
@given(
    lon=st.floats(73.6, 135.0),
    lat=st.floats(3.9, 53.5),
    datum=st.sampled_from(DATUMS),
)
def test_a_shift_is_taken_back(lon, lat, datum):
    shifted = apply_datum(np.array([lon]), np.array([lat]), datum)
    back_lon, back_lat = undo_datum(*shifted, datum)
    metres = pyproj.Geod(ellps="WGS84").inv(lon, lat, back_lon[0], back_lat[0])[2]
    assert metres < 0.05
    far = pyproj.Geod(ellps="WGS84").inv(lon, lat, shifted[0][0], shifted[1][0])[2]
    assert far > 30
