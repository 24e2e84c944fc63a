"""A file that appears whole or not at all."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from gridpart.errors import InputError


@contextmanager
def new_file(path: Path) -> Iterator[Path]:
    """Give a draft's path to write to, and move the draft to ``path`` at the end.

    The draft lies in the same folder, so that the move is one step; if writing
    fails it is removed and an older file at ``path`` stays as it was.

    Raises
    ------
    InputError
        If the folder is missing or cannot be written.
    """
    draft = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        yield draft
        draft.replace(path)
    except OSError as error:
        msg = (
            f"{path}: cannot be written ({error}). "
            "Choose a folder that exists and has room, and may be written."
        )
        raise InputError(msg) from error
    finally:
        draft.unlink(missing_ok=True)
