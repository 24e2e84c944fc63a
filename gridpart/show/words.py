"""Words of the map and the workbook, by key, in Chinese and English."""

from contextlib import suppress

LANGUAGES = ("zh", "en")

WORDS: dict[str, tuple[str, str]] = {
    # The map as a whole
    "title": ("社区网格一张图", "Community grids, one map"),
    "layers": ("图层", "Layers"),
    "legend": ("户数偏差（与社区均值相比）", "Households against the community's mean"),
    "search": ("查找网格名称、编码、社区", "Find a grid, code or community"),
    "nothing_found": ("没有找到", "Nothing found"),
    "language": ("English", "中文"),
    "whole_city": ("全图", "Whole city"),
    "zoom_in": ("放大", "Zoom in"),
    "zoom_out": ("缩小", "Zoom out"),
    "close": ("关闭", "Close"),
    "closer": ("放大后显示", "shown when closer"),
    "plan_id": ("方案编号", "Plan"),
    "created": ("划分日期", "Divided on"),
    "basis": ("户数口径", "Households are"),
    # Layers
    "communities": ("社区", "Communities"),
    "base_grids": ("基础网格", "Base grids"),
    "micro_grids": ("微网格", "Micro-grids"),
    "exclusive_grids": ("专属网格", "Exclusive grids"),
    "buildings": ("楼栋", "Buildings"),
    "barriers": ("道路、铁路、水系", "Roads, railways, water"),
    "labels": ("标注", "Labels"),
    "findings": ("校验提示", "Findings"),
    # One thing of each kind
    "community": ("社区", "Community"),
    "base_grid": ("基础网格", "Base grid"),
    "micro_grid": ("微网格", "Micro-grid"),
    "exclusive_grid": ("专属网格", "Exclusive grid"),
    "building": ("楼栋", "Building"),
    # What is said of them
    "grid_code": ("网格编码", "Grid code"),
    "subdistrict": ("街道", "Sub-district"),
    "households": ("户数", "Households"),
    "deviation": ("偏差", "Deviation"),
    "area_m2": ("面积", "Area"),
    "compactness": ("紧凑度", "Compactness"),
    "line_clarity": ("界线清晰度", "Line clarity"),
    "base_count": ("基础网格数", "Base grids"),
    "micro_count": ("微网格数", "Micro-grids"),
    "exclusive_count": ("专属网格数", "Exclusive grids"),
    "building_count": ("楼栋数", "Buildings"),
    "compound_id": ("小区编号", "Compound"),
    "floors": ("层数", "Floors"),
    "address": ("地址", "Address"),
    "kind": ("类型", "Kind"),
    "responsible": ("责任单位", "Responsible"),
    "status": ("划分状态", "Status"),
    "gap": ("与最优差距", "Gap to the optimum"),
    "given_up": ("放弃项", "Given up"),
    "reason": ("说明", "Reason"),
    "unit_households": ("户", "households"),
    # The workbook
    "sheet_summary": ("统计表", "Summary"),
    "sheet_base_grids": ("网格清单", "Base grids"),
    "sheet_micro_grids": ("微网格清单", "Micro-grids"),
    "sheet_exclusive_grids": ("专属网格清单", "Exclusive grids"),
    "sheet_membership": ("楼栋归属表", "Buildings"),
    "sheet_findings": ("校验报告", "Findings"),
    "sheet_lineage": ("调整对照表", "Changes"),
    "sheet_overview": ("概况", "Overview"),
    "sheet_statistics": ("分级统计表", "By level"),
    "sheet_budget": ("经费预算表", "Budget"),
    "sheet_departments": ("部门网格对照表", "Departments"),
    "by_city": ("市", "city"),
    "by_county": ("县（市、区）", "county"),
    "by_subdistrict": ("街道", "sub-district"),
    "by_community": ("社区", "community"),
    "by_grid": ("网格", "grid"),
    "sheet_posts": ("岗位清单", "Posts"),
    "sheet_party_orgs": ("党组织清单", "Party organisations"),
    "sheet_party_links": ("党组织覆盖表", "Party coverage"),
    "sheet_resources": ("服务资源表", "Resources"),
    "sheet_services": ("服务覆盖表", "Services by grid"),
    "level_1": ("二级", "2"),
    "level_2": ("三级", "3"),
    "in_use": ("在用", "in use"),
    "retired": ("已停用", "retired"),
    "filled": ("已配备", "filled"),
    "posts_filled": ("已配备岗位", "Posts filled"),
    "posts_open": ("待招岗位", "Posts to recruit for"),
    "organisations": ("党组织数", "Party organisations"),
    "below": ("低于", "below"),
    "above": ("高于", "above"),
    "to": ("至", "to"),
    "classes": ("户数偏差分布", "Base grids by deviation"),
    "total": ("合计", "Total"),
    "mean": ("网格平均户数", "Mean"),
    "least": ("最少户数", "Least"),
    "most": ("最多户数", "Most"),
    "within": ("偏差10%以内占比", "Within 10 %"),
    "vacant": ("待招募", "to recruit"),
    # Values
    "value.optimal": ("已证明最优", "proven optimal"),
    "value.gap": ("已知差距", "gap known"),
    "value.heuristic": ("启发式", "heuristic"),
    "value.empty": ("无住户", "no households"),
    "value.tolerance": ("平衡容差放宽至", "tolerance stretched to"),
    "value.compounds": ("拆分小区", "compounds divided:"),
    "value.proven": ("已证明", "proven:"),
    "value.no_whole_plan": ("小区无法全部保持完整", "compounds cannot all stay whole"),
    "value.least_deviation": ("偏差无法再小", "the deviation cannot be smaller"),
    "value.fewest_compounds": ("拆分小区无法再少", "no fewer compounds can be divided"),
    "value.atom_too_large": ("单栋楼户数过多", "one building is too large"),
    "value.piece_too_small": ("独立地块户数过少", "a cut-off piece is too small"),
    "value.base": ("基础网格", "base grids"),
    "value.micro": ("微网格", "micro-grids"),
    "value.none": ("不一致", "neither"),
    "value.error": ("错误", "error"),
    "value.warning": ("警告", "warning"),
    "value.info": ("提示", "notice"),
    "value.leader": ("网格长", "leader"),
    "value.worker": ("网格员", "worker"),
    "value.standby": ("B岗", "stand-in"),
    "value.assistant": ("协管员", "assistant"),
    "value.micro_worker": ("微网格员", "micro-grid worker"),
    "value.welfare": ("公益员", "public-welfare member"),
    "value.covers": ("覆盖", "covers"),
    "value.contains": ("位于", "lies in"),
    "value.school": ("学校", "school"),
    "value.hospital": ("医院", "hospital"),
    "value.park": ("公园", "park"),
    "value.mall": ("商场", "mall"),
    "value.market": ("市场", "market"),
    "value.factory": ("工厂", "factory"),
    "value.office": ("办公楼", "office"),
    "value.service_site": ("党群服务阵地", "service site"),
    "value.resident_org": ("驻区单位", "resident organisation"),
    "value.volunteer_team": ("志愿服务队", "volunteer team"),
    "value.registered": ("户籍户", "registered"),
    "value.resident": ("常住户", "resident"),
    "value.dwellings": ("房屋套数", "dwellings"),
}


def value_words(value: str) -> tuple[str, str]:
    """Return a value of the plan in both languages, as planners say it.

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
    if f"value.{name}" not in WORDS:
        return part, part
    zh, en = WORDS[f"value.{name}"]
    if name == "tolerance":
        with suppress(ValueError):
            rest = f"{float(rest):.1%}"
    if name == "proven":
        why = [WORDS.get(f"value.{one}", (one, one)) for one in rest.split(",")]
        zh_why, en_why = "、".join(w[0] for w in why), ", ".join(w[1] for w in why)
        return f"{zh} {zh_why}", f"{en} {en_why}"
    return (
        f"{zh} {rest.replace(',', '、')}".strip(),
        f"{en} {rest.replace(',', ', ')}".strip(),
    )
