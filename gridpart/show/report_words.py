"""Words of the quality report, by key, in Chinese and English."""

REPORT_WORDS: dict[str, tuple[str, str]] = {
    "title": ("网格划分质量报告", "Quality report of a grid division"),
    "compared": ("两个方案对比", "two plans compared"),
    "plan": ("方案", "Plan"),
    "created": ("划分日期", "Divided on"),
    "basis": ("户数口径", "Households are"),
    "overview": ("概况", "Overview"),
    "lines": ("界线清晰", "Clear lines"),
    "lines_why": (
        "网格边界应沿道路、河流、围墙等看得见的界线，形状紧凑、连成一片。",
        "The boundaries of grids should follow lines that can be seen, and each grid "
        "should be compact and in one piece.",
    ),
    "tasks": ("任务适当", "Fit workload"),
    "tasks_why": (
        "同一社区各网格的户数应大致相当，并在规定范围之内。",
        "The grids of a community should have about as many households each, inside "
        "the band of the rules.",
    ),
    "duty": ("责任明确", "Clear duty"),
    "duty_why": (
        "每个网格有网格员、B岗和党组织，每处场所有责任单位。",
        "Each grid has a worker, a stand-in and a Party organisation, and each site "
        "somebody who is responsible.",
    ),
    "easy": ("便于实施", "Easy to run"),
    "easy_why": (
        "小区尽量完整，网格内走动距离短，党群服务阵地在近处；"
        "每个社区的划分结果是否已证明最优。",
        "Compounds stay whole, ways inside a grid and to a service site are short; and "
        "how good each community's division is proven to be.",
    ),
    "findings": ("校验结果", "Findings"),
    "measure": ("指标", "Measure"),
    "value": ("数值", "Value"),
    "difference": ("差异", "Difference"),
    "worst_lines": ("界线最不清晰的网格", "Grids with the least clear lines"),
    "worst_tasks": ("户数偏差最大的网格", "Grids furthest from the mean"),
    "worst_easy": ("住户最分散的网格", "Grids with the widest spread of households"),
    "chart_line_clarity": ("界线清晰度（网格数）", "Line clarity (number of grids)"),
    "chart_compactness": ("紧凑度（网格数）", "Compactness (number of grids)"),
    "chart_deviation": (
        "户数偏差，与社区均值相比（网格数）",
        "Households against the community's mean (number of grids)",
    ),
    "chart_households": ("网格户数（网格数）", "Households (number of grids)"),
    "chart_spread_m": ("离散距离，米（网格数）", "Spread, m (number of grids)"),
    "chart_service_m": (
        "到最近党群服务阵地的距离，米（网格数）",
        "Distance to the nearest service site, m (number of grids)",
    ),
    "band": ("规定范围", "band of the rules"),
    "post": ("岗位", "Post"),
    "filled": ("已配备", "Filled"),
    "vacant": ("待招", "To recruit"),
    "of_grids": ("占网格比例", "Share of grids"),
    "with_worker": ("有网格员的网格", "grids with a worker"),
    "with_standby": ("有B岗的网格", "grids with a stand-in"),
    "with_organisation": (
        "有党组织覆盖的网格",
        "grids covered by a Party organisation",
    ),
    "with_responsible": (
        "有责任单位的专属网格",
        "exclusive grids with a responsible body",
    ),
    "no_posts": (
        "方案尚未配备人员：以下岗位全部待招。",
        "The plan holds no posts yet: all of these are to be recruited for.",
    ),
    "proof": ("各社区划分结果", "What is proven of each community"),
    "community": ("社区", "Community"),
    "grids": ("网格", "Grids"),
    "unit_households": ("户", "households"),
    "largest": ("最大偏差", "Largest deviation"),
    "status": ("状态", "Status"),
    "gap": ("与最优差距", "Gap"),
    "given_up": ("放弃项", "Given up"),
    "rule": ("规则", "Rule"),
    "severity": ("级别", "Severity"),
    "count": ("数量", "Number"),
    "first": ("前几条", "The first"),
    "no_findings": ("没有发现问题。", "Nothing was found."),
    "nothing": ("没有可显示的网格。", "There is no grid to show."),
    "yes": ("是", "yes"),
    "none": ("—", "–"),
}

RULE_WORDS: dict[str, tuple[str, str]] = {
    "V01": ("边界未闭合/自相交", "boundary not closed or crossing itself"),
    "V02": ("边界重叠", "grids overlap"),
    "V03": ("存在空白区域", "ground without a grid"),
    "V04": ("网格跨社区", "grid reaches into another community"),
    "V05": ("网格不连片", "grid not in one piece"),
    "V06": ("边界穿越建筑物", "line cuts a building"),
    "V07": ("小区被拆分", "compound divided"),
    "V08": ("跨越河流/铁路/主干道", "hard barrier crossed"),
    "V09": ("户数超出范围", "households outside the band"),
    "V10": ("任务不均衡", "workload uneven"),
    "V11": ("编码重复/顺序码已满", "codes not unique, or sequence full"),
    "V12": ("未配备网格员/AB岗/党组织", "worker, stand-in or organisation missing"),
    "V13": ("时间/编码冲突", "dates or codes in conflict"),
    "V14": ("楼栋归属重复/遗漏", "building in several grids or none"),
    "V15": ("责任主体缺失", "nobody responsible"),
}
