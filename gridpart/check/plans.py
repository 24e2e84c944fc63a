"""Is this plan sound? All checks of a plan, one row each.

Independent of whatever made the plan: every check looks only at the plan's own
layers, and one that fails itself is reported while the others go on.
"""

import logging
from collections.abc import Callable
from dataclasses import replace

from gridpart.check import codes, duties, homes, loads, outlines, walking
from gridpart.check.drawing import Drawing, cap_findings, read_drawing
from gridpart.finding import ERROR, INFO, WARNING, Finding
from gridpart.plan import Plan

CHECKS: tuple[tuple[str, Callable[[Drawing], list[Finding]]], ...] = (
    ("V01", outlines.check_validity),
    ("V02", outlines.check_overlaps),
    ("V03", outlines.check_gaps),
    ("V04", outlines.check_communities),
    ("V05", walking.check_walking),
    ("V06", homes.check_cut_buildings),
    ("V07", loads.check_compounds),
    ("V09", loads.check_band),
    ("V10", loads.check_balance),
    ("V11", codes.check_codes),
    ("V11", codes.check_sequence),
    ("V12", duties.check_posts),
    ("V12", duties.check_vacancies),
    ("V12", duties.check_party),
    ("V13", codes.check_lineage),
    ("V13", codes.check_dates),
    ("V14", outlines.check_fit),
    ("V14", homes.check_belonging),
    ("V14", homes.check_buildings),
    ("V14", homes.check_sums),
)

# What a sentence names; an id may be missing in a plan that others made.
_CODES = ("code", "community", "building", "atom")

log = logging.getLogger(__name__)


def check_plan(plan: Plan) -> list[Finding]:
    """Return everything that is wrong with a plan, by rule V01 to V15.

    Parameters
    ----------
    plan
        Any plan, drawn or broken by anybody; it is judged by the rules it names
        in its parameters.

    Returns
    -------
    findings
        By rule; errors before warnings before infos. What the rules of a
        division allow with a stated reason is no error.
    """
    try:
        drawing = read_drawing(plan)
    except Exception as problem:
        return [_failed("V01", "read_drawing", problem)]
    found = [
        finding for rule, check in CHECKS for finding in _run(rule, check, drawing)
    ]
    return cap_findings(sorted(found, key=_order))


def _order(finding: Finding) -> tuple[object, ...]:
    """Sort by rule, worst first, then by what is said, not by the order of rows."""
    return (
        finding.rule,
        (ERROR, WARNING, INFO).index(finding.severity),
        finding.sentence,
        finding.grid_code or "",
        str(sorted(finding.values.items())),
    )


def _run(
    rule: str, check: Callable[[Drawing], list[Finding]], drawing: Drawing
) -> list[Finding]:
    """Run one check; one that fails is reported, and the others go on."""
    try:
        return [_with_codes_or_none(finding) for finding in check(drawing)]
    except Exception as problem:
        return [_failed(rule, check.__name__, problem)]


def _with_codes_or_none(finding: Finding) -> Finding:
    """Return the finding with None, or ``-``, for a code that the plan lacks."""
    grid, community = (
        code if isinstance(code, str) else None
        for code in (finding.grid_code, finding.community_code)
    )
    told = {
        key: value if isinstance(value, str) or key not in _CODES else "-"
        for key, value in finding.values.items()
    }
    return replace(finding, grid_code=grid, community_code=community, values=told)


def _failed(rule: str, check: str, problem: Exception) -> Finding:
    log.exception("%s failed", check)
    values = {"check": check, "problem": type(problem).__name__}
    return Finding(rule, ERROR, "plan.check_failed", values)
