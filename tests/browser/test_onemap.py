"""The one map as a planner meets it: opened from disk in Chromium, no network."""

from dataclasses import dataclass, field, replace

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from playwright.sync_api import Page, sync_playwright

from gridpart.columns import PLAN
from gridpart.conform import conform
from gridpart.show.onemap import write_map
from tests.builders import CORNER, CRS, base_code, edit, toy_plan

pytestmark = pytest.mark.browser

FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
HOSTILE = "<img src=x onerror=alert(1)>${alert(1)}`</script><b>x</b>'\""


@dataclass
class Opened:
    """A page, and all that went wrong or left the machine while it was open."""

    page: Page
    faults: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def place(self, layer, row):
        """Where a feature's label stands on the screen."""
        return self.page.evaluate(
            """([layer, row]) => {
                const { label } = oneMap.features[layer][row];
                const point = oneMap.map.latLngToContainerPoint(label.at);
                return [point.x, point.y];
            }""",
            [layer, row],
        )

    def screen(self, point):
        """Where a point of the toy plan stands on the screen."""
        (place,) = gpd.GeoSeries([point], crs=CRS).to_crs(4326)
        return self.page.evaluate(
            """([lng, lat]) => {
                const point = oneMap.map.latLngToContainerPoint([lat, lng]);
                return [point.x, point.y];
            }""",
            [place.x, place.y],
        )

    def click(self, layer, row, *, beside=6):
        x, y = self.place(layer, row)
        self.page.mouse.click(x + beside, y + beside)

    def picture(self, layer, row):
        x, y = self.place(layer, row)
        return self.page.screenshot(
            clip={"x": x - 60, "y": y - 60, "width": 120, "height": 120}
        )


@pytest.fixture(scope="module")
def browser(chromium):
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def open_map(browser, tmp_path):
    """Write a plan's map, open it from disk, and refuse it the network."""
    path = tmp_path / "map.html"
    context = browser.new_context()

    def open_plan(plan, *, width=1280, height=800, **options):
        write_map(plan, path, **options)
        page = context.new_page()
        page.set_viewport_size({"width": width, "height": height})
        opened = Opened(page)

        def take_note(route):
            opened.requests.append(route.request.url)
            if route.request.url == path.as_uri():
                route.continue_()
            else:
                route.abort()

        def refuse(dialog):
            opened.faults.append(f"dialog: {dialog.message}")
            dialog.dismiss()

        page.route("**/*", take_note)
        page.on("dialog", refuse)
        page.on("pageerror", lambda error: opened.faults.append(str(error)))
        page.on("console", lambda message: opened.faults.append(message.text))
        page.goto(path.as_uri())
        page.wait_for_selector("html[data-ready]", timeout=20_000)
        return opened

    yield open_plan
    context.close()


@pytest.fixture
def plan():
    sound = toy_plan(
        "AABB..\nAABB..",
        "1122XX\n1122XX",
        micros="121211\n121211",
        households={(0, 0): 70, (1, 3): 91},
        barriers=[("railway", "hard", [(0, 2), (6, 2)])],
        crossings=[(3, 2)],
    )
    table = {
        "rule": ["V10"],
        "severity": ["warning"],
        "grid_code": [base_code("2")],
        "community_code": [base_code("2")[:12]],
        "message_zh": ["任务不均衡"],
        "message_en": ["not balanced"],
        "geometry": [shapely.Point(CORNER[0] + 110, CORNER[1] - 90)],
    }
    rows = conform(pd.DataFrame(table), PLAN["findings"], crs=sound.atoms.crs)
    return replace(
        edit(
            sound, "communities", 0, status="gap", gap=0.012, given_up="no_whole_plan"
        ),
        findings=rows,
    )


def test_opens_without_a_network_and_without_a_murmur(plan, open_map):
    opened = open_map(plan)
    assert opened.page.title() == "社区网格一张图"
    assert opened.page.inner_text(".panel").count("461") == 1
    assert opened.faults == []
    assert len(opened.requests) == 1


def test_base_grid_card_says_what_the_plan_says(plan, open_map):
    opened = open_map(plan)
    opened.click("base_grids", 1)
    card = opened.page.inner_text(".card")
    grid = plan.base_grids.loc[1]
    for shown in (
        grid["name"],
        grid["grid_code"],
        f"{grid['households']:,}",
        f"{100 * grid['deviation']:+.1f}%",
        "V10",
        "任务不均衡",
        "已知差距",
        "1.2%",
        "小区无法全部保持完整",
    ):
        assert shown in card
    assert opened.faults == []


def test_card_shows_the_building_and_its_micro_grid(plan, open_map):
    opened = open_map(plan)
    opened.page.evaluate("oneMap.map.setZoom(18, { animate: false })")
    building = plan.buildings.loc[0]
    opened.page.mouse.click(*opened.screen(plan.buildings.geometry[0].centroid))
    card = opened.page.inner_text(".card")
    assert building["building_id"] in card
    assert base_code("1") + "01" in card


def test_a_building_that_is_a_point_has_its_card(plan, open_map):
    points = plan.buildings.set_geometry(plan.buildings.centroid)
    opened = open_map(replace(plan, buildings=points))
    opened.page.evaluate("oneMap.map.setZoom(18, { animate: false })")
    opened.page.mouse.click(*opened.screen(points.geometry[0]))
    assert points["building_id"][0] in opened.page.inner_text(".card")


def test_a_finding_is_told_where_it_is(plan, open_map):
    stray = plan.findings.assign(grid_code=None, community_code=None)
    opened = open_map(replace(plan, findings=stray))
    opened.page.mouse.click(*opened.screen(stray.geometry[0]))
    assert "任务不均衡" in opened.page.inner_text(".card")
    opened.page.keyboard.press("Escape")
    opened.click("base_grids", 1, beside=30)
    assert "任务不均衡" not in opened.page.inner_text(".card")


def test_exclusive_grid_has_its_card(plan, open_map):
    opened = open_map(plan)
    opened.click("exclusive_grids", 0)
    card = opened.page.inner_text(".card")
    assert plan.exclusive_grids["name"][0] in card
    assert "学校" in card


def test_card_closes(plan, open_map):
    opened = open_map(plan)
    opened.click("base_grids", 0)
    opened.page.click(".card .close")
    assert opened.page.query_selector(".card") is None


@pytest.mark.parametrize("layer", ["base_grids", "buildings", "communities", "labels"])
def test_a_layer_can_be_put_away_and_back(plan, open_map, layer):
    opened = open_map(plan)
    box = f'input[name="{layer}"]'
    shown = opened.picture("base_grids", 0)
    opened.page.uncheck(box)
    opened.page.wait_for_timeout(100)
    hidden = opened.picture("base_grids", 0)
    opened.page.check(box)
    opened.page.wait_for_timeout(100)
    again = opened.picture("base_grids", 0)
    assert hidden != shown
    assert again == shown
    assert opened.faults == []


def test_search_finds_by_code_with_the_keys(plan, open_map):
    opened = open_map(plan)
    opened.page.fill(".search input", base_code("1")[:14])
    found = opened.page.locator(".results li")
    assert found.count() > 2
    opened.page.keyboard.press("ArrowDown")
    chosen = opened.page.inner_text('.results [aria-selected="true"] span')
    opened.page.keyboard.press("Enter")
    assert chosen in opened.page.inner_text(".card")
    opened.page.fill(".search input", "no such name")
    assert opened.page.inner_text(".results") == "没有找到"


def test_community_is_found_by_name_and_has_its_card(plan, open_map):
    opened = open_map(plan)
    opened.page.fill(".search input", plan.communities["name"][0])
    opened.page.keyboard.press("Enter")
    assert "已知差距" in opened.page.inner_text(".card")


def test_english_and_back_with_the_card_open(plan, open_map):
    opened = open_map(plan)
    opened.click("base_grids", 1)
    opened.page.click(".language")
    assert "Base grid" in opened.page.inner_text(".card")
    assert "not balanced" in opened.page.inner_text(".card")
    assert "Layers" in opened.page.inner_text(".panel")
    assert opened.page.get_attribute("html", "lang") == "en"
    opened.page.click(".language")
    assert "基础网格" in opened.page.inner_text(".card")
    assert opened.faults == []


def test_opens_in_english_when_asked(plan, open_map):
    opened = open_map(plan, lang="en")
    assert opened.page.title() == "Community grids, one map"


def test_hover_names_the_grid(plan, open_map):
    opened = open_map(plan)
    opened.page.mouse.move(*opened.place("base_grids", 0))
    opened.page.wait_for_selector(".tip:not([hidden])")
    assert plan.base_grids["name"][0] in opened.page.inner_text(".tip")


def test_hostile_names_are_text_wherever_they_appear(plan, open_map):
    hostile = plan
    for layer, column in (
        ("communities", "name"),
        ("communities", "subdistrict"),
        ("base_grids", "name"),
        ("base_grids", "reason"),
        ("micro_grids", "name"),
        ("exclusive_grids", "name"),
        ("exclusive_grids", "kind"),
        ("exclusive_grids", "responsible"),
        ("buildings", "address"),
        ("buildings", "building_id"),
        ("findings", "rule"),
        ("findings", "message_zh"),
        ("barriers", "kind"),
    ):
        hostile = edit(hostile, layer, slice(None), **{column: HOSTILE})
    hostile = replace(
        hostile, info=dict(hostile.info) | {"id": HOSTILE, "basis": HOSTILE}
    )
    opened = open_map(hostile)
    opened.page.mouse.move(*opened.place("base_grids", 1))
    opened.page.wait_for_selector(".tip:not([hidden])")
    assert HOSTILE in opened.page.inner_text(".tip")
    opened.click("base_grids", 1)
    assert opened.page.inner_text(".card").count(HOSTILE) >= 4
    opened.click("exclusive_grids", 0)
    assert opened.page.inner_text(".card").count(HOSTILE) >= 3
    opened.page.fill(".search input", "onerror")
    assert HOSTILE in opened.page.inner_text(".results")
    assert HOSTILE in opened.page.inner_text(".foot")
    assert opened.page.locator("img").count() == 0
    assert opened.faults == []
    assert len(opened.requests) == 1


def test_the_browser_itself_refuses_foreign_scripts(plan, open_map):
    opened = open_map(plan)
    opened.page.evaluate(
        """() => {
            const foreign = document.createElement("div");
            foreign.innerHTML = '<img src="data:," onerror="window.ran = true">';
            document.body.append(foreign);
            const script = document.createElement("script");
            script.textContent = "window.ran = true";
            document.body.append(script);
        }"""
    )
    opened.page.wait_for_timeout(200)
    assert opened.page.evaluate("window.ran") is None
    assert any("Content Security Policy" in fault for fault in opened.faults)


def test_a_phone_shows_map_panel_and_card(plan, open_map):
    opened = open_map(plan, width=390, height=780)
    opened.page.fill(".search input", base_code("1"))
    opened.page.keyboard.press("Enter")
    panel = opened.page.locator(".panel").bounding_box()
    card = opened.page.locator(".card").bounding_box()
    assert panel["y"] + panel["height"] < card["y"]
    assert card["y"] + card["height"] <= 780
