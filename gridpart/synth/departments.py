"""Grids of departments of a made-up city: some are unions of communities, some not.

The police have a grid a community and the health service one a sub-district; both are
unions of whatever grids these are divided into. City management counts in squares.
"""

import numpy as np
import pandas as pd
import shapely

from gridpart.coverage import dissolve

SQUARE_M = 600.0
LEAST_M2 = 20_000.0


def department_grids(communities: pd.DataFrame) -> pd.DataFrame:
    """Return the grids of three departments.

    Parameters
    ----------
    communities
        community_code, name, subdistrict, geometry.
    """
    shapes = communities["geometry"].to_numpy()
    streets, grounds = dissolve(shapes, communities["subdistrict"].to_numpy(object))
    areas, part = shapely.get_parts(grounds, return_index=True)
    squares = _squares(shapes)
    tables = [
        ("公安", "JW", communities["name"] + "警务网格", shapes),
        ("卫生健康", "WJ", [f"{streets[one]}健康网格" for one in part], areas),
        (
            "城市管理",
            "CG",
            [f"城管第{n + 1}网格" for n in range(len(squares))],
            squares,
        ),
    ]
    return pd.concat(
        [
            pd.DataFrame(
                {
                    "department": department,
                    "code": [f"{letters}{n + 1:04d}" for n in range(len(ground))],
                    "name": names,
                    "geometry": ground,
                }
            )
            for department, letters, names, ground in tables
        ],
        ignore_index=True,
    )


def _squares(shapes: np.ndarray) -> np.ndarray:
    """Return the squares of a raster as far as they lie in the city."""
    city = shapely.coverage_union_all(shapes)
    left, bottom, right, top = shapely.bounds(city)
    columns = np.arange(left, right, SQUARE_M)[:, None]
    rows = np.arange(bottom, top, SQUARE_M)
    boxes = shapely.box(columns, rows, columns + SQUARE_M, rows + SQUARE_M)
    inside = shapely.get_parts(shapely.intersection(boxes.ravel(), city))
    return inside[shapely.area(inside) > LEAST_M2]
