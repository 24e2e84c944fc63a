"""The tables of the product: the only place where a column name is born.

Every table of a city or a plan has the columns listed here, in this order, with
these types, and a plain running index: ids are columns. An optional column that
the data lacks is there all the same, filled with missing values, so that no
stage has to ask whether a column exists.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

TEXT, INTEGER, NUMBER, FLAG = "text", "integer", "number", "flag"
POLYGON, LINE, POINT = "polygon", "line", "point"


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name, kind of value, Chinese heading, and whether it must be.

    ``unsaid`` is what a flag means in a row that says nothing.
    """

    name: str
    kind: str
    label_zh: str
    required: bool = False
    unsaid: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """One table: its name, the geometries it may hold, its columns.

    ``shapes`` is empty for a table without geometry; ``needs_shape`` says that
    every row must have one.
    """

    name: str
    label_zh: str
    columns: tuple[Column, ...]
    shapes: tuple[str, ...] = ()
    needs_shape: bool = True

    @property
    def names(self) -> list[str]:
        """Column names in order, without the geometry."""
        return [column.name for column in self.columns]

    @property
    def required(self) -> list[str]:
        """Names of the columns that must be there."""
        return [column.name for column in self.columns if column.required]


def _table(
    name: str,
    label_zh: str,
    *columns: Column,
    shapes: tuple[str, ...] = (),
    needs_shape: bool = True,
) -> tuple[str, Table]:
    return name, Table(name, label_zh, columns, shapes, needs_shape and bool(shapes))


def _need(name: str, kind: str, label_zh: str) -> Column:
    return Column(name, kind, label_zh, required=True)


_CODE = _need("community_code", TEXT, "社区编码")

CITY: Mapping[str, Table] = MappingProxyType(
    dict(
        (
            _table(
                "communities",
                "社区",
                _CODE,
                _need("name", TEXT, "社区名称"),
                Column("subdistrict", TEXT, "街道"),
                shapes=(POLYGON,),
            ),
            _table(
                "buildings",
                "楼栋",
                _need("building_id", TEXT, "楼栋编号"),
                _need("households", INTEGER, "户数"),
                Column("units", INTEGER, "单元数"),
                Column("compound_id", TEXT, "小区编号"),
                Column("floors", INTEGER, "层数"),
                Column("address", TEXT, "地址"),
                Column("workload", NUMBER, "工作量"),
                shapes=(POLYGON, POINT),
            ),
            _table(
                "compounds",
                "小区",
                _need("compound_id", TEXT, "小区编号"),
                Column("name", TEXT, "小区名称"),
                Column("managed", FLAG, "有物业"),
                Column("join", TEXT, "并入小区"),
                shapes=(POLYGON,),
                needs_shape=False,
            ),
            _table(
                "units",
                "单元",
                _need("building_id", TEXT, "楼栋编号"),
                _need("unit", TEXT, "单元"),
                _need("households", INTEGER, "户数"),
            ),
            _table(
                "barriers",
                "界线",
                _need("kind", TEXT, "类型"),
                Column("strength", TEXT, "强度"),
                shapes=(LINE, POLYGON),
            ),
            _table(
                "crossings",
                "通道",
                Column("kind", TEXT, "类型"),
                shapes=(POINT, LINE),
            ),
            _table(
                "sites",
                "专属场所",
                _need("site_id", TEXT, "场所编号"),
                _need("name", TEXT, "场所名称"),
                _need("kind", TEXT, "类型"),
                Column("responsible", TEXT, "责任单位"),
                shapes=(POLYGON,),
            ),
            _table(
                "grids",
                "现有网格",
                _need("grid_code", TEXT, "网格编码"),
                _CODE,
                Column("name", TEXT, "网格名称"),
                shapes=(POLYGON,),
            ),
            _table(
                "workers",
                "网格员",
                _need("worker_id", TEXT, "人员编号"),
                _need("role", TEXT, "岗位"),
                Column("community_code", TEXT, "社区编码"),
                Column("grid_code", TEXT, "网格编码"),
                Column("capacity", INTEGER, "可任网格数"),
                Column("eligible", FLAG, "可任职", unsaid=True),
                shapes=(POINT,),
                needs_shape=False,
            ),
            _table(
                "party_orgs",
                "党组织",
                _need("org_id", TEXT, "组织编号"),
                _need("name", TEXT, "组织名称"),
                _need("level", TEXT, "层级"),
                Column("parent_id", TEXT, "上级组织"),
                Column("community_code", TEXT, "社区编码"),
                Column("grid_code", TEXT, "网格编码"),
                Column("compound_id", TEXT, "小区编号"),
                Column("building_id", TEXT, "楼栋编号"),
                Column("centre_households", INTEGER, "党员中心户数"),
                shapes=(POINT,),
                needs_shape=False,
            ),
            _table(
                "department_grids",
                "部门网格",
                _need("department", TEXT, "部门"),
                _need("code", TEXT, "编码"),
                _need("name", TEXT, "名称"),
                shapes=(POLYGON,),
            ),
            _table(
                "resources",
                "服务资源",
                _need("resource_id", TEXT, "资源编号"),
                _need("name", TEXT, "名称"),
                _need("kind", TEXT, "类型"),
                Column("members", INTEGER, "人数"),
                shapes=(POINT,),
            ),
        )
    )
)

# Tables that a plan keeps as they came.
KEPT = ("workers", "party_orgs", "department_grids", "resources")

PLAN: Mapping[str, Table] = MappingProxyType(
    dict(
        (
            _table(
                "atoms",
                "地块",
                _need("atom_id", TEXT, "地块编号"),
                Column("building_id", TEXT, "楼栋编号"),
                Column("compound_id", TEXT, "小区编号"),
                _CODE,
                _need("households", INTEGER, "户数"),
                _need("workload", NUMBER, "工作量"),
                Column("base_grid", TEXT, "基础网格"),
                Column("micro_grid", TEXT, "微网格"),
                Column("exclusive_grid", TEXT, "专属网格"),
                Column("third_grid", TEXT, "三级网格"),
                shapes=(POLYGON,),
            ),
            _table(
                "base_grids",
                "基础网格",
                _need("grid_code", TEXT, "网格编码"),
                _need("name", TEXT, "网格名称"),
                _CODE,
                _need("households", INTEGER, "网格户数"),
                _need("workload", NUMBER, "工作量"),
                _need("deviation", NUMBER, "偏差"),
                _need("area_m2", NUMBER, "网格面积(平方米)"),
                _need("perimeter_m", NUMBER, "周长(米)"),
                _need("compactness", NUMBER, "紧凑度"),
                _need("line_clarity", NUMBER, "界线清晰度"),
                _need("micro_count", INTEGER, "微网格数"),
                Column("reason", TEXT, "说明"),
                shapes=(POLYGON,),
            ),
            _table(
                "micro_grids",
                "微网格",
                _need("grid_code", TEXT, "网格编码"),
                _need("name", TEXT, "网格名称"),
                _need("base_grid", TEXT, "上级网格"),
                _CODE,
                _need("households", INTEGER, "网格户数"),
                _need("buildings", INTEGER, "楼栋数"),
                shapes=(POLYGON,),
            ),
            _table(
                "exclusive_grids",
                "专属网格",
                _need("grid_code", TEXT, "网格编码"),
                _need("name", TEXT, "网格名称"),
                _need("site_id", TEXT, "场所编号"),
                _need("kind", TEXT, "类型"),
                _CODE,
                Column("responsible", TEXT, "责任单位"),
                shapes=(POLYGON,),
            ),
            _table(
                "communities",
                "社区",
                _CODE,
                _need("name", TEXT, "社区名称"),
                Column("subdistrict", TEXT, "街道"),
                _need("households", INTEGER, "户数"),
                _need("base_count", INTEGER, "基础网格数"),
                _need("micro_count", INTEGER, "微网格数"),
                _need("exclusive_count", INTEGER, "专属网格数"),
                _need("status", TEXT, "状态"),
                Column("gap", NUMBER, "与最优差距"),
                Column("objective", NUMBER, "目标值"),
                Column("bound", NUMBER, "下界"),
                Column("given_up", TEXT, "放弃项"),
                Column("reason", TEXT, "说明"),
                shapes=(POLYGON,),
            ),
            _table(
                "borders",
                "邻接",
                _need("atom_a", TEXT, "地块甲"),
                _need("atom_b", TEXT, "地块乙"),
                _need("shared_m", NUMBER, "共边长(米)"),
                _need("clear_m", NUMBER, "沿清晰界线长(米)"),
                Column("barrier", TEXT, "界线强度"),
                _need("crossing", FLAG, "有通道"),
            ),
            _table(
                "posts",
                "岗位",
                _need("grid_code", TEXT, "网格编码"),
                _need("post", TEXT, "岗位"),
                Column("worker_id", TEXT, "人员编号"),
            ),
            _table(
                "party_links",
                "党组织覆盖",
                _need("org_id", TEXT, "组织编号"),
                _need("grid_code", TEXT, "网格编码"),
                _need("relation", TEXT, "关系"),
            ),
            _table(
                "lineage",
                "调整对照",
                _need("old_code", TEXT, "原网格"),
                _need("new_code", TEXT, "新网格"),
                _need("households", INTEGER, "户数"),
            ),
            _table(
                "findings",
                "校验报告",
                _need("rule", TEXT, "规则"),
                _need("severity", TEXT, "级别"),
                Column("grid_code", TEXT, "网格编码"),
                Column("community_code", TEXT, "社区编码"),
                _need("message_zh", TEXT, "消息"),
                _need("message_en", TEXT, "英文消息"),
                shapes=(POLYGON, LINE, POINT),
                needs_shape=False,
            ),
            _table(
                "buildings",
                "楼栋",
                _need("building_id", TEXT, "楼栋编号"),
                _need("households", INTEGER, "户数"),
                Column("compound_id", TEXT, "小区编号"),
                Column("floors", INTEGER, "层数"),
                Column("address", TEXT, "地址"),
                shapes=(POLYGON, POINT),
            ),
            _table(
                "compounds",
                "小区",
                _need("compound_id", TEXT, "小区编号"),
                Column("name", TEXT, "小区名称"),
            ),
            _table(
                "barriers",
                "界线",
                _need("kind", TEXT, "类型"),
                _need("strength", TEXT, "强度"),
                shapes=(LINE, POLYGON),
            ),
            *((name, CITY[name]) for name in KEPT),
        )
    )
)
