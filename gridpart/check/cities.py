"""Can this city be divided? The front door of the checks on an input.

First mend what can be mended without loss, then look for everything that is
wrong, to the end; only then stop, if going on would give a wrong plan.
"""

import dataclasses
import logging
from collections.abc import Callable, Sequence

from gridpart.check import departments, mends, places, references, shapes, tables
from gridpart.check.listing import MORE, cap_findings
from gridpart.check.survey import Survey, survey
from gridpart.city import City
from gridpart.columns import CITY
from gridpart.errors import InputError
from gridpart.finding import ERROR, Finding
from gridpart.rules import Rules
from gridpart.text import say

CHECKS: tuple[Callable[[Survey], list[Finding]], ...] = (
    tables.check_filled,
    tables.check_ids,
    tables.check_codes,
    tables.check_households,
    tables.check_workloads,
    tables.check_units,
    references.check_compounds,
    references.check_joins,
    references.check_barriers,
    references.check_workers,
    references.check_party,
    references.check_resources,
    shapes.check_forms,
    shapes.check_building_points,
    shapes.check_extent,
    shapes.check_overlaps,
    shapes.check_stacked,
    departments.check_departments,
    places.check_outside,
    places.check_astride,
    places.check_spanning,
    places.check_empty_communities,
    places.check_crossings,
    places.check_sites,
)
LISTED = 10

log = logging.getLogger(__name__)


def mend_city(city: City) -> tuple[City, list[Finding]]:
    """Repair what can be repaired without loss; to be done before anything else.

    Returns
    -------
    mended
        The city with space around texts stripped, heights and repeated vertices
        dropped, multipart shapes of one part unwrapped, invalid polygons made
        valid where their area stays, rows that are the same in everything kept
        once, and rows that cannot be used and are not needed left out.
    findings
        What was done. What could not be mended is left to :func:`check_city`.
    """
    if tables.check_columns(city):
        return city, []
    mended = {layer: getattr(city, layer) for layer in CITY}
    found: list[Finding] = []
    for layer in CITY:
        mended[layer], notes = mends.mend_texts(mended[layer], layer)
        found += notes
    mended, notes = mends.tidy_shapes(mended)
    found += notes
    for layer, table in CITY.items():
        if table.shapes:
            mended[layer], notes = mends.repair_shapes(mended[layer], layer)
            found += notes
            mended[layer], notes = mends.set_aside(mended[layer], layer)
            found += notes
    mended["buildings"], notes = mends.merge_twins(mended["buildings"])
    return dataclasses.replace(city, **mended), cap_findings(found + notes)


def check_city(city: City, rules: Rules) -> list[Finding]:
    """Return everything that is wrong with a city, by rule, worst first.

    Faults in the data never raise. Rules ``I10`` to ``I49`` belong to this check;
    of each at most twenty findings are listed, and one says how many more.
    """
    absent = tables.check_columns(city)
    if absent:
        return cap_findings(absent)
    known = survey(city, rules)
    found = [finding for check in CHECKS for finding in _run(check, known)]
    log.info("%d checks on %d buildings", len(CHECKS), len(city.buildings))
    return cap_findings(found)


class FaultyCityError(InputError):
    """A city that cannot be divided, with the findings that say why."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__(self.told("en"))

    def told(self, lang: str) -> str:
        """Return up to ten errors in ``zh`` or ``en``, and how many more there are."""
        named = [finding for finding in self.findings if finding.sentence != MORE]
        counted = [finding for finding in self.findings if finding.sentence == MORE]
        more = len(named[LISTED:])
        more += sum(int(str(finding.values["count"])) for finding in counted)
        lines = [say("cli.faulty_city", lang)]
        lines += [
            f"{finding.rule} {finding.message(lang)}" for finding in named[:LISTED]
        ]
        if more:
            lines.append(say("cli.faulty_city_more", lang, count=more))
        return "\n".join(lines)


def stop_on(findings: Sequence[Finding]) -> None:
    """Refuse a city that cannot be divided.

    Raises
    ------
    FaultyCityError
        If a finding is of severity error.
    """
    errors = [finding for finding in findings if finding.severity == ERROR]
    if errors:
        raise FaultyCityError(errors)


def _run(check: Callable[[Survey], list[Finding]], known: Survey) -> list[Finding]:
    """Run one check; one that fails is reported, and the others go on."""
    try:
        return check(known)
    except Exception as problem:
        log.exception("%s failed", check.__name__)
        values = {"check": check.__name__, "problem": type(problem).__name__}
        return [Finding("I49", ERROR, "input.check_failed", values)]
