"""What can go wrong, as one small tree.

GridpartError
    InputError      a file or a table cannot be used          exit code 2
    RulesError      a rule is missing, unknown or impossible  exit code 2
    BrokenPlanError a promise of our own failed: a bug        traceback

Every message follows one frame: where, what was expected, what was given, what
to do about it.
"""


class GridpartError(Exception):
    """Base of all errors that gridpart raises on purpose."""


class InputError(GridpartError, ValueError):
    """A file or a table cannot be used; the message names the mend."""


class RulesError(GridpartError, ValueError):
    """A rule is missing, unknown or impossible."""


class BrokenPlanError(GridpartError):
    """A plan of our own breaks a promise of the plan contract: a bug."""
