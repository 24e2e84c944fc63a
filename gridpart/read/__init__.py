"""Files to a City: every format of the contract, and the privacy rules.

Paths come in, tables with known columns go out. Nothing behind this door opens a
file.
"""
