"""How every command ends: with a documented exit status and no traceback."""

import logging
import sys
import traceback
from collections.abc import Sequence

import click

from linewright.cli import logged
from linewright.cli.screen import fail, warn, warn_prose
from linewright.errors import ExitCode, LinewrightError


def ended(command: click.Command, arguments: Sequence[str]) -> int:
    """Run a command; its exit status. Its log is closed when it returns.

    A reader of its output that goes away (`| head`) changes neither what it does nor its status: see `outlet`.
    """
    code = _ended(command, arguments)
    if problem := logged.end(code):
        warn(f"Not logged: {problem}")
    return code


def _ended(command: click.Command, arguments: Sequence[str]) -> int:
    debug = "--debug" in arguments
    streams = sys.stdout, sys.stderr
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
        warn_prose("INTERRUPTED  nothing more is sent")
        return int(ExitCode.INTERRUPTED)
    except click.ClickException as error:
        error.show()
        return int(ExitCode.USAGE)
    except SystemExit as ending:
        # click takes any pipe that breaks for that of its output, and ends the process with 1: that would be a finding.
        # Ours do not break (see `outlet`), so it was another; it also leaves streams that hide what is said next.
        sys.stdout, sys.stderr = streams
        return (
            _fault(BrokenPipeError("a pipe broke"), debug=debug) if ending.code == 1 else _status(ending.code)
        )
    except Exception as error:  # noqa: BLE001 - the last resort: our own fault must never look like a finding (1)
        return _fault(error, debug=debug)
    return int(result) if isinstance(result, int) else int(ExitCode.DONE)


def _fault(error: BaseException, *, debug: bool) -> int:
    if debug:
        traceback.print_exception(error)
    logged.failed(error)
    warn_prose(f"FAULT  in linewright itself: {type(error).__name__}: {error}")
    warn_prose("Next: run it again with --debug and report what it prints")
    return int(ExitCode.FAULT)


def _status(code: object) -> int:
    return code if isinstance(code, int) else int(ExitCode.DONE if code is None else ExitCode.FAULT)
