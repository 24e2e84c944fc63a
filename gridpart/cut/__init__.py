"""City to Fabric: communities minus barriers, shared out to buildings.

Knows geometry; knows nothing of grids.
"""
