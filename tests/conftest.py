"""Fixtures that several kinds of tests share."""

import os
from pathlib import Path

import pytest

SHARED = Path(__file__).parents[2] / "shared" / "data"


@pytest.fixture
def shared_data() -> Path:
    """Folder of real cities; a checkout without it cannot run the tests that ask."""
    assert SHARED.is_dir(), f"real data is not there: {SHARED}"
    return SHARED


def pytest_collection_modifyitems(
    config: pytest.Config, items: list[pytest.Item]
) -> None:
    """Leave real-data tests out on a machine without the data, and say so."""
    if SHARED.is_dir() or os.environ.get("CI"):
        return
    wanted = [item for item in items if not item.get_closest_marker("shared")]
    config.hook.pytest_deselected(
        items=[item for item in items if item.get_closest_marker("shared")]
    )
    items[:] = wanted
