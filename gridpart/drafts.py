"""A file that appears whole or not at all."""

import os
import tempfile
from collections.abc import Iterator
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


def _flush(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
