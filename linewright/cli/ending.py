"""How every command ends: with a documented exit status and no traceback."""

import logging
import sys
import traceback
from collections.abc import Sequence

import click

from linewright.cli import logged
from linewright.cli.screen import fail, warn
from linewright.errors import ExitCode, LinewrightError


def ended(command: click.Command, arguments: Sequence[str]) -> int:
    """Run a command; its exit status. Its log is closed when it returns."""
    code = _ended(command, arguments)
    if problem := logged.end(code):
        warn(f"Not logged: {problem}")
    return code


def _ended(command: click.Command, arguments: Sequence[str]) -> int:
    debug = "--debug" in arguments
    # What libraries log would otherwise reach the terminal, tracebacks and all; we say ourselves what failed.
    logging.basicConfig(level=logging.INFO) if debug else logging.getLogger().addHandler(
        logging.NullHandler()
    )
    try:
        result = command.main(args=list(arguments), prog_name="linewright", standalone_mode=False)
    except LinewrightError as error:
        if debug:
            traceback.print_exc()
        logged.failed(error)
        fail(error)
        return int(error.code)
    except (click.exceptions.Abort, KeyboardInterrupt):
        warn("INTERRUPTED  nothing more is sent")
        return int(ExitCode.INTERRUPTED)
    except click.ClickException as error:
        error.show()
        return int(ExitCode.USAGE)
    except BrokenPipeError:
        # The reader of our output went away; nothing is wrong here, and nothing more can be said.
        sys.stderr.close()
        return int(ExitCode.DONE)
    except Exception as error:  # noqa: BLE001 - the last resort: our own fault must never look like a finding (1)
        if debug:
            traceback.print_exc()
        logged.failed(error)
        warn(f"FAULT  in linewright itself: {type(error).__name__}: {error}")
        warn("Next: run it again with --debug and report what it prints")
        return int(ExitCode.FAULT)
    return int(result) if isinstance(result, int) else int(ExitCode.DONE)
