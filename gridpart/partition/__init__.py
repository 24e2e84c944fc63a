"""Fabric to assignment: exclusive, base and micro-grids.

The engine. Tables come in, part numbers go out; inside are arrays and graphs. It
knows nothing of files or polygons.
"""
