"""Rules that cannot be are refused."""

from pathlib import Path

import pytest

from gridpart.errors import RulesError
from gridpart.rules import Rules


@pytest.mark.parametrize("weights", [(0.0, 0.0), (-1.0, 2.0), (1.0, -0.5)])
def test_objective_weights_that_weigh_nothing_are_refused(
    tmp_path: Path, weights: tuple[float, float]
) -> None:
    path = tmp_path / "rules.toml"
    path.write_text("[objective]\nspread = {}\nboundary = {}\n".format(*weights))
    with pytest.raises(RulesError, match="objective weights"):
        Rules.preset().read(path)


def test_one_weight_of_the_objective_may_be_zero(tmp_path: Path) -> None:
    path = tmp_path / "rules.toml"
    path.write_text("[objective]\nspread = 0.0\nboundary = 2.0\n")
    assert Rules.preset().read(path).objective.boundary == 2.0
