"""A Plan to what people look at: the one map, workbook, report, sheets."""
