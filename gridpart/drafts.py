"""Files that appear whole or not at all."""

import os
import signal
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from gridpart.errors import InputError

# What SQLite leaves beside a file; they would be taken for those of the new one.
JOURNALS = ("-journal", "-wal", "-shm")


@contextmanager
def new_file(path: Path) -> Iterator[Path]:
    """Give a draft's path to write to, and move the draft to ``path`` at the end.

    The draft lies in a folder of its own beside ``path``, so that the move is one
    step; if writing fails or is interrupted it is removed, and an older file at
    ``path`` stays as it was.

    Raises
    ------
    InputError
        If the folder is missing or cannot be written.
    """
    path = Path(path)
    try:
        with tempfile.TemporaryDirectory(prefix=".gridpart-", dir=path.parent) as made:
            draft = Path(made) / path.name
            yield draft
            _flush(draft)
            draft.replace(path)
            for ending in JOURNALS:
                path.with_name(path.name + ending).unlink(missing_ok=True)
        _flush(path.parent)
    except OSError as error:
        msg = (
            f"{path}: cannot be written ({error}). "
            "Choose a folder that exists and has room, and may be written."
        )
        raise InputError(msg) from error


@contextmanager
def new_files(folder: Path, last: str) -> Iterator[Path]:
    """Give an empty draft folder, and move what is in it to ``folder`` at the end.

    If ``folder`` is missing, the draft becomes it in one step. If it is there, the
    new files are moved into it one by one once all are whole, and other files stay.
    The file ``last`` is taken away before that and comes back at the end: a folder
    that lacks it was left by a power cut between two moves. Ctrl-C waits for them.

    Parameters
    ----------
    folder
        Where to; its parent must be there.
    last
        Name of a file that the draft will have.

    Raises
    ------
    InputError
        If the folder cannot be written, or a file is where a folder must be or the
        other way round; nothing was changed then.
    """
    folder = Path(folder)
    home = folder if folder.is_dir() else folder.parent
    try:
        with tempfile.TemporaryDirectory(prefix=".gridpart-", dir=home) as made:
            draft = Path(made) / "new"
            draft.mkdir()
            yield draft
            files = sorted(path for path in draft.rglob("*") if path.is_file())
            for path in files:
                _flush(path)
            with _undisturbed():
                if home == folder:
                    _move(files, draft, folder, last)
                else:
                    draft.rename(folder)
        _flush(home)
    except OSError as error:
        msg = (
            f"{folder}: cannot be written ({error}). "
            "Choose a folder whose parent exists and has room, and may be written."
        )
        raise InputError(msg) from error


def _move(files: Sequence[Path], draft: Path, folder: Path, last: str) -> None:
    moves = {path: folder / path.relative_to(draft) for path in files}
    for target in moves.values():
        if target.is_dir():
            raise IsADirectoryError(f"{target} is a folder")
    for target in moves.values():
        target.parent.mkdir(parents=True, exist_ok=True)
    (folder / last).unlink(missing_ok=True)
    for path, target in sorted(moves.items(), key=lambda move: move[0].name == last):
        path.replace(target)


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Keep Ctrl-C from interrupting; only the main thread can."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _flush(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
