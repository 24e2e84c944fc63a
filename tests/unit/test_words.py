"""Words for the values that a plan holds."""

import pytest

from gridpart.show.words import WORDS
from gridpart.text import value_words


@pytest.mark.parametrize(
    ("value", "zh", "en"),
    [
        ("heuristic", "启发式", "heuristic"),
        ("tolerance=0.158", "平衡容差放宽至 15.8%", "tolerance stretched to 15.8%"),
        ("compounds=A,B", "拆分小区 A、B", "compounds divided: A, B"),
        (
            "no_whole_plan; piece_too_small",
            "小区无法全部保持完整；独立地块户数过少",
            "compounds cannot all stay whole; a cut-off piece is too small",
        ),
        ("compounds=park", "拆分小区 park", "compounds divided: park"),
        ("tolerance=x", "平衡容差放宽至 x", "tolerance stretched to x"),
        ("老旧小区", "老旧小区", "老旧小区"),
        ("", "", ""),
    ],
)
def test_values_are_said_in_both_languages(value, zh, en):
    assert value_words(value) == (zh, en)


def test_every_word_has_both_languages():
    assert all(zh.strip() and en.strip() for zh, en in WORDS.values())
