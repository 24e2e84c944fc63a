"""The one map as a planner meets it: opened from disk in Chromium, no network."""

import io
import re
import subprocess
from dataclasses import dataclass, field, replace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from PIL import Image, ImageChops, ImageColor, ImageStat
from playwright.sync_api import Page

from gridpart.columns import PLAN
from gridpart.conform import conform
from gridpart.show.onemap import write_map
from gridpart.show.style import as_dict
from tests.builders import CORNER, CRS, base_code, edit, school_plan
from tests.hostile import MARKUP
from tests.people_builder import at, table_of

pytestmark = pytest.mark.browser


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

    def settle(self):
        """Wait until what is to be seen is unpacked and drawn."""
        self.page.evaluate(
            """async () => {
                await oneMap.fetched;
                for (let i = 0; i < 3; i++) await new Promise(requestAnimationFrame);
            }"""
        )

    def zoom_in(self):
        """Go close enough for buildings."""
        self.page.evaluate("oneMap.map.setZoom(18, { animate: false })")
        self.settle()

    def click(self, layer, row, *, beside=6):
        x, y = self.place(layer, row)
        self.page.mouse.click(x + beside, y + beside)

    def picture(self, layer, row):
        x, y = self.place(layer, row)
        return self.page.screenshot(
            clip={"x": x - 60, "y": y - 60, "width": 120, "height": 120}
        )


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
        opened.settle()
        return opened

    yield open_plan
    context.close()


def with_duty(plan):
    """The plan with posts, organisations, a service site, a department's grid."""
    first, second = plan.base_grids["grid_code"]
    posts = [
        (first, "worker", "w1"),
        (first, "standby", "w2"),
        (second, "worker", "w2"),
        (second, "standby", None),
    ]
    orgs = [
        {"org_id": "top", "name": "组织上", "level": "community_committee"},
        {"org_id": "low", "name": "组织下", "level": "branch", "parent_id": "top"},
    ]
    orgs = [org | {"community_code": first[:12]} for org in orgs]
    links = [("low", first, "covers"), ("low", second, "covers")]
    site = {"resource_id": "r1", "name": "便民驿站", "kind": "service_site"}
    whole = plan.base_grids.geometry[0]
    most = whole - plan.atoms.geometry[1]
    areas = [
        {"department": "公安", "code": "G1", "name": "警务一", "geometry": whole},
        {"department": "公安", "code": "G2", "name": "警务二", "geometry": most},
    ]
    names = {"compound_id": ["A"], "name": ["翠苑小区"]}
    named = edit(plan, "communities", 0, subdistrict="东街")
    named = edit(named, "buildings", 0, address="解放路8号")
    return replace(
        named,
        posts=conform(pd.DataFrame(posts, columns=PLAN["posts"].names), PLAN["posts"]),
        party_orgs=table_of("party_orgs", orgs),
        party_links=conform(
            pd.DataFrame(links, columns=PLAN["party_links"].names), PLAN["party_links"]
        ),
        resources=table_of("resources", [site | {"geometry": at(0.3, 0.3)}]),
        department_grids=table_of("department_grids", areas),
        workers=table_of(
            "workers", [{"worker_id": "w2", "role": "worker", "geometry": at(0, 0)}]
        ),
        compounds=conform(pd.DataFrame(names), PLAN["compounds"]),
    )


@pytest.fixture
def plan():
    sound = school_plan(
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
    assert opened.page.locator("canvas").count() == 1  # each costs every frame
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
    opened.zoom_in()
    building = plan.buildings.loc[0]
    opened.page.mouse.click(*opened.screen(plan.buildings.geometry[0].centroid))
    card = opened.page.inner_text(".card")
    assert building["building_id"] in card
    assert base_code("1") + "01" in card


def test_a_building_that_is_a_point_has_its_card(plan, open_map):
    points = plan.buildings.set_geometry(plan.buildings.centroid)
    opened = open_map(replace(plan, buildings=points))
    opened.zoom_in()
    opened.page.mouse.click(*opened.screen(points.geometry[0]))
    assert points["building_id"][0] in opened.page.inner_text(".card")


def test_a_courtyard_stays_open_and_buildings_may_overlap(plan, open_map):
    yard = [(10, 10), (10, 30), (30, 30), (30, 10)]
    court = shapely.Polygon([(0, 0), (0, 40), (40, 40), (40, 0)], [yard])
    over = shapely.box(35, 5, 60, 35)
    shapes = gpd.GeoSeries([court, over], crs=CRS).translate(CORNER[0], CORNER[1] - 60)
    built = plan.buildings.iloc[:2].set_geometry(shapes.array)
    opened = open_map(replace(plan, buildings=built))
    opened.page.uncheck('input[name="labels"]')
    opened.page.uncheck('input[name="micro_grids"]')
    opened.zoom_in()

    def colour(x, y):
        left, top = opened.screen(shapely.Point(CORNER[0] + x, CORNER[1] - 60 + y))
        clip = {"x": left, "y": top, "width": 1, "height": 1}
        return Image.open(io.BytesIO(opened.page.screenshot(clip=clip))).getpixel(
            (0, 0)
        )

    wall, yard, both, alone = (
        colour(5, 20),
        colour(20, 20),
        colour(38, 20),
        colour(50, 20),
    )
    assert wall == both == alone
    assert yard == colour(20, 50) != wall


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
    opened.settle()
    hidden = opened.picture("base_grids", 0)
    opened.page.check(box)
    opened.settle()
    again = opened.picture("base_grids", 0)
    assert unlike(hidden, shown) > 0.5
    assert unlike(again, shown) < 0.05
    assert opened.faults == []


def unlike(one, other):
    """Mean difference of two pictures, in levels of 255."""
    pictures = (Image.open(io.BytesIO(png)).convert("RGB") for png in (one, other))
    return np.mean(ImageStat.Stat(ImageChops.difference(*pictures)).mean)


def test_ground_dragged_into_view_is_drawn_before_the_hand_lets_go(plan, open_map):
    opened = open_map(plan)
    opened.page.evaluate(
        """() => {
            const { bounds, map } = oneMap;
            const place = [bounds.getCenter().lat, bounds.getWest()];
            map.setView(place, 19, { animate: false });
        }"""
    )
    opened.settle()
    mouse = opened.page.mouse
    mouse.move(1100, 500)
    mouse.down()
    for x in range(1100, 300, -100):
        mouse.move(x, 500)
    opened.settle()
    held = opened.picture("base_grids", 1)
    mouse.up()
    opened.settle()
    assert unlike(opened.picture("base_grids", 1), held) < 0.5


def test_full_screen_and_back(plan, open_map):
    opened = open_map(plan)
    page = opened.page
    page.click(".full-screen")
    page.wait_for_function("document.fullscreenElement === document.documentElement")
    opened.click("base_grids", 0)
    assert page.is_visible(".panel")
    assert base_code("1") in page.inner_text(".card")
    page.click(".full-screen")
    page.wait_for_function("document.fullscreenElement === null")
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
    hostile = with_duty(plan)
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
        ("findings", "rule"),
        ("findings", "message_zh"),
        ("barriers", "kind"),
        ("posts", "post"),
        ("party_orgs", "name"),
        ("party_orgs", "level"),
        ("resources", "name"),
        ("resources", "kind"),
        ("department_grids", "department"),
        ("department_grids", "name"),
        ("compounds", "name"),
    ):
        hostile = edit(hostile, layer, slice(None), **{column: MARKUP})
    hostile = replace(
        hostile, info=dict(hostile.info) | {"id": MARKUP, "basis": MARKUP}
    )
    opened = open_map(hostile)
    page = opened.page
    page.mouse.move(*opened.place("base_grids", 1))
    page.wait_for_selector(".tip:not([hidden])")
    assert MARKUP in page.inner_text(".tip")
    opened.click("base_grids", 1)
    assert page.inner_text(".card").count(MARKUP) >= 7
    opened.click("exclusive_grids", 0)
    assert page.inner_text(".card").count(MARKUP) >= 3
    page.fill(".search input", "onerror")
    assert page.inner_text(".results").count(MARKUP) >= 12
    assert MARKUP in page.inner_text(".foot")
    assert page.inner_text(".layers").count(MARKUP) >= 3
    page.keyboard.press("Escape")
    page.click(".open-table")
    for layer in page.eval_on_selector_all(
        ".table-view option", "all => all.map(o => o.value)"
    ):
        page.select_option(".table-view select", layer)
        assert MARKUP in page.inner_text(".table-body"), layer
    name = page.locator("tbody tr:first-child th button").bounding_box()
    beside = page.locator("tbody tr:first-child td").first.bounding_box()
    assert name["x"] + name["width"] <= beside["x"]
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert MARKUP in page.inner_text(".sheet .head")
    assert MARKUP in page.inner_text(".sheet-facts")
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    page.click(".language")
    assert MARKUP in page.inner_text(".panel")
    assert page.locator("img").count() == 0
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
    assert not opened.page.is_visible(".layers")
    opened.page.click(".only-narrow")
    assert opened.page.is_visible(".layers")


def test_card_says_who_answers(plan, open_map):
    opened = open_map(with_duty(plan))
    opened.click("base_grids", 0)
    card = opened.page.inner_text(".card")
    for shown in ("已配备", "第2网格网格员", "组织上", "组织下", "党支部"):
        assert shown in card
    assert re.sub(r"\s+", "", opened.page.inner_text("ol.escalation")) == (
        "网格第1网格网格员已配备社区社区1组织上街道东街区县640202"
    )
    assert "w1" not in opened.page.content()
    assert opened.faults == []


def test_a_staff_map_names_ids(plan, open_map):
    opened = open_map(with_duty(plan), profile="staff")
    opened.page.fill(".search input", "w2")
    opened.page.keyboard.press("Enter")
    assert "w2" in opened.page.inner_text(".card")


@pytest.mark.parametrize(
    ("wanted", "shown"),
    [
        ("B岗 待招募", "待招募"),
        ("解放路8号", "解放路8号"),
        ("组织下", "组织下"),
        ("便民驿站", "便民驿站"),
        ("翠苑", "翠苑小区"),
    ],
)
def test_search_goes_over_posts_addresses_and_places(plan, open_map, wanted, shown):
    opened = open_map(with_duty(plan))
    opened.page.fill(".search input", wanted)
    opened.page.keyboard.press("ArrowDown")
    opened.page.keyboard.press("ArrowUp")
    opened.page.keyboard.press("Enter")
    assert shown in opened.page.inner_text(".card")
    assert opened.faults == []


def test_tree_counts_and_switches_kinds(plan, open_map):
    opened = open_map(with_duty(plan))
    rows = opened.page.locator(".layer")
    names = rows.evaluate_all("rows => rows.map((row) => row.dataset.layer)")
    told = opened.page.locator(".layer .count").all_text_contents()
    counts = dict(zip(names, told, strict=True))
    assert counts["base_grids"] == "2"
    assert counts["posts"] == "2 / 2"
    assert counts["party_orgs"] == "2"
    assert counts["resources/service_site"] == "1"
    assert counts["department_grids/公安"] == "1 / 2"
    opened.zoom_in()
    x, y = opened.screen(with_duty(plan).resources.geometry[0])
    clip = {"x": x - 8, "y": y - 8, "width": 16, "height": 16}
    shown = opened.page.screenshot(clip=clip)
    opened.page.uncheck('input[name="resources/service_site"]')
    opened.settle()
    assert opened.page.screenshot(clip=clip) != shown
    opened.page.check('input[name="department_grids/公安"]')
    assert opened.faults == []


def test_a_departments_grids_are_told_and_drawn(plan, open_map):
    opened = open_map(with_duty(plan))
    shown = opened.picture("base_grids", 0)
    opened.page.check('input[name="department_grids/公安"]')
    opened.settle()
    assert unlike(opened.picture("base_grids", 0), shown) > 0.5
    opened.page.mouse.click(*opened.screen(plan.buildings.geometry[0].centroid))
    told = opened.page.locator(".card section", has_text="部门网格")
    first, second = (re.sub(r"\s+", "", one) for one in told.all_inner_texts())
    assert "警务一" in first
    assert "对应网格基础网格" in first
    assert "相差户数0" in first
    assert "警务二" in second
    assert "对应网格不一致" in second
    assert "相差户数50" in second
    assert opened.faults == []


def test_colours_switch_to_households(plan, open_map):
    opened = open_map(plan)
    before = opened.picture("base_grids", 1)
    opened.page.check('input[value="households"]')
    opened.settle()
    assert opened.picture("base_grids", 1) != before
    assert "网格户数" in opened.page.inner_text(".panel .colours")
    counts = opened.page.locator(".panel .class .count").all_inner_texts()
    assert sum(map(int, counts)) == len(plan.base_grids)


def test_table_sorts_filters_and_leads_to_the_grid(plan, open_map):
    opened = open_map(with_duty(plan))
    page = opened.page
    page.click(".open-table")
    first = "tbody tr:first-child"
    page.click('th[data-column="households"] button')
    assert (
        page.get_attribute('th[data-column="households"]', "aria-sort") == "ascending"
    )
    least = page.inner_text(first)
    assert str(plan.base_grids["households"].min()) in least
    page.keyboard.press("Enter")
    assert (
        page.get_attribute('th[data-column="households"]', "aria-sort") == "descending"
    )
    assert page.inner_text(first) != least
    page.fill(".table-view input", base_code("2"))
    assert page.locator("tbody tr").count() == 1
    page.click("tbody button")
    assert base_code("2") in page.inner_text(".card")
    page.select_option(".table-view select", "micro_grids")
    assert page.locator("tbody tr").count() == len(plan.micro_grids)
    assert opened.faults == []


def test_a_link_brings_back_place_layers_and_grid(plan, open_map):
    opened = open_map(plan)
    page = opened.page
    page.uncheck('input[name="buildings"]')
    page.check('input[value="households"]')
    page.fill(".search input", base_code("2"))
    page.keyboard.press("Enter")
    page.evaluate(
        "oneMap.map.setView(oneMap.map.getCenter(), 17.5, { animate: false })"
    )
    page.click(".language")
    link = page.evaluate("location.href")
    center = page.evaluate("[oneMap.map.getCenter().lat, oneMap.map.getCenter().lng]")
    page.goto("about:blank")
    page.goto(link)
    page.wait_for_selector("html[data-ready]")
    assert not page.is_checked('input[name="buildings"]')
    assert page.is_checked('input[value="households"]')
    assert base_code("2") in page.inner_text(".card")
    assert "Base grid" in page.inner_text(".card")
    assert page.evaluate("oneMap.map.getZoom()") == 17.5
    again = page.evaluate("[oneMap.map.getCenter().lat, oneMap.map.getCenter().lng]")
    assert again == pytest.approx(center, abs=2e-5)
    page.evaluate("location.hash = '#at=x&off=nothing&colour=toString&grid=__proto__'")
    opened.settle()
    assert page.is_checked('input[name="buildings"]')
    assert opened.faults == []


def test_png_holds_the_map(plan, open_map, tmp_path):
    opened = open_map(plan)
    with opened.page.expect_download() as saved:
        opened.page.click(".save-picture")
    path = tmp_path / "saved.png"
    saved.value.save_as(path)
    picture = Image.open(path).convert("RGB")
    assert picture.width > 2000
    seen = {colour for _, colour in picture.getcolors(1 << 24)}
    style = as_dict(500)
    for colour in [*style["choropleth"]["deviation"]["colours"]]:
        assert ImageColor.getrgb(colour) in seen
    assert opened.faults == []
    assert opened.requests[1:] in ([], [saved.value.url])


def test_prints_on_one_sheet_of_a3(plan, open_map, tmp_path):
    opened = open_map(plan)
    path = tmp_path / "map.pdf"
    before = opened.page.evaluate("oneMap.map.getZoom()")
    opened.page.pdf(path=path, prefer_css_page_size=True, print_background=True)
    told = subprocess.run(["pdfinfo", path], capture_output=True, text=True, check=True)
    assert re.search(r"Pages: +1$", told.stdout, flags=re.MULTILINE)
    assert "(A3)" in told.stdout
    command = ["pdftotext", path, "-"]
    text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    for shown in ("社区网格一张图", "1:", plan.info["id"], "户数偏差", "划分日期"):
        assert shown in text
    command = ["pdftoppm", "-r", "40", "-png", path, tmp_path / "sheet"]
    subprocess.run(command, check=True)
    picture = Image.open(next(tmp_path.glob("sheet*.png"))).convert("RGB")
    area = picture.crop((30, 30, 480, 430)).getcolors(1 << 24)
    white = sum(count for count, colour in area if min(colour) > 250)
    assert white < 0.2 * 450 * 400
    assert opened.page.evaluate("oneMap.map.getZoom()") == before
    assert opened.faults == []
