"""Fabric to assignment: exclusive, base and micro-grids.

The engine. Tables come in, part numbers go out; inside are arrays and graphs. It
knows nothing of files or polygons. `divide_graph` is the same engine on plain arrays.
"""

from collections.abc import Callable


def __getattr__(name: str) -> Callable[..., object]:
    """Fetch `divide_graph` when it is first asked for: compiled code is heavy."""
    if name == "divide_graph":
        from gridpart.partition.districts import divide_graph

        return divide_graph
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
