"""Every sentence that a user reads, by key, in Chinese and English.

A key is born here once; checks name it, and the sentence is filled with the ids
and numbers of the finding.
"""

SENTENCES: dict[str, tuple[str, str]] = {}

LANGUAGES = ("zh", "en")


def say(key: str, lang: str, **values: object) -> str:
    """Return the sentence of ``key`` in ``lang`` (``zh`` or ``en``), filled in."""
    zh, en = SENTENCES[key]
    return (zh if lang == "zh" else en).format(**values)
