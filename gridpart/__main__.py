"""``python -m gridpart``."""

from gridpart.cli import main

main()
