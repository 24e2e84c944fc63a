"""Headings of foreign tables to the columns of ours.

A heading is known or it is not: nothing is guessed from values. Besides our own
column names, the Chinese headings of real ledgers are known, best first: where a
table has several headings for one column, the first one listed here is taken.
"""

import unicodedata
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from gridpart.columns import CITY

LON, LAT, X, Y = "lon", "lat", "x", "y"
UNIT, ROOM, NUMBER, COMPOUND = "unit", "room", "building_number", "compound_name"

# Columns that are read to make others, and are gone when the table is done.
HELPERS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "buildings": (UNIT, ROOM, NUMBER, COMPOUND),
        "units": (ROOM, NUMBER, COMPOUND),
    }
)
PLACES = (LON, LAT, X, Y)

_COMPOUND_ID = "小区编号 小区编码 小区代码 小区ID"
_COMPOUND_NAME = "小区名称 小区名 小区 所属小区"
_BUILDING_ID = "楼栋编号 楼栋编码 楼栋代码 楼栋ID 建筑编号 建筑编码 建筑物编码"
_NUMBER = "楼号 楼栋号 楼栋 楼幢号 楼幢 幢号 栋号 楼宇"
_COMMUNITY = "社区编码 社区代码 社区编号 统计用区划代码 区划代码"
_HOUSEHOLDS = "户数 总户数 住户数 户数(户)"
_UNIT = "单元 单元号 单元名称 单元编号"
_ROOM = "室 房号 室号 房间号 房间 门牌号 户室号 房屋编号"
_KIND = "类型 类别 种类"

_ZH: dict[str, dict[str, str]] = {
    "communities": {
        "community_code": _COMMUNITY,
        "name": "社区名称 社区名 社区 名称",
        "subdistrict": "街道 街道名称 所属街道 镇街 乡镇 乡镇街道 街道(乡镇)",
    },
    "buildings": {
        "building_id": _BUILDING_ID,
        "households": _HOUSEHOLDS,
        "units": "单元数 单元数量 单元个数",
        "compound_id": _COMPOUND_ID,
        "floors": "层数 楼层数 总层数 地上层数",
        "address": "地址 详细地址 标准地址 楼栋地址 坐落",
        "workload": "工作量",
        UNIT: _UNIT,
        ROOM: _ROOM,
        NUMBER: _NUMBER,
        COMPOUND: _COMPOUND_NAME,
    },
    "compounds": {
        "compound_id": f"{_COMPOUND_ID} {_COMPOUND_NAME}",
        "name": f"{_COMPOUND_NAME} 名称",
        "managed": "有物业 有无物业 是否有物业",
        "join": "并入小区",
    },
    "units": {
        "building_id": _BUILDING_ID,
        "unit": _UNIT,
        "households": _HOUSEHOLDS,
        ROOM: _ROOM,
        NUMBER: _NUMBER,
        COMPOUND: _COMPOUND_NAME,
    },
    "barriers": {"kind": f"{_KIND} 界线类型", "strength": "强度"},
    "crossings": {"kind": f"{_KIND} 通道类型"},
    "sites": {
        "site_id": "场所编号 场所编码 单位编号 编号",
        "name": "场所名称 单位名称 名称",
        "kind": f"{_KIND} 场所类型 单位类型",
        "responsible": "责任单位 责任主体",
    },
    "grids": {
        "grid_code": "网格编码 网格代码 网格编号",
        "community_code": _COMMUNITY,
        "name": "网格名称 名称",
    },
    "workers": {
        "worker_id": "人员编号 工号 网格员编号",
        "role": "岗位 职务",
        "community_code": _COMMUNITY,
        "grid_code": "网格编码 网格代码 网格编号 所在网格",
        "capacity": "可任网格数",
        "eligible": "可任职",
    },
    "party_orgs": {
        "org_id": "组织编号 组织编码 党组织编号 党组织编码",
        "name": "组织名称 党组织名称",
        "level": "层级 组织层级",
        "parent_id": "上级组织 上级组织编号 上级组织编码",
        "community_code": _COMMUNITY,
        "grid_code": "网格编码 网格代码 网格编号 所在网格",
        "compound_id": _COMPOUND_ID,
        "building_id": _BUILDING_ID,
        "centre_households": "党员中心户数",
    },
    "department_grids": {
        "department": "部门 部门名称",
        "code": "编码 网格编码",
        "name": "名称 网格名称",
    },
    "resources": {
        "resource_id": "资源编号 资源编码 编号",
        "name": "资源名称 名称",
        "kind": f"{_KIND} 资源类型",
        "members": "人数 成员数",
    },
}

# A figure with a basis in its heading counts only for a city on that basis.
_BASIS = {
    "registered": "户籍户数 户籍户",
    "resident": "常住户数 常住户",
    "dwellings": "房屋套数 住宅套数 套数",
}

_PLACES = {
    LON: "lon lng longitude 经度",
    LAT: "lat latitude 纬度",
    X: "x x坐标 横坐标",
    Y: "y y坐标 纵坐标",
}

SHAPEFILE_BYTES = 10


def plain(heading: str) -> str:
    """Return a heading without blanks, in half width and lower case."""
    return "".join(unicodedata.normalize("NFKC", heading).split()).lower()


def known_columns(layer: str) -> list[str]:
    """Return the columns a table of ``layer`` may be asked for, helpers included."""
    return [*CITY[layer].names, *HELPERS.get(layer, ()), *PLACES]


def find_columns(
    headings: Sequence[str], layer: str, basis: str, *, cut: bool = False
) -> dict[str, str]:
    """Return which heading holds which of our columns.

    Parameters
    ----------
    headings
        As the file has them.
    layer
        Name of the table.
    basis
        What a household is; headings that name a basis count only for theirs.
    cut
        Whether the format cuts headings to ten bytes, as shapefile does.

    Returns
    -------
    columns
        Our column name to the heading; columns without one are left out.
    """
    given: dict[str, str] = {}
    for heading in headings:
        given.setdefault(plain(heading), heading)
    found: dict[str, str] = {}
    for column in known_columns(layer):
        for name in _names_of(column, layer, basis):
            spellings = [plain(name), *(cut_names(name) if cut else [])]
            hit = next((given[s] for s in spellings if s in given), None)
            if hit is not None:
                found[column] = hit
                break
    return found


def cut_names(name: str) -> list[str]:
    """Return what ten bytes leave of a heading, in UTF-8 and in GB18030."""
    return [
        name.encode(codec)[:SHAPEFILE_BYTES].decode(codec, "ignore").lower()
        for codec in ("utf-8", "gb18030")
    ]


def _names_of(column: str, layer: str, basis: str) -> list[str]:
    names = [column, *_ZH[layer].get(column, "").split()]
    if column in _PLACES:
        names = _PLACES[column].split()
    if column == "households" and layer in HELPERS:
        names += _BASIS[basis].split()
    return names
