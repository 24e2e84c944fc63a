"""Fixtures that several kinds of tests share."""

import os
import shutil
import signal
from importlib.util import find_spec
from pathlib import Path

import pandas as pd
import pytest
import typst

from gridpart.errors import InputError
from gridpart.show.sheets import chinese_font

SHARED = Path(__file__).parents[2] / "shared" / "data"
CHROMIUM = shutil.which("chromium")
OGRINFO = shutil.which("ogrinfo")

# As without the extras, where there is no pyarrow; on small tables also quicker.
# Commands that tests start as processes keep their texts in pyarrow.
pd.set_option("mode.string_storage", "python")

# What runs in the background ignores Ctrl-C, and so do the commands it starts.
signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture
def shared_data() -> Path:
    """Folder of real cities; a checkout without it cannot run the tests that ask."""
    assert SHARED.is_dir(), f"real data is not there: {SHARED}"
    return SHARED


@pytest.fixture(scope="session")
def chromium() -> str:
    """The system's Chromium; without it the tests that ask for it cannot run."""
    assert CHROMIUM, "chromium is not installed"
    return CHROMIUM


@pytest.fixture(scope="session")
def ogrinfo() -> str:
    """GDAL's own client, of another build than the one in the wheels."""
    assert OGRINFO, "ogrinfo is not installed"
    return OGRINFO


def has_chinese_font() -> bool:
    """Say whether this machine has a font that the printed sheets can be set in."""
    try:
        chinese_font(typst.Fonts().families())
    except InputError:
        return False
    return True


def pytest_collection_modifyitems(
    config: pytest.Config, items: list[pytest.Item]
) -> None:
    """Leave out what this machine cannot run, and say so; the gate runs all.

    All but the heavy peers of the benchmarks, which are an extra of their own.
    """
    present = {"peers": all(map(find_spec, ("spopt", "k_means_constrained")))}
    elsewhere = {
        "shared": SHARED.is_dir(),
        "browser": bool(CHROMIUM),
        "gdal": bool(OGRINFO),
        "font": has_chinese_font(),
    }
    if not os.environ.get("CI"):
        present |= elsewhere
    absent = [marker for marker, here in present.items() if not here]
    left_out = [item for item in items if any(map(item.get_closest_marker, absent))]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if item not in left_out]
