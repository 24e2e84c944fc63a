"""Take pictures of the one map in use: card, table, sheet of paper.

python maps/views.py MAP.html  (with the development extras, Chromium and Poppler)
"""

import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

HERE = Path(__file__).parent
CHROMIUM = "/usr/bin/chromium"


def shoot_views(map_file: Path) -> None:
    """Write ``one-map-*.jpg`` beside this script."""
    with sync_playwright() as tools:
        browser = tools.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        page.goto(map_file.absolute().as_uri())
        page.wait_for_selector("html[data-ready]")
        print_sheet(page, HERE / "one-map-print")
        page.check('input[name="posts"]')
        page.evaluate("oneMap.goTo(oneMap.features.base_grids[100])")
        page.evaluate("oneMap.fetched.then(() => null)")
        take(page, "card")
        page.click(".language")
        page.check('input[value="households"]')
        page.fill(".search input", "worker recruit")
        page.click(".open-table")
        page.click('th[data-column="deviation"] button')
        page.focus(".search input")
        page.keyboard.press("End")
        page.keyboard.type(" ")
        page.keyboard.press("ArrowDown")
        take(page, "table")
        browser.close()


def take(page: Page, view: str) -> None:
    """Take a picture once all is drawn."""
    page.wait_for_timeout(1000)
    page.screenshot(path=HERE / f"one-map-{view}.jpg", type="jpeg", quality=75)


def print_sheet(page: Page, stem: Path) -> None:
    """Print the page to PDF and the PDF to a picture."""
    with tempfile.TemporaryDirectory() as made:
        pdf = Path(made) / "map.pdf"
        page.pdf(path=pdf, prefer_css_page_size=True, print_background=True)
        command = ["pdftoppm", "-r", "80", "-jpeg", "-singlefile", pdf, stem]
        subprocess.run(command, check=True)


if __name__ == "__main__":
    shoot_views(Path(sys.argv[1]))
