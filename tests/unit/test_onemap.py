"""The one map as a file: what it holds, and what it must not point to."""

import base64
import gzip
import hashlib
import json
import re
from dataclasses import replace
from importlib import resources

import numpy as np
import pandas as pd
import pytest
import shapely

from gridpart.columns import PLAN
from gridpart.conform import conform
from gridpart.errors import GridpartError, InputError
from gridpart.rules import Rules
from gridpart.show import onemap
from gridpart.show.layers import STEPS_PER_DEGREE, map_layers
from gridpart.show.map_words import MAP_WORDS
from gridpart.show.onemap import OneMap, write_map
from gridpart.show.onemap_duties import placed_organisations
from gridpart.show.style import DEVIATION_COLOURS, deviation_class
from gridpart.show.words import WORDS
from gridpart.staff.party import link_organisations
from gridpart.staff.posts import assign_posts
from tests.builders import CORNER, base_code, edit, school_plan, toy_plan
from tests.hostile import MARKUP
from tests.people_builder import at, table_of, with_orgs, with_workers

LEAFLET = {
    "leaflet.js": "db49d009c841f5ca34a888c96511ae936fd9f5533e90d8b2c4d57596f4e5641a",
    "leaflet.css": "a7837102824184820dfa198d1ebcd109ff6d0ff9a2672a074b9a1b4d147d04c6",
}
ROLES = ("worker", "worker", "assistant", "micro_worker", "leader")


@pytest.fixture
def plan():
    return school_plan(
        barriers=[("railway", "hard", [(0, 2), (6, 2)])],
        crossings=[(3, 2)],
    )


def written(plan, tmp_path, **options):
    path = tmp_path / "map.html"
    write_map(plan, path, **options)
    return path.read_text("utf-8")


def payload(page):
    """All that the page holds: what is shown at first, and the rest."""
    core, detail = (
        json.loads(gzip.decompress(base64.b64decode(packed)))
        for packed in re.findall(r'type="text/plain" id="\w+">([^<]*)<', page)
    )
    counts = {name: len(layer["shapes"]) for name, layer in detail.items()}
    assert core["detail"] == counts
    return core | {"layers": core["layers"] | detail}


def unpack(layers, name, key="shapes"):
    """Shapes of a layer from their steps, by the rule in the module's words."""
    shapes = []
    start = np.zeros(2)
    for parts in layers["layers"][name][key]:
        drawn = []
        for part in parts:
            rings = []
            for ring in part:
                steps = np.cumsum(np.reshape(ring, (-1, 2)), axis=0) + start
                start = steps[0]
                rings.append(steps / STEPS_PER_DEGREE + layers["origin"])
            areal = key == "shapes" and len(rings[0]) > 2
            drawn.append(
                shapely.Polygon(rings[0], rings[1:])
                if areal
                else shapely.LineString(rings[0])
            )
        shapes.append(shapely.union_all(drawn))
    return shapes


def test_leaflet_is_the_file_that_was_reviewed():
    folder = resources.files("js_lib_leaflet") / "static" / "js_lib_leaflet"
    for name, digest in LEAFLET.items():
        held = hashlib.sha256(folder.joinpath(name).read_bytes()).hexdigest()
        assert held == digest


def test_page_holds_the_plan(plan, tmp_path):
    held = payload(written(plan, tmp_path))
    grids = held["layers"]["base_grids"]["columns"]
    assert grids["grid_code"] == plan.base_grids["grid_code"].tolist()
    assert sum(grids["households"]) == plan.atoms["households"].sum()
    assert held["about"]["id"] == plan.info["id"]
    assert held["about"]["basis"] == "dwellings"


def test_grids_without_a_target_are_coloured_by_households(plan, tmp_path):
    assert payload(written(plan, tmp_path))["colour"] == "deviation"
    by_compound = school_plan(rules=Rules.preset("weinan"))
    assert payload(written(by_compound, tmp_path))["colour"] == "households"


def test_shapes_come_back_within_a_step(plan):
    layers = map_layers(plan)
    for name in ("communities", "base_grids", "exclusive_grids", "buildings"):
        shapes = getattr(plan, name).to_crs(4326).geometry
        for shape, drawn in zip(shapes, unpack(layers, name), strict=True):
            assert shapely.hausdorff_distance(shape, drawn) < 2 / STEPS_PER_DEGREE


def test_edges_are_held_once_and_make_up_all_outlines(plan):
    layers = map_layers(plan)
    names = ("communities", "base_grids", "micro_grids")
    edges = {name: unpack(layers, name, "edges") for name in names}
    lines = [line for name in names for line in edges[name]]
    net = shapely.union_all(lines)
    assert sum(line.length for line in lines) == pytest.approx(net.length)
    for name in names:
        outlines = shapely.boundary(shapely.union_all(unpack(layers, name)))
        assert net.buffer(1 / STEPS_PER_DEGREE).covers(outlines)


def test_holes_and_several_parts_are_kept(plan):
    shape = shapely.union_all(
        [
            shapely.box(0, 0, 900, 900) - shapely.box(300, 300, 600, 600),
            shapely.box(1000, 0, 1100, 100),
        ]
    )
    moved = shapely.transform(shape, lambda xy: np.add(xy, CORNER))
    holed = edit(plan, "communities", 0, geometry=moved)
    (drawn,) = unpack(map_layers(holed), "communities")
    (true,) = holed.communities.to_crs(4326).geometry
    parts = shapely.get_parts(drawn)
    assert sorted(shapely.get_num_interior_rings(parts)) == [0, 1]
    assert shapely.symmetric_difference(true, drawn).area < 1e-3 * true.area


def test_labels_stand_inside_their_grids(plan):
    layers = map_layers(plan)
    for name in ("communities", "base_grids", "exclusive_grids"):
        labels = layers["layers"][name]["labels"]
        for shape, (x, y, radius) in zip(unpack(layers, name), labels, strict=True):
            place = np.array([x, y]) / STEPS_PER_DEGREE + layers["origin"]
            assert shape.contains(shapely.Point(place))
            assert radius > 0


def test_a_row_without_a_shape_is_left_out(plan):
    layers = map_layers(edit(plan, "base_grids", 0, geometry=None))
    shown = layers["layers"]["base_grids"]
    assert shown["columns"]["grid_code"] == plan.base_grids["grid_code"].tolist()[1:]
    assert len(shown["shapes"]) == len(shown["labels"]) == 1


def test_overlapping_grids_are_drawn_all_the_same(plan):
    over = plan.base_grids.geometry[0].buffer(30)
    shapes = unpack(
        map_layers(edit(plan, "base_grids", 0, geometry=over)), "base_grids"
    )
    assert shapes[0].area > shapes[1].area


def test_names_never_become_markup(plan, tmp_path):
    named = edit(plan, "base_grids", 0, name=MARKUP)
    named = edit(named, "communities", 0, name=MARKUP)
    page = written(named, tmp_path)
    assert "onerror" not in re.sub(r"<script>.*?</script>", "", page, flags=re.DOTALL)
    assert MARKUP in payload(page)["layers"]["base_grids"]["columns"]["name"]


def test_the_policy_names_every_script_of_the_page(plan, tmp_path):
    page = written(plan, tmp_path)
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)[1]
    assert policy.startswith("default-src 'none'; script-src 'sha256-")
    assert "unsafe-inline" not in policy.split("style-src")[0]
    for script in re.findall(r"<script>(.*?)</script>", page, flags=re.DOTALL):
        digest = hashlib.sha256(script.encode()).digest()
        assert base64.b64encode(digest).decode() in policy


@pytest.mark.parametrize(
    "pointer",
    [
        '<script src="https://cdn.example/x.js"></script>',
        '<link rel="stylesheet" href="//cdn.example/x.css">',
        '<img src="pixel.png">',
        "<style>@import 'x.css';</style>",
        "<style>body { background: url(http://cdn.example/x.png) }</style>",
    ],
)
def test_a_page_that_asks_for_more_is_not_saved(plan, pointer):
    page = OneMap(map_layers(plan), "x")
    page.get_root().html.add_child(onemap._Verbatim(pointer))
    with pytest.raises(GridpartError, match="asks for"):
        page.page()


def test_only_a_staff_map_says_who_holds_a_post(plan, tmp_path):
    first, second = plan.base_grids["grid_code"]
    table = {
        "grid_code": [first, first, second, second],
        "post": ["worker", "standby", "worker", "standby"],
        "worker_id": ["W017", "W018", "W018", None],
    }
    posted = replace(
        plan,
        posts=conform(pd.DataFrame(table), PLAN["posts"]),
        workers=table_of(
            "workers",
            [{"worker_id": "W017", "role": "worker", "geometry": at(0.2, 0.2)}],
        ),
    )
    public = payload(written(posted, tmp_path))
    assert public["duties"]["posts"] == {
        first: [["worker", "✓"], ["standby", "✓", second]],
        second: [["worker", "✓"], ["standby", None]],
    }
    assert public["layers"]["workers"]["shapes"] == []
    assert not re.search(r"W01\d", json.dumps(public))
    staff = payload(written(posted, tmp_path, profile="staff"))
    assert staff["duties"]["posts"][first] == [
        ["worker", "W017"],
        ["standby", "W018", second],
    ]
    assert staff["layers"]["workers"]["columns"]["worker_id"] == ["W017"]


def test_centre_households_are_only_a_number(plan, tmp_path):
    building = plan.buildings["building_id"][0]
    rows = [
        {"org_id": "p1", "name": "支部", "level": "branch"},
        {
            "org_id": "home-of-somebody",
            "name": "张家",
            "level": "centre_household",
            "parent_id": "p1",
            "building_id": building,
            "geometry": at(0, 0),
        },
    ]
    posted = replace(plan, party_orgs=table_of("party_orgs", rows))
    for profile in ("public", "staff"):
        page = json.dumps(payload(written(posted, tmp_path, profile=profile)))
        assert "home-of-somebody" not in page
        assert "p1" in page


def test_organisations_stand_where_they_say_or_where_they_belong(plan):
    link = {"org_id": "p4", "grid_code": base_code("2"), "relation": "covers"}
    rows = [
        {"org_id": "p1", "geometry": at(0, 0)},
        {"org_id": "p2", "building_id": plan.buildings["building_id"][0]},
        {"org_id": "p3", "compound_id": "B; C"},
        {"org_id": "p4"},
        {"org_id": "p5", "community_code": plan.communities["community_code"][0]},
        {"org_id": "p6", "community_code": plan.communities["community_code"][0]},
        {"org_id": "p7"},
    ]
    rows = [{"name": "支部", "level": "branch"} | row for row in rows]
    placed = placed_organisations(
        replace(
            plan,
            party_orgs=table_of("party_orgs", rows),
            party_links=conform(pd.DataFrame([link]), PLAN["party_links"]),
        )
    ).geometry
    assert placed[0].equals(at(0, 0))
    assert plan.buildings.geometry[0].contains(placed[1])
    compound = plan.atoms[plan.atoms["compound_id"] == "B"].union_all()
    assert compound.contains(placed[2])
    assert plan.base_grids.geometry[1].contains(placed[3])
    assert placed[4].distance(placed[5]) > 10
    assert placed[6] is None


@pytest.mark.parametrize("seed", range(3))
def test_payload_says_what_the_plan_says(seed, tmp_path):
    """Households, posts, links and organisations, row by row, by another way."""
    rng = np.random.default_rng(seed)
    plan = staffed(
        toy_plan(
            "AABBCC\nAABB..\nDD**..",
            "112233\n1122XX\n1133XX",
            households={(0, n): int(rng.integers(1, 90)) for n in range(6)},
        ),
        rng,
    )
    held = payload(written(plan, tmp_path, profile="staff"))
    layers, duties = held["layers"], held["duties"]
    total = plan.atoms["households"].sum()
    for name in ("communities", "base_grids", "micro_grids", "buildings"):
        assert sum(layers[name]["columns"]["households"]) == total, name
    posts = {
        (grid, post, holder)
        for grid, rows in duties["posts"].items()
        for post, holder, *_ in rows
    }
    table = plan.posts.astype(object)
    assert posts == set(
        table.where(table.notna(), None).itertuples(index=False, name=None)
    )
    assert sum(map(len, duties["posts"].values())) == len(plan.posts)
    links = {
        (org, grid, relation)
        for grid, rows in duties["links"].items()
        for org, relation in rows
    }
    assert links == set(plan.party_links.itertuples(index=False, name=None))
    orgs = plan.party_orgs.set_index("org_id")
    assert set(duties["organisations"]) == set(orgs.index)
    for org, (name, level, parent) in duties["organisations"].items():
        assert (name, level) == (orgs["name"][org], orgs["level"][org])
        assert parent == (
            None if pd.isna(orgs["parent_id"][org]) else orgs["parent_id"][org]
        )


def staffed(plan, rng):
    """The plan with people, a tree of organisations, and its posts filled."""
    people = [{"worker_id": f"w{n}", "role": role} for n, role in enumerate(ROLES)]
    tree = [
        {"org_id": "top", "level": "community_committee"},
        {"org_id": "p1", "parent_id": "top", "compound_id": "A"},
        {"org_id": "p2", "parent_id": "top", "compound_id": "B"},
        {"org_id": "g1", "parent_id": "p1", "level": "group", "centre_households": 2},
    ]
    plan = with_orgs(with_workers(plan, *people[: rng.integers(2, 6)]), *tree)
    rules = Rules.preset()
    plan = replace(plan, posts=assign_posts(plan, rules))
    return replace(plan, party_links=link_organisations(plan, rules))


def test_same_plan_same_bytes(plan, tmp_path):
    assert written(plan, tmp_path) == written(plan, tmp_path)


def test_every_word_the_script_says_is_known():
    script = "".join(onemap._web(name) for name in onemap._SCRIPTS)
    said = set(re.findall(r'(?:say|tool|section)\((?:view, )?"(\w+)"', script))
    for table in ("FACTS", "COLUMNS"):
        body = re.search(rf"const {table} = \{{(.*?)\}};", script, flags=re.DOTALL)[1]
        said |= set(re.findall(r'"(\w+)"', body))
    said |= set(re.findall(r'\badd\("(\w+)"', script)) | {"building_count"}
    assert len(said) > 70
    assert said - {"buildings"} <= WORDS.keys() | MAP_WORDS.keys()


@pytest.mark.parametrize(
    ("deviation", "expected"),
    [
        (-0.3, 0),
        (-0.25, 1),
        (-0.1, 2),
        (-0.05, 3),
        (0.0, 3),
        (0.05, 3),
        (0.1, 4),
        (0.25, 5),
        (0.26, 6),
    ],
)
def test_edges_belong_to_the_class_nearer_to_zero(deviation, expected):
    assert deviation_class(deviation) == expected


def test_a_plan_without_communities_is_refused(plan, tmp_path):
    with pytest.raises(InputError, match="communities"):
        write_map(edit(plan, "communities", 0, geometry=None), tmp_path / "map.html")


@pytest.mark.parametrize("option", [{"lang": "fr"}, {"profile": "secret"}])
def test_unknown_options_are_refused(plan, tmp_path, option):
    with pytest.raises(InputError, match="unknown"):
        write_map(plan, tmp_path / "map.html", **option)
    assert not list(tmp_path.iterdir())


def test_the_plan_is_not_changed(plan, tmp_path):
    before = {name: table.copy() for name, table in plan.tables.items()}
    written(plan, tmp_path)
    for name, table in plan.tables.items():
        assert table.equals(before[name]), name


def test_classes_stay_apart_for_colour_blind_eyes():
    """Neighbours differ by 8 or more (CIE76) however colours are seen.

    Matrices for full protan, deutan and tritan vision: Machado, Oliveira and
    Fernandes 2009, doi:10.1109/TVCG.2009.113.
    """
    seen_by = {
        "all": np.eye(3),
        "protan": [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ],
        "deutan": [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ],
        "tritan": [
            [1.255528, -0.076749, -0.178779],
            [-0.078411, 0.930809, 0.147602],
            [0.004733, 0.691367, 0.303900],
        ],
    }
    rgb = np.array(
        [[int(c[i : i + 2], 16) / 255 for i in (1, 3, 5)] for c in DEVIATION_COLOURS]
    )
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    for eyes, matrix in seen_by.items():
        lab = lab_of(np.clip(linear @ np.transpose(matrix), 0, 1))
        for first in range(len(lab)):
            for second in range(first):
                apart = np.linalg.norm(lab[first] - lab[second])
                assert apart > 8, (eyes, first, second, apart)


def lab_of(linear):
    to_xyz = np.array(
        [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
    )
    ratio = linear @ to_xyz.T / [0.9505, 1.0, 1.089]
    f = np.where(ratio > 0.008856, np.cbrt(ratio), 7.787 * ratio + 16 / 116)
    return np.stack(
        [116 * f[:, 1] - 16, 500 * (f[:, 0] - f[:, 1]), 200 * (f[:, 1] - f[:, 2])],
        axis=1,
    )
