"""A file appears whole or not at all."""

import pytest

from gridpart.drafts import new_file
from gridpart.errors import InputError


def test_a_finished_draft_takes_the_place(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("old")
    with new_file(path) as draft:
        draft.write_text("new")
        assert path.read_text() == "old"
    assert path.read_text() == "new"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("fault", [KeyError, KeyboardInterrupt])
def test_a_broken_draft_leaves_nothing(tmp_path, fault):
    path = tmp_path / "a.txt"
    path.write_text("old")
    with pytest.raises(fault), new_file(path) as draft:
        draft.write_text("half")
        raise fault
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_missing_folder_is_named(tmp_path):
    with (
        pytest.raises(InputError, match="no-such-folder"),
        new_file(tmp_path / "no-such-folder" / "a.txt") as draft,
    ):
        draft.write_text("x")
