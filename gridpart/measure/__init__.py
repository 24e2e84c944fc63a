"""A Plan to numbers: balance, shape, lines, splits."""
