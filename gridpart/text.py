"""Every sentence that a user reads, by key, in Chinese and English.

The sentences stand in ``sentences.toml`` beside this module, where a translator
can read them; a check names the key, and the sentence is filled with the ids and
numbers of the finding.
"""

import tomllib
from contextlib import suppress
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


def known_values() -> dict[str, tuple[str, str]]:
    """Return all words that a plan may hold for something, in both languages."""
    return {
        key.removeprefix("value."): (said["zh"], said["en"])
        for key, said in sentences().items()
        if key.startswith("value.")
    }


def value_words(value: str) -> tuple[str, str]:
    """Return a value of a plan in both languages, as planners say it.

    Parameters
    ----------
    value
        A word such as ``heuristic``, or several as ``tolerance=0.158; compounds=A,B``.
        What has no translation stays as it is.

    Examples
    --------
    >>> value_words("tolerance=0.158; compounds=A,B")[1]
    'tolerance stretched to 15.8%; compounds divided: A, B'
    >>> value_words("proven=no_whole_plan")[1]
    'proven: compounds cannot all stay whole'
    """
    parts = [_part_words(part.strip()) for part in value.split(";")]
    return "；".join(zh for zh, _ in parts), "; ".join(en for _, en in parts)


def _part_words(part: str) -> tuple[str, str]:
    name, _, rest = part.partition("=")
    if f"value.{name}" not in sentences():
        return part, part
    listed = [(one, one) for one in rest.split(",")]
    if name == "tolerance":
        with suppress(ValueError):
            listed = [(f"{float(rest):.1%}",) * 2]
    if name == "proven":
        listed = [_part_words(one) for one in rest.split(",")]
    zh = "、".join(zh for zh, _ in listed)
    en = ", ".join(en for _, en in listed)
    said = sentences()[f"value.{name}"]
    return f"{said['zh']} {zh}".strip(), f"{said['en']} {en}".strip()


def shape_fault(reason: str) -> tuple[str, str]:
    """Return why a shape is invalid, as GEOS tells it, in both languages.

    Examples
    --------
    >>> shape_fault("Self-intersection[40 20]")
    ('自相交', 'Self-intersection')
    """
    fault, _, _ = reason.partition("[")
    said = sentences().get(f"shape.{fault}", {"zh": fault, "en": fault})
    return said["zh"], said["en"]
