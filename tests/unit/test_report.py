"""The quality report as a page: what it says, and what it must not let run."""

import re
from dataclasses import replace
from html.parser import HTMLParser

import numpy as np
import pandas as pd
import pytest
import shapely

from gridpart.columns import PLAN
from gridpart.conform import conform
from gridpart.errors import InputError
from gridpart.finding import Finding, findings_table
from gridpart.measure.registry import MEASURES, measure_plan
from gridpart.rules import Rules
from gridpart.show.report import write_report
from gridpart.show.report_charts import HEIGHT, WIDTH, histogram, round_edges
from gridpart.show.report_facts import (
    HEADINGS,
    Judged,
    community_rows,
    duty_rows,
    finding_rows,
    measure_rows,
    worst_grids,
)
from gridpart.show.report_words import RULE_WORDS
from tests.builders import CRS, base_code, drop, edit, school_plan, toy_plan
from tests.hostile import MARKUP
from tests.people_builder import table_of


@pytest.fixture
def plan():
    sound = school_plan(
        barriers=[("railway", "hard", [(2, 0), (2, 2)])],
    )
    posts = pd.DataFrame(
        {
            "grid_code": [base_code("1"), base_code("1"), f"{base_code('1')}01"],
            "post": ["worker", "standby", "micro_worker"],
            "worker_id": ["W001", None, "W003"],
        }
    )
    seen = [
        Finding("V09", "warning", "plan.V09_rules"),
        Finding("V09", "warning", "plan.V09_rules"),
        Finding("V13", "error", "plan.V13_created", {"created": "?"}),
    ]
    return replace(
        sound,
        posts=conform(posts, PLAN["posts"]),
        findings=findings_table(seen, crs=CRS),
    )


def written(tmp_path, *plans, **options):
    path = tmp_path / "report.html"
    write_report(plans[0], path, *plans[1:], **options)
    return path.read_text("utf-8")


class Tags(HTMLParser):
    def __init__(self, page):
        super().__init__()
        self.seen, self.text = [], ""
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.seen.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text += data


def test_every_measure_stands_once(plan, tmp_path):
    tags = Tags(written(tmp_path, plan)).seen
    keys = [a["data-key"] for tag, a in tags if tag == "tr" and "data-key" in a]
    for measure in MEASURES:
        assert keys.count(measure.key) == 1
    known = {measure.key for measure in MEASURES}
    assert {key for keys in HEADINGS.values() for key in keys} <= known


def test_headings_in_both_languages(plan, tmp_path):
    chinese = written(tmp_path, plan)
    english = written(tmp_path, plan, lang="en")
    for zh, en in (
        ("界线清晰", "Clear lines"),
        ("任务适当", "Fit workload"),
        ("责任明确", "Clear duty"),
        ("便于实施", "Easy to run"),
    ):
        assert f"<h2>{zh}</h2>" in chinese
        assert f"<h2>{en}</h2>" in english
    assert not re.search(
        r"[\u4e00-\u9fff]", re.sub("社区|网格|学校|第", "", Tags(english).text)
    )
    with pytest.raises(InputError, match="language"):
        written(tmp_path, plan, lang="fr")


def test_nothing_points_outside_and_nothing_runs(plan, tmp_path):
    page = written(tmp_path, plan, plan)
    tags = Tags(page).seen
    assert not {tag for tag, _ in tags} & {"script", "img", "link", "iframe", "object"}
    for _, attrs in tags:
        assert all(not name.startswith("on") for name in attrs)
        for name in ("src", "href", "xlink:href", "action"):
            assert attrs.get(name, "#").startswith("#")
    assert "default-src 'none'" in page
    assert re.findall(r"url\((?!#)", page) == []
    ids = [attrs["id"] for _, attrs in tags if "id" in attrs]
    assert len(ids) == len(set(ids))


def test_names_stay_text(plan, tmp_path):
    hostile = edit(plan, "base_grids", 0, name=MARKUP, reason=MARKUP)
    hostile = edit(hostile, "communities", 0, name=MARKUP, reason=MARKUP)
    hostile = edit(hostile, "barriers", 0, kind=MARKUP)
    hostile = edit(hostile, "posts", 0, post=MARKUP)
    hostile = edit(
        hostile, "findings", 0, rule=MARKUP, severity=MARKUP, message_zh=MARKUP
    )
    hostile = replace(hostile, info=dict(hostile.info) | {"id": MARKUP})
    read = Tags(written(tmp_path, hostile))
    assert not {tag for tag, _ in read.seen} & {"script", "img"}
    assert read.text.count(MARKUP) >= 5
    coded = edit(plan, "base_grids", 0, grid_code=MARKUP)
    coded = edit(coded, "base_grids", 1, grid_code='"/><img src=x>')
    assert "img" not in {tag for tag, _ in Tags(written(tmp_path, coded)).seen}


def test_two_plans_side_by_side(plan, tmp_path):
    worse = toy_plan("AABB..\nAABB..", "1112XX\n1112XX", micros="121111\n121111")
    first, second = (Judged(one, measure_plan(one)) for one in (plan, worse))
    rows = {row["key"]: row for row in measure_rows([first, second], "tasks", "zh")}
    assert rows["deviation_max"]["verdict"] == "worse"
    assert rows["tolerance"] == {
        "key": "tolerance",
        "label": "允许偏差",
        "values": ["10.0%", "10.0%"],
        "difference": "0",
        "verdict": "",
    }
    page = written(tmp_path, plan, worse)
    assert plan.info["id"] in page
    assert worse.info["id"] in page
    assert "两个方案对比" in page
    assert page.count('class="better"') + page.count('class="worse"') > 3


def test_a_band_is_drawn_where_grids_have_one(plan, tmp_path):
    assert "规定范围</text>" in written(tmp_path, plan)
    by_compound = school_plan(rules=Rules.preset("weinan"))
    assert "规定范围</text>" not in written(tmp_path, by_compound)


@pytest.mark.parametrize(
    ("less", "told"), [(0.004, ("0", "")), (0.006, ("-0.01", "worse"))]
)
def test_a_difference_too_small_to_show_is_none(plan, less, told):
    first = Judged(plan, measure_plan(plan))
    summary = first.measured.summary
    mean = summary["compactness_mean"] - less
    second = replace(first.measured, summary=summary | {"compactness_mean": mean})
    rows = measure_rows([first, Judged(plan, second)], "lines", "zh")
    (row,) = (row for row in rows if row["key"] == "compactness_mean")
    assert (row["difference"], row["verdict"]) == told


def test_what_is_proven_is_not_said_again_as_the_reason(plan):
    told = edit(
        plan,
        "communities",
        0,
        given_up="tolerance=0.150; proven=no_whole_plan",
        reason="no_whole_plan; piece_too_small",
    )
    (row,) = community_rows([Judged(told, measure_plan(told))], "zh")
    assert row["sides"][0]["given_up"] == (
        "平衡容差放宽至 15.0%；已证明 小区无法全部保持完整；独立地块户数过少"
    )


def test_the_way_to_service_is_told_where_there_is_a_site(plan, tmp_path):
    site = {"resource_id": "r1", "name": "驿站", "kind": "service_site"}
    near = table_of("resources", [site | {"geometry": plan.base_grids.centroid[0]}])
    served = replace(plan, resources=near)
    summary = measure_plan(served).summary
    assert summary["service_m"] < summary["service_m_max"]
    page = written(tmp_path, served, served)
    assert 'data-key="service_m"' in page.split('id="easy"')[1]
    assert f"{summary['service_m_max']:,.0f} m" in page
    assert "到最近党群服务阵地的距离，米（网格数）" in page
    bare = written(tmp_path, served, plan)
    assert "到最近党群服务阵地的距离，米（网格数）" not in bare


def test_other_communities_in_the_second_plan(plan, tmp_path):
    other = toy_plan("AB", "12", communities="22")
    text = Tags(written(tmp_path, plan, other)).text
    assert "640202901001" in text
    assert "640202901002" in text


def test_posts_are_counted(plan):
    posts, shares = duty_rows(plan)
    told = {row["post"]: (row["filled"], row["vacant"]) for row in posts}
    # Grid 2 has no rows at all: its worker and stand-in are to be recruited too.
    assert told == {"worker": (1, 1), "standby": (0, 2), "micro_worker": (1, 0)}
    counts = {row["key"]: (row["count"], row["of"]) for row in shares}
    assert counts == {
        "with_worker": (1, 2),
        "with_standby": (0, 2),
        "with_organisation": (0, 2),
        "with_responsible": (0, 1),
    }


def test_findings_by_rule_the_worst_first(plan):
    rows = finding_rows(plan, "zh")
    assert [(row["rule"], row["count"]) for row in rows] == [("V13", 1), ("V09", 2)]
    assert len(RULE_WORDS) == 15
    assert rows[1]["about"] == "户数超出范围"


def test_worst_grids_come_first_with_a_map(plan):
    judged = Judged(plan, measure_plan(plan))
    deviation = plan.base_grids.set_index("grid_code")["deviation"].abs()
    worst = worst_grids(judged, "tasks", "t", "zh")
    assert worst[0]["code"] == deviation.idxmax()
    assert all(row["svg"].startswith("<svg") for row in worst)
    shapeless = edit(plan, "communities", 0, geometry=None)
    rows = worst_grids(Judged(shapeless, measure_plan(shapeless)), "tasks", "t", "zh")
    assert [row["svg"] for row in rows] == ["", ""]


def test_a_plan_without_grids(plan, tmp_path):
    bare = drop(plan, "base_grids", plan.base_grids["grid_code"].notna())
    bare = drop(bare, "findings", bare.findings["rule"].notna())
    page = written(tmp_path, bare)
    assert "没有可显示的网格" in page
    assert "没有发现问题" in page


def test_a_histogram_counts_all():
    values = pd.Series([0.0, 0.05, 0.1, 0.1, 0.95, 1.0, 7.0, np.nan])
    edges = np.linspace(0, 1, 11)
    chart = histogram("line_clarity", [values], edges, str, band=(0.2, 0.4))
    assert [bar.count for bar in chart.bars] == [2, 2, 3]
    assert chart.most == 3
    assert chart.band == (pytest.approx(0.2 * WIDTH), pytest.approx(0.2 * WIDTH))
    for bar in chart.bars:
        assert bar.y + bar.height == pytest.approx(HEIGHT, abs=0.02)
        assert bar.height == pytest.approx(HEIGHT * bar.count / 3, abs=0.01)
    both = histogram("line_clarity", [values, values], edges, str)
    boxes = [shapely.box(b.x, b.y, b.x + b.width, b.y + b.height) for b in both.bars]
    assert len(boxes) == 6
    for one, box in enumerate(boxes):
        assert all(box.intersection(b).area < 0.1 for b in boxes[:one])


@pytest.mark.parametrize(
    "values", [[208, 612], [3, 3], [0.001, 0.002], [], [np.nan], [0, 1e6]]
)
def test_edges_are_round_and_hold_all(values):
    edges = round_edges([pd.Series(values, dtype="float64")])
    assert 2 <= len(edges) <= 27
    assert np.all(np.diff(edges) > 0)
    for value in values:
        assert np.isnan(value) or edges[0] <= value <= edges[-1]
