"""Divides communities into balanced, seamless service grids.

Start reading in :mod:`gridpart.flows`; the nouns are in :mod:`gridpart.city`,
:mod:`gridpart.fabric` and :mod:`gridpart.plan`.
"""

__version__ = "0.1.0"
