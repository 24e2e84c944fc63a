"""Files appear whole or not at all."""

import signal
from pathlib import Path

import pytest

from gridpart.drafts import new_file, new_files
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


def fill(draft, **files):
    for name, text in files.items():
        (draft / name).mkdir(exist_ok=True)
        (draft / name / "a.txt").write_text(text)
    (draft / "last").write_text("done")


def contents(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_text()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_files_come_all_together_and_foreign_ones_stay(tmp_path):
    folder = tmp_path / "out"
    with new_files(folder, "last") as draft:
        fill(draft, one="1", two="2")
        assert not folder.exists()
    assert contents(folder) == {"one/a.txt": "1", "two/a.txt": "2", "last": "done"}
    (folder / "one" / "mine.txt").write_text("mine")
    with new_files(folder, "last") as draft:
        fill(draft, one="3")
        assert contents(folder)["one/a.txt"] == "1"
    assert contents(folder) == {
        "one/a.txt": "3",
        "one/mine.txt": "mine",
        "two/a.txt": "2",
        "last": "done",
    }
    assert list(tmp_path.iterdir()) == [folder]


@pytest.mark.parametrize("there", [False, True])
@pytest.mark.parametrize("fault", [KeyError, KeyboardInterrupt])
def test_a_broken_set_leaves_nothing(tmp_path, fault, there):
    folder = tmp_path / "out"
    if there:
        folder.mkdir()
        fill(folder, one="old")
    before = contents(tmp_path)
    with pytest.raises(fault), new_files(folder, "last") as draft:
        fill(draft, one="half")
        raise fault
    assert contents(tmp_path) == before
    assert folder.exists() == there


@pytest.mark.parametrize("blocked", ["one/a.txt/x", "one"])
def test_a_file_in_the_way_is_found_before_any_move(tmp_path, blocked):
    folder = tmp_path / "out"
    folder.mkdir()
    (folder / blocked).parent.mkdir(parents=True, exist_ok=True)
    (folder / blocked).write_text("in the way")
    (folder / "last").write_text("old")
    before = contents(tmp_path)
    with (
        pytest.raises(InputError, match="cannot be written"),
        new_files(folder, "last") as draft,
    ):
        fill(draft, one="1", two="2")
    assert contents(tmp_path) == before


def test_ctrl_c_waits_for_the_moves(tmp_path, monkeypatch):
    folder = tmp_path / "out"
    folder.mkdir()
    replace = Path.replace

    def disturbed(self, target):
        signal.raise_signal(signal.SIGINT)
        return replace(self, target)

    with new_files(folder, "last") as draft:
        fill(draft, one="1", two="2")
        monkeypatch.setattr(Path, "replace", disturbed)
    assert set(contents(folder)) == {"one/a.txt", "two/a.txt", "last"}
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
