"""Lines of a site's known_hosts file (sshd(8), SSH_KNOWN_HOSTS FILE FORMAT): one server, under one word, and no other.

The word of a device is its name where that is letters, digits, ".", "_" and "-", beginning with a letter or digit. Any
other name is written in percent-encoding (RFC 3986, of its UTF-8), since a comma, a blank, "*", "?", "!", "|", "@" or "#"
means something of its own in the file: a line for `lab7,hq-wan1` would count for hq-wan1. Jump hosts have words that no
device can have, "jump:NAME": a device of the same name is another machine.
"""

import re
from urllib.parse import quote, unquote

from linewright.errors import DataError

_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_JUMP = "jump:"


def word(name: str, *, jump: bool = False) -> str:
    """The word a server's host key is enrolled under; different names have different ones.

    Raises:
        DataError: there is no name.
    """
    if not name:
        raise DataError("a server without a name: its host key cannot be enrolled", hint="give it a name")
    encoded = name if _PLAIN.fullmatch(name) else _encoded(name)
    return f"{_JUMP}{encoded}" if jump else encoded


def name_of(written: str) -> tuple[str, bool] | None:
    """The name that a word stands for, and whether it is a jump host's; None for what `word` never gives."""
    jump = written.startswith(_JUMP)
    name = unquote(written.removeprefix(_JUMP))
    return (name, jump) if name and word(name, jump=jump) == written else None


def marker(line: str) -> str:
    """The marker a line begins with ("@revoked"), "#" for a comment, else empty; blanks before it do not count."""
    first = next(iter(line.split()), "")
    return "#" if first.startswith("#") else first if first.startswith("@") else ""


def _encoded(name: str) -> str:
    first, rest = name[0], name[1:]
    whole = quote(first, safe="") + quote(rest, safe="")
    # quote() leaves these as they are; in the first place, or anywhere (a tilde), they are no plain name.
    if first in "._-":
        whole = f"%{ord(first):02X}{whole[1:]}"
    return whole.replace("~", "%7E")
