"""Words of the printed sheets, by key, in Chinese and English."""

from gridpart.show.words import LANGUAGES, WORDS

SHEET_WORDS: dict[str, tuple[str, str]] = {
    "sheet": ("网格划分图", "map of grids"),
    "sheet-gap": ("", " – "),
    "record": ("网格划分登记表", "Record of grids"),
    "bounds": ("四至", "Four bounds"),
    "kind": ("类型", "Kind"),
    "base_kind": ("基础", "base"),
    "exclusive_kind": ("专属", "exclusive"),
    "note": ("备注", "Note"),
    "filled_in": ("填表人", "Filled in by"),
    "community_seal": ("社区（盖章）", "Community (seal)"),
    "subdistrict_seal": ("街道（盖章）", "Sub-district (seal)"),
    "signed_on": ("日期", "Date"),
    "notice": ("网格公示牌", "Grid notice"),
    "emergency": ("网格应急一张表（一网格一策）", "Emergency sheet of the grid"),
    "continued": ("续表", "continued"),
    "legend": ("图例", "Legend"),
    "count_households": ("户数", "Households"),
    "count_base_count": ("基础网格", "Base grids"),
    "count_micro_count": ("微网格", "Micro-grids"),
    "count_exclusive_count": ("专属网格", "Exclusive"),
    "north": ("北", "N"),
    "scale": ("比例尺", "Scale"),
    "grid": ("网格", "Grid"),
    "code": ("编码", "Code"),
    "name": ("名称", "Name"),
    "households": ("户数", "House-holds"),
    "households-word": ("户数", "Households"),
    "shared": ("共边（米）", "Shared (m)"),
    "deviation": ("偏差", "vs mean"),
    "micro": ("微网格", "Micro"),
    "worker": ("网格员", "Worker"),
    "standby": ("B岗", "Stand-in"),
    "vacant": ("待招", "to recruit"),
    "total": ("合计", "Total"),
    "plan": ("方案编号", "Plan"),
    "date": ("划分日期", "Divided on"),
    "basis": ("户数口径", "Households are"),
    "community": ("社区", "Community"),
    "subdistrict": ("街道", "Sub-district"),
    "county": ("县（市、区）", "County"),
    "unit_households": ("户", "households"),
    "location": ("本网格在社区中的位置", "This grid in its community"),
    "duty": ("责任人", "On duty"),
    "organisations": ("党组织", "Party organisations"),
    "no_organisation": ("尚未关联党组织", "none linked yet"),
    "micro_grids": ("微网格", "Micro-grids"),
    "micro_worker": ("微网格员", "Micro-grid worker"),
    "buildings": ("楼栋", "Buildings"),
    "escalation": ("四级响应", "Four-level response"),
    "area": ("面积", "Area"),
    "hectares": ("公顷", "ha"),
    "sides": ("四至与周边界线", "Bounds and lines along them"),
    "side": ("方位", "Side"),
    "lines": ("沿线", "Along"),
    "beyond": ("相邻网格", "Beyond"),
    "ways": ("进出通道（道路、桥梁）", "Ways in and out"),
    "roads": ("道路", "Roads"),
    "no_roads": ("沿网格边界，见四至", "along the edge, see the bounds"),
    "no_ways": (
        "边界上没有需要跨越的硬界线通道",
        "no crossing of a hard barrier",
    ),
    "inside": ("网格内部通道", "inside the grid"),
    "leads_to": ("通往", "to"),
    "sites": ("就近服务站点（直线距离）", "Nearest service sites (straight line)"),
    "no_sites": ("方案中没有服务站点数据", "the plan holds no service sites"),
    "neighbours": ("相邻网格及责任人", "Neighbouring grids and who answers for them"),
    "outside": ("城区以外", "outside the plan"),
    "no_line": ("无明显界线", "no line"),
    "building_list": ("楼栋与户数", "Buildings and households"),
    "number": ("序号", "No."),
    "address": ("地址（编号）", "Address (id)"),
    "floors": ("层数", "Floors"),
    "metres": ("米", "m"),
    "exclusive": ("专属网格", "Exclusive grid"),
    "base_line": ("基础网格界线", "Base grid"),
    "micro_line": ("微网格界线", "Micro-grid"),
    "community_line": ("社区界线", "Community"),
    "building": ("楼栋", "Building"),
    "service_site": ("服务站点", "Service site"),
    "crossing": ("跨越通道", "Way across"),
    "E": ("东", "E"),
    "NE": ("东北", "NE"),
    "N": ("北", "N"),
    "NW": ("西北", "NW"),
    "W": ("西", "W"),
    "SW": ("西南", "SW"),
    "S": ("南", "S"),
    "SE": ("东南", "SE"),
    "kind.river": ("河流", "river"),
    "kind.water": ("水域", "water"),
    "kind.railway": ("铁路", "railway"),
    "kind.motorway": ("高速公路", "motorway"),
    "kind.arterial": ("主干道", "arterial road"),
    "kind.street": ("道路", "street"),
    "kind.wall": ("围墙", "wall"),
    "level.subdistrict_committee": ("街道党工委", "sub-district committee"),
    "level.community_committee": ("社区党委", "community committee"),
    "level.branch": ("党支部", "branch"),
    "level.group": ("党小组", "group"),
    "level.centre_household": ("党员中心户", "centre household"),
}


def words(lang: str) -> dict[str, str]:
    """Return all words of the sheets in one language."""
    at = LANGUAGES.index(lang)
    posts = {
        key.removeprefix("value."): both[at]
        for key, both in WORDS.items()
        if key.startswith("value.")
    }
    return posts | {key: both[at] for key, both in SHEET_WORDS.items()}


def say_kind(kind: str, lang: str, group: str = "kind") -> str:
    """Return a kind of line, or a level, in words; an unknown one stays as it is."""
    known = SHEET_WORDS.get(f"{group}.{kind}")
    return known[LANGUAGES.index(lang)] if known else kind
