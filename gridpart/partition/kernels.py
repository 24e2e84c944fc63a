"""How the functions that run millions of times are compiled.

Numba counts the references to every array that a function is handed, one atomic
instruction each; where the arrays come in a tuple of many, that takes half of the
time. Functions that allocate nothing can do without.
"""

from typing import Any

from numba import njit

UNCOUNTED: dict[str, Any] = {"_nrt": False}

kernel = njit(cache=True, error_model="numpy", **UNCOUNTED)
inlined = njit(cache=True, error_model="numpy", forceinline=True, **UNCOUNTED)
