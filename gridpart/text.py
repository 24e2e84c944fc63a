"""Every sentence that a user reads, by key, in Chinese and English.

The sentences stand in ``sentences.toml`` beside this module, where a translator
can read them; a check names the key, and the sentence is filled with the ids and
numbers of the finding.
"""

import tomllib
from functools import cache
from pathlib import Path

LANGUAGES = ("zh", "en")


@cache
def sentences() -> dict[str, dict[str, str]]:
    """Return all sentences: ``zh`` and ``en`` of each key."""
    source = Path(__file__).with_name("sentences.toml").read_text(encoding="utf-8")
    return {
        f"{section}.{name}": sentence
        for section, named in tomllib.loads(source).items()
        for name, sentence in named.items()
    }


def say(key: str, lang: str, **values: object) -> str:
    """Return the sentence of ``key`` in ``lang`` (``zh`` or ``en``), filled in."""
    return sentences()[key][lang].format(**values)
