"""Stock programs that sign for a person: passphrase, PIN and touch are between the person and them, on the terminal."""

import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from linewright.children import inherited
from linewright.errors import FacilityError, SecretError

#: Seconds in which a person types a passphrase, or finds the key to be touched.
PATIENCE = 300.0
_LONGEST_SAYING = 300
#: Seconds in which it puts the terminal in order.
_LEAVE = 5.0


def signature_of(
    message: bytes, words: Sequence[str], key: Path, *, package: str, hint: str, patience: float
) -> bytes:
    """What a program writes to its standard output for a message at its standard input.

    Where our errors go to a terminal its errors do too: "Confirm user presence for key" has to be read while it waits.

    Args:
        message: what is signed.
        words: the program and its arguments; none of them is secret.
        key: the file that names the key, for messages.
        package: what to install where the program is missing.
        hint: what to try where it refuses.
        patience: seconds after which it is stopped.

    Raises:
        SecretError: it did not sign; what it said is told unless it stands on the terminal already.
        FacilityError: it is not installed, or did not end in time.
    """
    shown = sys.stderr is not None and sys.stderr.isatty()
    try:
        child = subprocess.Popen(
            words,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=None if shown else subprocess.PIPE,
            env=inherited(LC_ALL="C"),
        )
    except FileNotFoundError:
        raise FacilityError(
            f"signing needs {words[0]}, which is not installed", hint=f"apt install {package}"
        ) from None
    except OSError as error:
        raise FacilityError(f"{words[0]} cannot be started: {error.strerror or error}") from None
    try:
        signature, errors = child.communicate(message, timeout=patience)
    except subprocess.TimeoutExpired:
        raise FacilityError(
            f"nothing was signed: {words[0]} did not end in {patience:.0f} seconds", hint="try once more"
        ) from None
    finally:
        _stop(child)
    if child.returncode != 0:
        said = " ".join((errors or b"").decode("utf-8", "replace").split())
        said = "".join(each if each.isprintable() else "?" for each in said)[:_LONGEST_SAYING]
        raise SecretError(
            f"nothing was signed: {words[0]} could not use {key}" + (f" ({said})" if said else ""), hint=hint
        )
    return signature


def _stop(child: subprocess.Popen[bytes]) -> None:
    """End a program that may be asking: killed at once it would leave a terminal that shows nothing of what is typed."""
    if child.poll() is None:
        child.terminate()
        try:
            child.wait(_LEAVE)
        except subprocess.TimeoutExpired:
            child.kill()
    for pipe in (child.stdin, child.stdout, child.stderr):
        if pipe is not None and not pipe.closed:
            with suppress(OSError):  # what was not written any more has nobody who reads it
                pipe.close()
    child.wait()
