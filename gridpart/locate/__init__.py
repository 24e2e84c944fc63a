"""Who answers for a place: community, grids, duty holders, organisations, escalation.

:mod:`gridpart.locate.answers` knows what is said of a grid, on plain rows. Two doors
lead to it: :mod:`gridpart.locate.locators` prepares a loaded plan for millions of
points, :mod:`gridpart.locate.files` reads just what one place needs from the file,
without loading a table, because a counter clerk waits for it.
"""
