from gridpart.measure.balance import balance
from gridpart.measure.splits import building_splits, compound_splits
from gridpart.plan import Plan
from tests.builders import toy_plan


def splits(plan: Plan, tolerance: float = 0.1) -> dict[str, dict[str, object]]:
    table = compound_splits(plan, balance(plan), tolerance)
    return table.set_index("compound_id").to_dict("index")


def test_a_compound_is_divided_when_two_grids_share_it():
    # 8 buildings of 50 households in two grids: a grid holds up to 220.
    table = splits(toy_plan("AAAABBBC", "11122222"))
    assert {name: row["divided"] for name, row in table.items()} == {
        "A": True,
        "B": False,
        "C": False,
    }
    assert table["A"]["households"] == 200
    assert table["A"]["fits"]
    assert table["A"]["grids"] == 2
    assert table["A"]["place_divided"]


def test_what_fits_depends_on_the_tolerance():
    # A has 220 households, the mean is 200.
    plan = toy_plan("AAAA****", "11112222", households={(0, 0): 70, (0, 7): 30})
    assert splits(plan, 0.10)["A"]["fits"]
    assert not splits(plan, 0.09)["A"]["fits"]


def test_a_compound_in_two_places_need_not_have_a_divided_place():
    row = splits(toy_plan("A**A", "1122"))["A"]
    assert row["divided"]
    assert row["places"] == 2
    assert not row["place_divided"]


def test_a_compound_across_a_river_counts_for_each_piece():
    river = [("river", "hard", [(2, 0), (2, 1)])]
    plan = toy_plan("AAAA", "1122", barriers=river)
    table = compound_splits(plan, balance(plan), 0.1)
    assert table["households"].to_list() == [100, 100]
    assert not table["divided"].any()


def test_empty_buildings_and_sites_do_not_divide():
    plan = toy_plan("AAAA", "1X12", households={(0, 3): 0})
    assert not splits(plan)["A"]["divided"]


def test_one_name_in_two_communities_is_two_compounds():
    plan = toy_plan("AA", "11", communities="12")
    table = compound_splits(plan, balance(plan), 0.1)
    assert table["divided"].to_list() == [False, False]


def test_a_building_is_divided_by_unit():
    plan = toy_plan("****", "1122", units=[[(0, 1), (0, 2)]])
    table = building_splits(plan)
    assert table["building_id"].to_list() == ["b0001"]
    assert table["grids"].to_list() == [2]
    assert table["households"].to_list() == [100]
