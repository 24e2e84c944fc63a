"""Every sentence that a user reads, by key, in Chinese and English.

A key is born here once; checks name it, and the sentence is filled with the ids
and numbers of the finding.
"""

SENTENCES: dict[str, tuple[str, str]] = {
    # What check_city sees in an input (rules I10 to I49).
    "input.more": (
        "规则 {rule}：另有 {count} 处，未逐条列出。",
        "rule {rule}: {count} more, not listed one by one.",
    ),
    "input.check_failed": (
        "检查项 {check} 未能完成（{problem}），其余检查已照常进行，请报告此问题。",
        "check {check} could not be made ({problem}); the others were. Report this.",
    ),
    "input.column_missing": (
        "图层 {layer_zh}：缺少列 {column}。请补上该列，或在 city.toml 中指明对应列。",
        "layer {layer}: column {column} is missing. Add it, or name it in city.toml.",
    ),
    "input.column_empty": (
        "图层 {layer_zh}：必填列 {column}（{column_zh}）全部为空，请填写。",
        "layer {layer}: required column {column} is empty in every row. Fill it in.",
    ),
    "input.value_missing": (
        "图层 {layer_zh} {id}：{column}（{column_zh}）为空，请填写。",
        "layer {layer}, {id}: {column} is empty. Fill it in.",
    ),
    "input.layer_empty": (
        "图层 {layer_zh}（{layer}）没有任何记录，请检查来源文件和图层名。",
        "layer {layer} has no rows. Look at its source and the layer's name.",
    ),
    "input.id_missing": (
        "图层 {layer_zh} {id}：编号列 {column} 为空，请补上唯一编号。",
        "layer {layer}, row {id}: {column} is empty. Give it an id of its own.",
    ),
    "input.id_twice": (
        "图层 {layer_zh}：编号 {id} 出现 {count} 次，应唯一；请改号或合并这些记录。",
        "layer {layer}: id {id} is there {count} times, must be unique. "
        "Renumber the rows or merge them.",
    ),
    "input.id_of_unit": (
        "楼栋编号 {id} 与“楼栋#单元”的编号相同，请改用其他编号。",
        "building id {id} is also the name of a unit (building#unit). Renumber it.",
    ),
    "input.code_digits": (
        "图层 {layer_zh}：社区编码 {id} 不是 12 位数字，请按统计用区划代码填写。",
        "layer {layer}: community_code {id} must be 12 digits. Correct the code.",
    ),
    "input.code_unknown": (
        "图层 {layer_zh} {id}：社区编码 {code} 在社区图层中不存在，请更正。",
        "layer {layer}, {id}: no community has the code {code}. Correct it.",
    ),
    "input.households_type": (
        "图层 {layer_zh}：户数应为整数，现为 {given} 类型，请改为整数。",
        "layer {layer}: households must be whole numbers, the column holds {given}. "
        "Make it integer.",
    ),
    "input.households_missing": (
        "图层 {layer_zh} {id}：户数为空。请填写，无人居住填 0。",
        "layer {layer}, {id}: households is empty. Fill it in; 0 where nobody lives.",
    ),
    "input.households_negative": (
        "图层 {layer_zh} {id}：户数为 {households}，不能为负数，请更正。",
        "layer {layer}, {id}: {households} households, must be 0 or more. Correct it.",
    ),
    "input.households_fractional": (
        "图层 {layer_zh} {id}：户数为 {households}，应为整数，请更正。",
        "layer {layer}, {id}: {households} households, must be whole. Correct it.",
    ),
    "input.households_impossible": (
        "楼栋 {id}：户数 {households} 不可能，疑为误填的其他数字，请更正。",
        "building {id}: {households} households cannot be; perhaps another figure "
        "slipped in. Correct it.",
    ),
    "input.households_many": (
        "楼栋 {id}：一栋 {households} 户，异常偏多，请核实是否为整个小区的合计。",
        "building {id}: {households} households in one building. "
        "Is it the sum of a whole compound?",
    ),
    "input.households_dense": (
        "楼栋 {id}：{floors} 层 {households} 户，每层户数过多，请核实层数和户数。",
        "building {id}: {households} households on {floors} floors. Look at both.",
    ),
    "input.community_large": (
        "社区 {id}：共 {households} 户，异常偏多，请核实户数和边界。",
        "community {id}: {households} households, very many. "
        "Look at counts and boundary.",
    ),
    "input.workload": (
        "楼栋 {id}：工作量为 {workload}，应为不小于 0 的数，请更正。",
        "building {id}: workload {workload}, must be 0 or more. Correct it.",
    ),
    "input.unit_sum": (
        "楼栋 {id}：各单元合计 {summed} 户，楼栋 {households} 户，以楼栋为准，请核实。",
        "building {id}: its units add up to {summed} households, the building has "
        "{households}. Correct one; the building's figure counts.",
    ),
    "input.unit_orphan": (
        "单元表：楼栋 {id} 在楼栋图层中不存在，其单元不参与划分，请更正编号。",
        "layer units: no building has the id {id}; its units are not used. Correct it.",
    ),
    "input.compound_unlisted": (
        "小区 {id}：{count} 栋楼引用，但小区图层中没有；仍按同一小区处理。",
        "compound {id}: named by {count} buildings, not listed among the compounds; "
        "they are kept together all the same.",
    ),
    "input.join_unknown": (
        "小区 {id}：并入的小区 {join} 不存在，此项不起作用，请更正。",
        "compound {id}: shall join {join}, which does not exist. Correct it.",
    ),
    "input.join_circle": (
        "小区 {id}：互相并入，按同一整体处理。",
        "compounds {id}: join each other in a circle; all are kept together.",
    ),
    "input.join_apart": (
        "小区 {id} 与并入的小区 {join} 不在同一社区，此项不起作用，请核实。",
        "compound {id}: shall join {join}, which lies in another community; it does "
        "not. Correct one of them.",
    ),
    "input.strength_unknown": (
        "界线图层：{count} 条强度为“{value}”，应为 hard、soft 或 none；按类型处理。",
        "layer barriers: strength `{value}` ({count} rows) must be hard, soft or none. "
        "Correct it; until then the kind decides.",
    ),
    "input.barrier_unknown": (
        "界线图层：{count} 条的类型“{value}”不在规则中，按软界线处理；请填写强度。",
        "layer barriers: the rules do not know the kind `{value}` ({count} rows). "
        "Taken as soft; give a strength, or add the kind to [barriers.strength].",
    ),
    "input.worker_nowhere": (
        "网格员 {id}：既无位置也无社区编码，无法配岗，请补充。",
        "worker {id}: neither a place nor a community_code. Give one of them.",
    ),
    "input.role_unknown": (
        "网格员 {id}：岗位“{role}”无法识别，"
        "应为 leader、worker、assistant、micro_worker 或 welfare。",
        "worker {id}: role `{role}` must be leader, worker, assistant, micro_worker "
        "or welfare.",
    ),
    "input.party_unknown": (
        "党组织 {id}：{column} 指向的 {named} 不存在，请更正。",
        "party organisation {id}: {column} names {named}, which does not exist. "
        "Correct it.",
    ),
    "input.party_circle": (
        "党组织 {id}：上级关系成环，请更正上级组织。",
        "party organisations {id}: parents run in a circle. Correct parent_id.",
    ),
    "input.shape_missing": (
        "图层 {layer_zh} {id}：没有图形，请补画或删除该记录。",
        "layer {layer}, {id}: has no shape. Draw it or delete the row.",
    ),
    "input.shape_kind": (
        "图层 {layer_zh} {id}：图形类型为 {kind}，应为 {wanted}，请更换。",
        "layer {layer}, {id}: a {kind}, must be {wanted}. Replace it.",
    ),
    "input.shape_invalid": (
        "图层 {layer_zh} {id}：图形无效（{reason}），自动修复会改变范围，请手工修复。",
        "layer {layer}, {id}: invalid shape ({reason}); a repair would change what it "
        "covers. Repair it in a GIS.",
    ),
    "input.coordinates_broken": (
        "图层 {layer_zh} {id}：坐标不是有效数字或远在地球之外，请重画。",
        "layer {layer}, {id}: coordinates are no numbers or off the Earth. Redraw it.",
    ),
    "input.points": (
        "楼栋为 {count} 个点，无轮廓；地块按点推算，边界较粗略。",
        "the {count} buildings are points without outlines; the ground of each is "
        "estimated.",
    ),
    "input.points_some": (
        "楼栋中 {count} 个为点，{rest} 个为面，混合使用。",
        "{count} buildings are points and {rest} polygons; both are used as they are.",
    ),
    "input.extent": (
        "社区范围宽 {metres} 米，不像一座城市，请检查坐标系。",
        "the communities are {metres} m across, unlike a city. Look at the CRS.",
    ),
    "input.overlap": (
        "图层 {layer_zh}：{id} 与 {other} 重叠 {area:,.2f} 平方米，请改边界。",
        "layer {layer}: {id} and {other} overlap {area:,.2f} m². Redraw one of them.",
    ),
    "input.overlap_thin": (
        "图层 {layer_zh}：{id} 与 {other} 有 {area:,.2f} 平方米细缝重叠，建议修整。",
        "layer {layer}: a sliver of {area:,.2f} m² lies in both {id} and {other}. "
        "Snap the boundaries.",
    ),
    "input.buildings_stacked": (
        "楼栋 {id}（{households} 户）与 {other}（{other_households} 户）重叠，"
        "占较小者的 {share}，请核实是否重复登记。",
        "buildings {id} ({households} households) and {other} ({other_households}) lie "
        "on each other ({share} of the smaller). Is one of them there twice?",
    ),
    "input.buildings_covered": (
        "另有 {count} 对楼栋重叠，其中至少一栋无住户，不影响户数。",
        "{count} more pairs of buildings lie on each other, one of them without "
        "households; no household is counted twice.",
    ),
    "input.outside_all": (
        "{count} 栋楼共 {households} 户不在任何社区内，未参与划分，请补全社区。",
        "{count} buildings with {households} households lie outside all communities "
        "and are in no grid. Complete the communities or move the buildings.",
    ),
    "input.outside_everything": (
        "全部 {count} 栋楼（{households} 户）都不在任何社区内，请检查坐标系。",
        "all {count} buildings ({households} households) lie outside all communities. "
        "Look at the CRS of both layers.",
    ),
    "input.outside_one": (
        "楼栋 {id}（{households} 户）不在任何社区内。",
        "building {id} ({households} households) lies outside all communities.",
    ),
    "input.astride": (
        "楼栋 {id}（{households} 户）跨社区：{code} 占 {share}，另有 {other}；归前者。",
        "building {id} ({households} households): {share} in community {code}, part in "
        "{other}; goes to {code}.",
    ),
    "input.astride_unclear": (
        "楼栋 {id}（{households} 户）跨社区 {code}（{share}）与 {other}，请核实边界。",
        "building {id} ({households} households): in communities {code} ({share}) and "
        "{other}, no clear majority. Look at the boundary.",
    ),
    "input.compound_spans": (
        "小区 {id} 跨社区（户数）：{communities}；各部分分别处理，请核实边界。",
        "compound {id} spans communities (households) {communities}; each part is "
        "treated as its own. Look at the boundary.",
    ),
    "input.community_bare": (
        "社区 {id}：没有楼栋，划分结果将标为“空”。",
        "community {id}: no buildings; its status will be empty.",
    ),
    "input.community_unlived": (
        "社区 {id}：所有楼栋户数为 0，划分结果将标为“空”。",
        "community {id}: no households in its buildings; its status will be empty.",
    ),
    "input.crossing_far": (
        "通道 {id}：{reach} 米内没有硬界线，此通道不起作用。",
        "crossing {id}: no hard barrier within {reach} m; it has no effect.",
    ),
    "input.site_outside": (
        "场所 {id}：不在任何社区内，不能成为专属网格，请更正。",
        "site {id}: outside all communities, cannot become a grid. Correct it.",
    ),
    "input.site_across": (
        "场所 {id}：跨社区 {code}（{share}）与 {other}，请按社区拆分或核实边界。",
        "site {id}: in communities {code} ({share}) and {other}. Divide it, or look "
        "at the boundary.",
    ),
    "input.site_whole": (
        "社区 {id}：几乎全部被专属场所覆盖，无法再划分基础网格，请核实。",
        "community {id}: sites cover nearly all of it, no base grid is left. "
        "Look at the sites.",
    ),
    "input.space": (
        "图层 {layer_zh}：去除了 {count} 处文字首尾的空格。",
        "layer {layer}: space around {count} values was stripped.",
    ),
    "input.flattened": (
        "已去除图形的高程（{layers_zh}）。",
        "heights were dropped from shapes ({layers}).",
    ),
    "input.unwrapped": (
        "单部件的多部件图形已转为单一图形（{layers_zh}）。",
        "multipart shapes of one part were made single ({layers}).",
    ),
    "input.vertices": (
        "已去除图形的重复节点（{layers_zh}）。",
        "repeated vertices were dropped from shapes ({layers}).",
    ),
    "input.shape_repaired": (
        "图层 {layer_zh} {id}：图形无效，已修复，面积不变。",
        "layer {layer}, {id}: the invalid shape was repaired; its area is the same.",
    ),
    "input.shapes_aside": (
        "图层 {layer_zh}：{count} 个图形类型不符，未使用，记录保留。",
        "layer {layer}: {count} shapes of a wrong kind are not used; the rows stay.",
    ),
    "input.rows_aside": (
        "图层 {layer_zh}：{count} 条记录没有可用图形，未使用。",
        "layer {layer}: {count} rows without a usable shape are not used.",
    ),
    "input.twins": (
        "楼栋 {id}（{households} 户）：相同记录 {count} 条，只保留一条，请核实户数。",
        "building {id} ({households} households): the same row {count} times; one is "
        "kept. Look at its households.",
    ),
    # What reading a file saw (rules I01 to I09).
    "input.columns_left_out": (
        "图层 {layer}：以下各列不认识或用不上，未读入：{columns}。",
        "layer {layer}: columns not known or not needed were left out: {columns}.",
    ),
    "input.rows_left_out": (
        "图层 {layer}：{rows} 行的图形不是面，未读入。",
        "layer {layer}: {rows} rows have no polygon and were left out.",
    ),
    "input.values_unreadable": (
        "图层 {layer}：列 {column} 有 {rows} 个值无法识别，按缺失处理。",
        "layer {layer}: {rows} values of column {column} were not understood.",
    ),
    "input.compounds_by_place": (
        "楼栋表未填小区，已按位置将 {rows} 栋楼归入所在小区。",
        "no building names its compound; {rows} were given the one they stand in.",
    ),
    # What the command line says.
    "cli.written": ("已写入 {path}", "wrote {path}"),
    "cli.dividing": ("划分社区", "dividing communities"),
    "cli.interrupted": (
        "已中断，未写入任何文件。",
        "interrupted; nothing was written.",
    ),
    "cli.bug": (
        "程序内部错误（{kind}：{problem}），未写入任何文件，请报告此问题。",
        "internal error ({kind}: {problem}); nothing was written. Please report it.",
    ),
    "cli.error": ("错误", "error"),
    "cli.warning": ("警告", "warning"),
    "cli.info": ("提示", "info"),
    "cli.counts": (
        "错误 {error} 项，警告 {warning} 项，提示 {info} 项。",
        "{error} errors, {warning} warnings, {info} notices.",
    ),
    "cli.plan": (
        "{communities} 个社区，{base} 个基础网格，{micro} 个微网格，"
        "{exclusive} 个专属网格，{households} 户；{share:.1f}% 的基础网格"
        "在社区平均户数 ±10% 以内；错误 {error} 项，警告 {warning} 项。",
        "{communities} communities, {base} base grids, {micro} micro-grids, "
        "{exclusive} exclusive grids, {households} households; {share:.1f} % of the "
        "base grids within 10 % of their community's mean; {error} errors, "
        "{warning} warnings.",
    ),
    "divide.people_in_site": (
        "专属网格 {grid} 内有 {households} 户居民（楼栋 {buildings}），"
        "由该专属网格服务。",
        "{households} households live inside exclusive grid {grid} (buildings "
        "{buildings}); they stay with it.",
    ),
    "cut.building_outside": (
        "楼栋 {building} 不在任何社区内，未参加划分。请核对其位置或社区边界。",
        "building {building} lies in no community and was left out. Check its place "
        "or the communities' boundaries.",
    ),
    "cut.barrier_kind": (
        "界线类型“{kind}”（{count} 条）未定义强度，按软界线处理。"
        "请在规则 [barriers.strength] 中补充，或填写 strength 列。",
        "{count} barriers of kind `{kind}` have no strength in the rules and count as "
        "soft. Name the kind in [barriers.strength], or fill the column strength.",
    ),
    "cut.units_sum": (
        "楼栋 {building} 各单元共 {units} 户，楼栋为 {total} 户；"
        "已按楼栋户数折算各单元。",
        "the units of building {building} add up to {units} households, the building "
        "has {total}; the units were scaled to the building.",
    ),
    # What check_plan sees in a plan (rules V01 to V15).
    "plan.more": (
        "规则 {rule}：另有 {count} 处，未逐条列出。",
        "rule {rule}: {count} more, not listed one by one.",
    ),
    "plan.check_failed": (
        "检查项 {check} 未能完成（{problem}），其余检查已照常进行，请报告此问题。",
        "check {check} could not be made ({problem}); the others were. Report this.",
    ),
    "plan.V01": (
        "{layer_zh} {code}：边界自相交或无效（{fault}），请重画边界。",
        "{layer} {code}: the boundary crosses itself or is invalid ({fault}). "
        "Redraw it.",
    ),
    "plan.V01_none": (
        "{layer_zh} {code}：没有面，或边界未闭合，请补画边界。",
        "{layer} {code}: no polygon, or its boundary is not closed. Draw it.",
    ),
    "plan.V02": (
        "网格 {code} 与 {other} 重叠 {area:.2f} 平方米，请修改边界。",
        "grids {code} and {other} overlap by {area:.2f} m². Correct the boundary.",
    ),
    "plan.V02_micro": (
        "微网格 {code} 与 {other} 重叠 {area:.2f} 平方米，请修改边界。",
        "micro-grids {code} and {other} overlap by {area:.2f} m². "
        "Correct the boundary.",
    ),
    "plan.V02_atoms": (
        "地块 {code} 与 {other} 重叠 {area:.2f} 平方米。",
        "atoms {code} and {other} overlap by {area:.2f} m².",
    ),
    "plan.V03": (
        "社区 {code}：{area:.2f} 平方米（{parts} 处）不在任何网格内，请划入相邻网格。",
        "community {code}: {area:.2f} m² in {parts} places belong to no grid. "
        "Add them to a neighbour.",
    ),
    "plan.V03_atoms": (
        "社区 {code}：{area:.2f} 平方米（{parts} 处）没有地块。",
        "community {code}: {area:.2f} m² in {parts} places have no atom.",
    ),
    "plan.V03_micro": (
        "网格 {code}：{area:.2f} 平方米（{parts} 处）不在任何微网格内。",
        "base grid {code}: {area:.2f} m² in {parts} places belong to no micro-grid.",
    ),
    "plan.V04": (
        "网格 {code} 有 {area:.2f} 平方米在社区 {community} 之外，请收回边界。",
        "grid {code}: {area:.2f} m² lie outside its community {community}. "
        "Draw it back.",
    ),
    "plan.V04_unknown": (
        "网格 {code}：所属社区 {community} 不在社区图层中。",
        "grid {code}: its community {community} is not in the layer of communities.",
    ),
    "plan.V04_atom": (
        "地块 {code} 有 {area:.2f} 平方米在社区 {community} 之外。",
        "atom {code}: {area:.2f} m² lie outside its community {community}.",
    ),
    "plan.V04_atom_unknown": (
        "地块 {code}：所属社区 {community} 不在社区图层中。",
        "atom {code}: its community {community} is not in the layer of communities.",
    ),
    "plan.V04_codes": (
        "网格 {code}（社区 {community}）含有社区 {other} 的 {count} 个地块。",
        "grid {code} of community {community} holds {count} atoms of community "
        "{other}.",
    ),
    "plan.V05_error": (
        "网格 {code} 不连片，分为 {parts} 片，分离部分 {households} 户（{atoms}）。",
        "grid {code} lies in {parts} parts; {households} households are cut off "
        "({atoms}).",
    ),
    "plan.V05_warning": (
        "网格 {code} 分为 {parts} 片，无路相连，已说明（{households} 户，{atoms}）。",
        "grid {code} lies in {parts} parts that cannot be joined ({atoms}, "
        "{households} households), as its reason says.",
    ),
    "plan.V05_info": (
        "网格 {code} 含有被隔开的无住户地块（{atoms}）。",
        "grid {code} holds ground without households that nothing leads to ({atoms}).",
    ),
    "plan.V05_borders": (
        "邻接表有 {count} 处与地块实际相邻关系不符，如 {a} 与 {b}。",
        "the table of borders is wrong in {count} places, as between {a} and {b}.",
    ),
    "plan.V06": (
        "网格边界穿越楼栋 {building}（{codes}），请绕开楼栋。",
        "the line between grids {codes} cuts building {building}. Lead it around.",
    ),
    "plan.V06_edge": (
        "楼栋 {building} 超出其地块，落在网格 {codes} 两侧，请核实轮廓。",
        "building {building} sticks out of its ground into grids {codes}. "
        "Look at its outline.",
    ),
    "plan.V06_micro": (
        "微网格边界穿越楼栋 {building}（{codes}），请绕开楼栋。",
        "the line between micro-grids {codes} cuts building {building}. "
        "Lead it around.",
    ),
    "plan.V06_micro_edge": (
        "楼栋 {building} 超出其地块，落在微网格 {codes} 两侧，请核实轮廓。",
        "building {building} sticks out of its ground into micro-grids {codes}. "
        "Look at its outline.",
    ),
    "plan.V06_atoms": (
        "楼栋 {building} 被分到 {count} 个微网格，且不是按单元划分。",
        "building {building} is in {count} micro-grids, though not divided by unit.",
    ),
    "plan.V07": (
        "小区 {compound}（{households} 户）可放入一个网格，却被拆到 {grids} 个网格。",
        "compound {compound} with {households} households fits one grid, but is "
        "divided among {grids}.",
    ),
    "plan.V07_told": (
        "小区 {compound}（{households} 户）被拆到 {grids} 个网格，社区已说明。",
        "compound {compound} with {households} households is divided among {grids} "
        "grids, as its community says.",
    ),
    "plan.V07_places": (
        "小区 {compound}（{households} 户）分处 {places} 地，归 {grids} 个网格。",
        "compound {compound} with {households} households lies in {places} places, "
        "in {grids} grids.",
    ),
    "plan.V08_error": (
        "网格 {code} 跨越河流、铁路等硬界线，另一侧有 {households} 户（{atoms}）。",
        "grid {code} crosses a hard barrier; {households} households live beyond "
        "({atoms}).",
    ),
    "plan.V08_warning": (
        "网格 {code} 跨硬界线并入一小片（{households} 户，{atoms}），已说明理由。",
        "grid {code} takes in a small piece beyond a hard barrier ({households} "
        "households, {atoms}), as its reason says.",
    ),
    "plan.V08_info": (
        "网格 {code} 跨硬界线并入无住户地块（{atoms}）。",
        "grid {code} takes in ground without households beyond a hard barrier "
        "({atoms}).",
    ),
    "plan.V09": (
        "网格 {code} 有 {households} 户，超出 {low}–{high} 户，且未说明理由。",
        "grid {code} has {households} households, outside {low} to {high}, "
        "and no reason.",
    ),
    "plan.V09_told": (
        "网格 {code} 有 {households} 户，超出 {low}–{high} 户，理由：{reason}。",
        "grid {code} has {households} households, outside {low} to {high}; "
        "reason: {reason}.",
    ),
    "plan.V10": (
        "网格 {code} 有 {households} 户，与均值 {mean:.1f} 相差 {deviation:+.1%}，"
        "超过 {limit:.0%}。",
        "grid {code} has {households} households, {deviation:+.1%} from the mean of "
        "{mean:.1f}, beyond {limit:.0%}.",
    ),
    "plan.V10_stated": (
        "网格 {code} 所列偏差为 {stated:.4f}，实为 {deviation:.4f}。",
        "grid {code}: the stated deviation is {stated:.4f}, the true one "
        "{deviation:.4f}.",
    ),
    "plan.V11_digits": (
        "{layer_zh}编码 {code} 不是 {digits} 位数字。",
        "{layer}: code {code} must be {digits} digits.",
    ),
    "plan.V11_prefix": (
        "{layer_zh}编码 {code} 与上级编码不一致。",
        "{layer}: code {code} does not begin with the code it belongs to.",
    ),
    "plan.V11_zero": (
        "{layer_zh}编码 {code} 的顺序码应从 1 开始。",
        "{layer}: the sequence number of code {code} must be 1 or more.",
    ),
    "plan.V11_twice": (
        "编码 {code} 重复，共 {count} 次。",
        "{layer}: code {code} is there {count} times, must be unique.",
    ),
    "plan.V11_full": (
        "顺序码已满：基础网格 {code} 占用了专属网格的号段 {first}–{last}。",
        "sequence full: base grid {code} takes a number of the exclusive grids, "
        "{first} to {last}.",
    ),
    "plan.V11_block": (
        "专属网格 {code} 的顺序码不在号段 {first}–{last} 内。",
        "exclusive grid {code}: sequence number outside {first} to {last}.",
    ),
    "plan.V13_retired": (
        "编码 {code} 已停用，不得再用。",
        "code {code} was retired and must not be used again.",
    ),
    "plan.V13_successor": (
        "调整对照中的新网格 {code} 不存在。",
        "lineage: the new grid {code} is not there.",
    ),
    "plan.V13_created": (
        "方案时间“{created}”缺失或无法识别。",
        "the plan's date `{created}` is missing or cannot be read.",
    ),
    "plan.V13_id": (
        "方案内容与编号不符（应为 {content}，现为 {given}），可能经手工修改。",
        "the plan's id is {given}, its content has {content}: it was changed by hand.",
    ),
    "plan.V14_outline": (
        "网格 {code} 的边界与所含地块相差 {area:.2f} 平方米。",
        "grid {code}: its polygon and its atoms differ by {area:.2f} m².",
    ),
    "plan.V14_outline_bare": (
        "网格 {code} 有边界而没有任何地块。",
        "grid {code} has a polygon, but no atom is in it.",
    ),
    "plan.V14_outline_micro": (
        "微网格 {code} 的边界与所含地块相差 {area:.2f} 平方米。",
        "micro-grid {code}: its polygon and its atoms differ by {area:.2f} m².",
    ),
    "plan.V14_outline_micro_bare": (
        "微网格 {code} 有边界而没有任何地块。",
        "micro-grid {code} has a polygon, but no atom is in it.",
    ),
    "plan.V14_id": (
        "地块编号 {atom} 缺失或重复。",
        "atom id {atom} is missing or there twice.",
    ),
    "plan.V14_nowhere": (
        "地块 {atom} 有楼栋或住户，却不属于任何网格。",
        "atom {atom} has a building or households, but belongs to no grid.",
    ),
    "plan.V14_both": (
        "地块 {atom} 同时属于基础网格和专属网格。",
        "atom {atom} is in a base grid and in an exclusive grid.",
    ),
    "plan.V14_unknown": (
        "地块 {atom} 所属网格 {grid} 或微网格 {micro} 不存在。",
        "atom {atom}: its grid {grid} or micro-grid {micro} is not there.",
    ),
    "plan.V14_no_micro": (
        "地块 {atom} 的楼栋不属于任何微网格。",
        "atom {atom}: its building is in no micro-grid.",
    ),
    "plan.V14_micro_special": (
        "地块 {atom} 不在基础网格内，却属于微网格 {micro}。",
        "atom {atom} is in micro-grid {micro}, but in no base grid.",
    ),
    "plan.V14_nest": (
        "地块 {atom} 属于网格 {grid}，其微网格 {micro} 却属于另一网格。",
        "atom {atom} is in grid {grid}, but its micro-grid {micro} is in another.",
    ),
    "plan.V14_missing": (
        "楼栋 {building}（{households} 户）没有地块，不属于任何网格。",
        "building {building} with {households} households has no atom, so no grid.",
    ),
    "plan.V14_strange": (
        "楼栋 {building}（{households} 户）不在楼栋图层中。",
        "building {building} with {households} households is not in the layer of "
        "buildings.",
    ),
    "plan.V14_count": (
        "楼栋 {code} 有 {stated} 户，地块合计却为 {counted} 户。",
        "building {code} has {stated} households, its atoms have {counted}.",
    ),
    "plan.V14_stated": (
        "{code}：所列{column_zh}为 {stated}，实为 {counted}。",
        "{code}: {column} is given as {stated}, counted {counted}.",
    ),
    "plan.V15": (
        "无住户地块 {atom} 没有责任网格。",
        "atom {atom} without households has no grid that answers for it.",
    ),
    "plan.V15_micro": (
        "无住户地块 {atom} 在网格 {grid} 内，但不属于任何微网格。",
        "atom {atom} without households is in grid {grid}, but in no micro-grid.",
    ),
    "input.layers_ignored": (
        "以下图层或文件不在图层名之列，未读入：{names}。",
        "layers or files that are none of a city's were left out: {names}.",
    ),
    "input.heights_dropped": (
        "图层 {layers} 带有高程或测量值，已舍去，只用平面坐标。",
        "heights or measures in layers {layers} were dropped; places are flat.",
    ),
    "input.datum_rough": (
        "图层 {layer}：从 {source} 到 {target} 没有公开的转换参数，可能偏差上百米。",
        "layer {layer}: no exact way from {source} to {target} is public; places may "
        "be off by a hundred metres.",
    ),
    "input.rooms_counted": (
        "图层 {layer}：{rows} 行分户记录已汇总为户数，明细未保留。",
        "layer {layer}: {rows} rows of rooms were counted at once and not kept.",
    ),
    "input.rooms_blank": (
        "图层 {layer}：{rows} 行没有房号，未计入户数。",
        "layer {layer}: {rows} rows have no room number and were not counted.",
    ),
    "input.ledger_stray": (
        "图层 {layer}：台账有 {rows} 行（{households} 户，如 {id}）的编号图上没有，"
        "未计入。请核对编号。",
        "layer {layer}: {rows} rows of the ledger ({households} households, such as "
        "{id}) have an id that is not on the map and are lost. Correct the ids.",
    ),
    "input.ledger_twice": (
        "图层 {layer}：台账有 {rows} 行（{households} 户，如 {id}）编号重复，只取首行。"
        "请核对编号。",
        "layer {layer}: {rows} rows of the ledger ({households} households, such as "
        "{id}) repeat an id; only the first counts. Correct the ids.",
    ),
    "input.ledger_silent": (
        "{rows} 栋楼在台账中没有记录，按 0 户计。",
        "{rows} buildings are in no ledger and count as without households.",
    ),
    "input.geometry_unreadable": (
        "图层 {layer}：{rows} 行图形不合格式（如第 {id} 行），"
        "未闭合的已闭合，其余按无图形处理。",
        "layer {layer}: the geometry of {rows} rows (such as row {id}) is malformed; "
        "open rings were closed, the rest is empty.",
    ),
}

LANGUAGES = ("zh", "en")


def say(key: str, lang: str, **values: object) -> str:
    """Return the sentence of ``key`` in ``lang`` (``zh`` or ``en``), filled in."""
    zh, en = SENTENCES[key]
    return (zh if lang == "zh" else en).format(**values)
