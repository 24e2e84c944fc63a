"""The part of a city that some communities need."""

import pytest
import shapely
from shapely import LineString, Point, box

from gridpart.city import City, home_communities, take_communities
from gridpart.errors import InputError
from tests.assertions import assert_same_table
from tests.builders import community_code
from tests.scenes import house, moved, scene

ONE, TWO, THREE = (community_code(n) for n in "123")


def town() -> City:
    """Three communities side by side; ``mid`` lies on a border, mostly in 2."""
    return scene(
        [box(0, 0, 1000, 100), box(1000, 0, 2000, 100), box(2000, 0, 3000, 100)],
        {
            "a": house(500, 50),
            "mid": house(1005, 50),
            "b": house(1500, 50),
            "c": Point(2500, 50),
            "out": house(500, 500),
        },
        compound={"a": "far"},
        barriers=[
            ("wall", LineString([(1100, 0), (1100, 100)])),
            ("wall", LineString([(1500, 0), (1500, 100)])),
        ],
        crossings=[Point(1100, 50), Point(1500, 50)],
        sites={"s1": box(900, 0, 1100, 50), "s3": box(2500, 0, 2600, 50)},
        compounds={"far": box(0, 900, 10, 910), "k": box(1400, 0, 1600, 100)},
        units={"a": {"1": 20, "2": 30}, "b": {"1": 20, "2": 30}},
    )


def test_buildings_are_at_home_where_most_of_them_is() -> None:
    city = town()
    home = home_communities(city.buildings.geometry.to_numpy(), city.communities)
    assert home.tolist() == [0, 1, 1, 2, -1]


def test_takes_what_lies_in_and_around() -> None:
    part = take_communities(town(), [ONE])
    assert part.communities["community_code"].tolist() == [ONE]
    assert part.buildings["building_id"].tolist() == ["a"]
    assert part.sites["site_id"].tolist() == ["s1"]
    assert part.units["unit"].tolist() == ["1", "2"]
    assert len(part.barriers) == len(part.crossings) == 1
    assert part.compounds["compound_id"].tolist() == ["far"]


def test_a_building_on_the_border_comes_with_its_community_alone() -> None:
    assert "mid" not in set(take_communities(town(), [ONE]).buildings["building_id"])
    assert "mid" in set(take_communities(town(), [TWO]).buildings["building_id"])


def test_all_communities_leave_out_only_what_is_outside() -> None:
    city = town()
    part = take_communities(city, [THREE, ONE, TWO])
    assert part.buildings["building_id"].tolist() == ["a", "mid", "b", "c"]
    assert_same_table(part.communities, city.communities)


def test_other_tables_and_facts_are_handed_on() -> None:
    city = town()
    part = take_communities(city, [TWO])
    assert part.workers is city.workers
    assert (part.crs, part.basis) == (city.crs, city.basis)


def test_tables_have_a_running_index_and_their_crs() -> None:
    part = take_communities(town(), [TWO, THREE])
    for table in (part.buildings, part.barriers, part.sites, part.communities):
        assert table.index.tolist() == list(range(len(table)))
        assert table.crs == part.crs


def test_without_barriers_sites_or_compounds() -> None:
    city = scene(box(0, 0, 100, 100), {"a": house(50, 50)})
    part = take_communities(city, [ONE])
    assert len(part.barriers) == len(part.sites) == len(part.compounds) == 0


def test_an_unknown_code_is_refused_by_name() -> None:
    with pytest.raises(InputError, match="999"):
        take_communities(town(), [ONE, "999"])


def test_among_equals_the_smaller_code_is_home() -> None:
    city = scene([box(100, 0, 200, 100), box(0, 0, 100, 100)], {"x": house(100, 50)})
    city.communities["community_code"] = [TWO, ONE]
    shapes = city.buildings.geometry.to_numpy()
    assert home_communities(shapes, city.communities).tolist() == [1]
    spot = shapely.points([moved(Point(100, 50)).coords[0]])
    assert home_communities(spot, city.communities).tolist() == [1]
