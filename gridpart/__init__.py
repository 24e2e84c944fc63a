"""Divides communities into balanced, seamless service grids.

Start reading in :mod:`gridpart.flows`; the nouns are in :mod:`gridpart.city`,
:mod:`gridpart.fabric` and :mod:`gridpart.plan`. The verbs below are loaded when
they are first used, so that importing gridpart costs nothing.
"""

from importlib import import_module

__version__ = "0.1.0"

_VERBS = {
    "make_city": "gridpart.synth.cities",
    "read_city": "gridpart.read.cities",
    "check_city": "gridpart.check.cities",
    "divide": "gridpart.flows",
    "check_plan": "gridpart.check.plans",
    "measure_plan": "gridpart.measure.registry",
    "save_plan": "gridpart.store.plans",
    "load_plan": "gridpart.store.plans",
    "prepare_locator": "gridpart.locate.locators",
    "locate_points": "gridpart.locate.locators",
    "write_map": "gridpart.show.onemap",
    "write_workbook": "gridpart.show.workbook",
    "export_plan": "gridpart.show.export",
    "Rules": "gridpart.rules",
}

__all__ = list(_VERBS)


def __getattr__(name: str) -> object:
    """Load a verb on first use."""
    if name in _VERBS:
        return getattr(import_module(_VERBS[name]), name)
    raise AttributeError(f"module 'gridpart' has no attribute {name!r}")
