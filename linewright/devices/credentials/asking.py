"""Secrets a person types: asked one at a time, never echoed, kept in memory only."""

import threading
from collections.abc import Callable

from linewright.errors import SecretError

#: Before the label of a login: a one-time code, asked every time. Made by ourselves, never written by anybody.
CODE = "code:"
#: Asks a person for what is named, without echo. Raises SecretError when nobody is there to answer, NotGiven when the
#: person would not. The command line gives one; below it nothing reads a terminal.
Ask = Callable[[str], str]


def nobody(what: str) -> str:
    """Who is asked when there is no command line.

    Raises:
        SecretError: always.
    """
    raise SecretError(
        f"nobody is here to type {what}",
        hint="run it on a terminal, or name another source: env:, file:, keyring:, vault: (docs/secrets.md)",
    )


class Asked:
    """Questions one after the other, whatever number of threads have one."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        self._turn = threading.Lock()
        self._known: dict[str, str] = {}

    def __repr__(self) -> str:
        return "Asked(...)"

    def once(self, label: str) -> str:
        """What a person gave under this label; asked the first time.

        Raises:
            SecretError, NotGiven: as Ask.
        """
        with self._turn:
            if label not in self._known:
                self._known[label] = self._ask(label)
            return self._known[label]

    def code(self, login: str) -> str:
        """A one-time code for a login, asked every time.

        Raises:
            SecretError, NotGiven: as Ask.
        """
        with self._turn:
            return self._ask(f"one-time code for {login}")
