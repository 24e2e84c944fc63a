"""Every sentence is there in both languages and asks for the same values."""

import re
from pathlib import Path
from string import Formatter

import pytest

from gridpart.text import LANGUAGES, say, sentences

PACKAGE = Path(__file__).parents[2] / "gridpart"
KEY = re.compile(
    r"[\"']((?:cli|cut|divide|input|locate|plan|read)\.[A-Za-z]\w*)(?<!\.xlsx)(?<!\.gpkg)[\"']"
)


def fields(sentence: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(sentence) if name}


@pytest.mark.parametrize("key", sorted(sentences()))
def test_both_languages_say_the_same(key: str) -> None:
    both = sentences()[key]
    assert sorted(both) == sorted(LANGUAGES)
    assert all(both.values())
    own = re.compile(
        "(layer|layers|column|posts|reason|fault)(_zh)?$"
    )  # said in one's own tongue
    zh, en = (
        {name for name in fields(both[lang]) if not own.match(name)}
        for lang in LANGUAGES
    )
    assert zh == en


def test_every_key_that_code_names_is_there() -> None:
    named = {
        key for path in PACKAGE.rglob("*.py") for key in KEY.findall(path.read_text())
    }
    assert named
    assert named <= set(sentences())


def test_sentence_is_filled_in() -> None:
    assert say("cli.written", "en", path="a.gpkg") == "wrote a.gpkg"
    assert "a.gpkg" in say("cli.written", "zh", path="a.gpkg")
