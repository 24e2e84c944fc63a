"""Chinese names of a made-up city; none is meant to be a real place's."""

from collections.abc import Sequence

import numpy as np
from numpy.random import Generator

FIRST = (
    "锦云青松丽景祥瑞康宁德馨文华金秋紫荆碧水翠柏朝阳晨曦"
    "星海玉兰宏远福泰安和盛世博雅静怡春晓佳园"
)
SECOND = "泽河岭湖庭苑桥泉林岸湾坪川阁台堤洲门亭峰井塘坊埠渡堡屏岗滨洋"
COMPOUND = ("小区", "花园", "家园", "苑", "新村", "佳苑", "雅居", "华庭", "名邸", "里")
NUMERALS = "一二三四五六七八九十"

SITE = {
    "school": ("小学", "中学", "实验学校", "职业学校"),
    "hospital": ("医院", "中医院", "妇幼保健院"),
    "park": ("公园", "体育公园", "湿地公园"),
    "mall": ("购物广场", "百货商场", "商业中心"),
    "market": ("农贸市场", "建材市场", "批发市场"),
    "factory": ("机械厂", "食品厂", "建材厂", "纺织厂"),
    "office": ("写字楼", "政务大厦", "科技大厦"),
}


def stems(count: int, rng: Generator) -> np.ndarray:
    """Return ``count`` different words of two or, past some 1,700, three signs."""
    first, second = sorted(set(FIRST)), sorted(set(SECOND))
    pairs = np.char.add(np.repeat(first, len(second)), np.tile(second, len(first)))
    words = rng.permutation(pairs)
    while len(words) < count:
        longer = np.char.add(rng.permutation(first)[:, None], words[None, :]).ravel()
        words = np.concatenate([words, longer])
    return words[:count]


def with_endings(
    words: np.ndarray, endings: Sequence[str], rng: Generator
) -> np.ndarray:
    """Append to every word one of the endings."""
    return np.char.add(words, rng.choice(endings, len(words)))


def community_codes(count: int) -> np.ndarray:
    """Return codes of 12 digits with the impossible street 901.

    One county has at most 999 communities; further ones are in counties 640203,
    640204 and so on.
    """
    number = np.arange(count)
    county = np.char.mod("%d", 640202 + number // 999)
    return np.char.add(county, np.char.mod("901%03d", number % 999 + 1))
