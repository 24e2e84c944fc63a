"""Finding: one thing that a check saw, without prose.

The sentence is made by :mod:`gridpart.text` from the rule's key and the numbers,
so that a plan carries it in both languages and a program can still act on it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import geopandas as gpd
import pandas as pd
import shapely

from gridpart import text
from gridpart.columns import PLAN
from gridpart.conform import conform

ERROR, WARNING, INFO = "error", "warning", "info"


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault or notice.

    Parameters
    ----------
    rule
        ``V01`` to ``V15`` for plans, ``I01`` and up for inputs.
    severity
        ``error``, ``warning`` or ``info``.
    sentence
        Key of the sentence in :mod:`gridpart.text`.
    values
        What the sentence is filled with: ids, counts, metres.
    grid_code, community_code
        Where it belongs, if it belongs to one.
    at
        A place to look at, in the CRS of the data.
    """

    rule: str
    severity: str
    sentence: str
    values: Mapping[str, object] = field(default_factory=dict)
    grid_code: str | None = None
    community_code: str | None = None
    at: shapely.Geometry | None = None

    def message(self, lang: str) -> str:
        """Return the sentence in ``zh`` or ``en``."""
        return text.say(self.sentence, lang, **self.values)


def findings_table(findings: Sequence[Finding], crs: object = None) -> gpd.GeoDataFrame:
    """Return findings as the plan's table, in the order given."""
    rows = pd.DataFrame(
        {
            "rule": [f.rule for f in findings],
            "severity": [f.severity for f in findings],
            "grid_code": [f.grid_code for f in findings],
            "community_code": [f.community_code for f in findings],
            "message_zh": [f.message("zh") for f in findings],
            "message_en": [f.message("en") for f in findings],
            "geometry": [f.at for f in findings],
        }
    )
    return conform(rows, PLAN["findings"], crs=crs)
