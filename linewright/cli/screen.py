"""What a person sees: lines that can be grepped, colour only on a terminal, nothing that a name could smuggle in."""

import os
import re
import shutil
import sys
import textwrap
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TextIO

from linewright.cli.asking import asker
from linewright.errors import FacilityError, LinewrightError
from linewright.model.printable import printable

#: A command with its options and the job or file it is about, and a job by its name: not to be parted by a line's end.
_WHOLE = re.compile(
    r"lw(?: [a-z]+)+(?: (?:--?[a-z-]+(?: [^\s-]\S*)?|J\d\S*|[A-Z][A-Z]+|\S+\.lwplan)(?=\s|[,;:.)]|$))*|job J\d\S*"
)
_TIED = "\x1f"


def say(text: str = "") -> None:
    """One line to standard output."""
    _write(sys.stdout, printable(text))


def say_all(lines: Iterable[str]) -> None:
    """Lines to standard output."""
    for line in lines:
        say(line)


def say_prose(lines: Iterable[str]) -> None:
    """Lines to standard output, on a terminal folded at its width."""
    for line in lines:
        _write_prose(sys.stdout, line)


def warn_prose(text: str) -> None:
    """One sentence to standard error, on a terminal folded at its width."""
    _write_prose(sys.stderr, text)


def folded(text: str, width: int) -> list[str]:
    """A sentence in lines of at most so many columns, set in from the second on; a longer word or command stays whole."""
    start = len(text) - len(text.lstrip())
    # The name of a command may be followed by prose: what is tied too far is only parted a word earlier.
    tied = _WHOLE.sub(lambda found: found[0].replace(" ", _TIED), text)
    lines = textwrap.wrap(
        tied, width, subsequent_indent=" " * (start + 4), break_long_words=False, break_on_hyphens=False
    )
    return [line.replace(_TIED, " ") for line in lines] or [""]


def warn(text: str) -> None:
    """One line to standard error: what is not the answer."""
    _write(sys.stderr, printable(text))


def fail(error: LinewrightError) -> None:
    """An error as its one sentence and the next step."""
    word = {2: "ERROR", 3: "REFUSED, nothing written", 4: "NOT REACHED", 5: "UNKNOWN", 6: "STOPPED"}
    said = "NOT POSSIBLE HERE" if isinstance(error, FacilityError) else word.get(int(error.code), "FAULT")
    first, *rest = error.message.split("\n")
    warn_prose(f"{said}  {first}")
    for line in rest:
        # Set in, so that no name with a line feed in it can pass for a line of ours.
        warn(f"    {line.strip()}")
    if error.hint:
        warn_prose(f"Next: {error.hint}")


def counted(number: int, what: str) -> str:
    """So many of something: "1 device", "2 devices"."""
    return f"{number} {what}{'s' * (number != 1)}"


def agreed(question: str, word: str) -> bool:
    """Whether the person at the terminal types the word that is asked for."""
    warn(question)
    try:
        return input("> ").strip().lower() == word.lower()
    except EOFError:
        return False


def on_terminal() -> bool:
    """Whether somebody is there to answer."""
    return sys.stdin.isatty() and sys.stderr.isatty()


@contextmanager
def progress(what: str, total: int) -> Iterator[Callable[[str, str], None]]:
    """Progress of work on many devices: a bar on a terminal that can draw one, silence elsewhere."""
    if not sys.stderr.isatty() or os.environ.get("TERM") == "dumb" or not total:
        yield lambda _device, _error: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(bar_width=24),
        MofNCompleteColumn(),
        TextColumn("{task.fields[last]}", markup=False),  # a name such as "[red]sw1" is a name
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=total, last="")

        def done(device: str, _error: str) -> None:
            bar.update(task, advance=1, last=printable(device))

        with asker.over(bar.stop, bar.start):
            yield done


def _write_prose(stream: TextIO, text: str) -> None:
    text = printable(text)
    # Elsewhere a line is one line, however long: it can be grepped.
    for line in folded(text, shutil.get_terminal_size().columns) if stream.isatty() else [text]:
        _write(stream, line)


def _write(stream: TextIO, text: str) -> None:
    try:
        print(text, file=stream, flush=True)
    except UnicodeEncodeError:
        # LANG=C: better a readable escape than no line at all.
        print(text.encode("ascii", "backslashreplace").decode(), file=stream, flush=True)
