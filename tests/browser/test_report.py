"""The quality report in Chromium: opened from disk, nothing asked of the network."""

import pypdfium2
import pytest

from gridpart.measure.registry import MEASURES
from gridpart.show.report import write_report
from tests.builders import edit, school_plan, toy_plan
from tests.hostile import MARKUP

pytestmark = pytest.mark.browser


@pytest.fixture
def open_report(browser, tmp_path):
    """Write a report, open it from disk, and note all that should not happen."""
    path = tmp_path / "report.html"
    context = browser.new_context()

    def opened(*plans, width=1200, **options):
        write_report(plans[0], path, *plans[1:], **options)
        page = context.new_page()
        page.set_viewport_size({"width": width, "height": 900})
        faults = []

        def only_the_page(route):
            if route.request.url == path.as_uri():
                route.continue_()
            else:
                faults.append(f"request: {route.request.url}")
                route.abort()

        def refuse(dialog):
            faults.append(f"dialog: {dialog.message}")
            dialog.dismiss()

        page.route("**/*", only_the_page)
        page.on("dialog", refuse)
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda message: faults.append(message.text))
        page.goto(path.as_uri())
        return page, faults

    yield opened
    context.close()


@pytest.fixture
def plan():
    return school_plan(
        barriers=[("railway", "hard", [(2, 0), (2, 2)])],
    )


def test_it_is_drawn_without_a_request(open_report, plan):
    page, faults = open_report(plan)
    headings = page.locator("h2").all_inner_texts()
    assert headings[1:5] == ["界线清晰", "任务适当", "责任明确", "便于实施"]
    assert page.locator("table.measures tbody tr").count() == len(MEASURES)
    for chart in page.locator(".histogram svg").all():
        bars = chart.locator("rect:has(title)")
        assert bars.count() > 0
        assert all(bar.bounding_box()["height"] > 1 for bar in bars.all())
    maps = page.locator(".worst svg")
    assert maps.count() == 6
    box = maps.first.bounding_box()
    assert box["width"] / box["height"] == pytest.approx(64 / 48, abs=0.05)
    assert faults == []


def test_the_grid_in_question_stands_out_on_its_map(open_report, plan):
    page, _ = open_report(plan)
    red = page.locator('.worst svg path[stroke="#c62828"]')
    assert red.count() == page.locator(".worst svg").count()
    for one in red.all():
        box, svg = one.bounding_box(), one.locator("xpath=..").bounding_box()
        assert 0.4 < box["height"] / svg["height"] < 1 or (
            0.4 < box["width"] / svg["width"] < 1
        )


def test_two_plans_and_a_phone(open_report, plan):
    other = toy_plan("AABB..\nAABB..", "1112XX\n1112XX", micros="121111\n121111")
    page, faults = open_report(plan, other, width=390, lang="en")
    assert page.locator(".worst svg").count() == 12
    assert "two plans compared" in page.locator("h1").inner_text()
    assert page.evaluate("document.documentElement.scrollWidth") <= 400
    assert faults == []


def test_names_are_read_not_run(open_report, plan):
    hostile = edit(plan, "base_grids", 0, name=MARKUP, reason=MARKUP)
    hostile = edit(hostile, "communities", 0, name=MARKUP)
    page, faults = open_report(hostile)
    assert MARKUP in page.locator("main").inner_text()
    assert page.locator("main img").count() == 0
    assert faults == []


def test_it_prints_on_a4(open_report, plan, tmp_path):
    page, _ = open_report(plan)
    page.pdf(path=tmp_path / "report.pdf", prefer_css_page_size=True)
    printed = pypdfium2.PdfDocument(tmp_path / "report.pdf")
    assert [round(side) for side in printed[0].get_size()] == [595, 842]
    text = "".join(one.get_textpage().get_text_bounded() for one in printed)
    assert "便于实施" in text
