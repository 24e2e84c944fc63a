"""The commands: parse, read, one flow, save, print.

Heavy imports wait inside the commands, so that ``gridpart --help`` answers at
once.
"""

import os
import sys

import typer

from gridpart.cli import cities, exports, places, plans
from gridpart.cli.console import complain
from gridpart.errors import GridpartError
from gridpart.text import say

app = typer.Typer(
    help="Divides communities into balanced, seamless grids and shows them on one map.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

for command in (cities.demo, cities.synth, cities.check, cities.divide):
    app.command()(command)
app.command()(plans.measure)
app.command()(plans.merge_departments)
app.command("map")(plans.one_map)
app.command()(plans.report)
app.command()(exports.export)
# So that a negative longitude is no option.
app.command(context_settings={"ignore_unknown_options": True})(places.locate)


INTERRUPTED = 130


def main() -> None:
    """Run the command line; turn every fault into one line and an exit code."""
    try:
        code = app(standalone_mode=False)
        if code == INTERRUPTED:  # what Typer makes of Ctrl-C
            raise KeyboardInterrupt
    except (KeyboardInterrupt, typer.Abort):
        complain(say("cli.interrupted", "en"))
        code = INTERRUPTED
    except typer.TyperException as error:
        complain(error.format_message())
        code = 2
    except GridpartError as error:
        complain(str(error))
        code = 2
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    except Exception as error:
        complain(say("cli.bug", "en", kind=type(error).__name__, problem=error))
        code = 2
    sys.exit(code if isinstance(code, int) else 0)
