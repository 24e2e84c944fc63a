"""A Plan to what people look at: the one map, the workbook."""
