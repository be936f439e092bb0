"""What an answer of NetBox means: its body, or the error that says what to do. Pure."""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

import msgspec

from linewright.errors import SourceError, UsageError

_MAX_SAID = 300


class NotShown(SourceError):  # noqa: N818 - named like its siblings in linewright.errors
    """The token's user lacks the permission to see one kind of objects."""


class NotThere(SourceError):  # noqa: N818 - as above
    """NetBox knows no such path: a part or a plugin that it has not."""


@dataclass(frozen=True)
class Question:
    """What is asked for, in words for people.

    `title` is like "interfaces"; `permission` is NetBox's name of the right to see them; `filters` are the caller's
    own, so that an answer about them is told as such.
    """

    title: str
    permission: str = ""
    filters: tuple[str, ...] = ()


@dataclass(frozen=True)
class Reply:
    """An HTTP answer (RFC 9110): status, two headers, body."""

    status: int
    content_type: str
    location: str
    body: bytes


def accepted(reply: Reply, question: Question, base: str, token: str) -> bytes:
    """The JSON body of a good answer.

    Raises:
        UsageError: NetBox does not know a value of the caller's filters.
        SourceError: everything else that is not JSON with status 200.
    """
    asking = f"NetBox at {base}, asked for {question.title},"
    if reply.status == 200:
        if reply.content_type.partition(";")[0].strip().lower() != "application/json":
            raise SourceError(
                f"{asking} answered with {_kind(reply)} instead of JSON",
                hint="a login page, a proxy or a wrong path answers like this; check the URL",
            )
        return reply.body
    said = words(reply, token)
    if 300 <= reply.status < 400:
        target = _plain(urlsplit(reply.location).netloc) or "another path"
        raise SourceError(
            f"{asking} redirects to {target}; redirects are not followed, because the token would go along",
            hint="give the URL where NetBox itself answers",
        )
    if reply.status == 400 and question.filters:
        raise UsageError(
            f"NetBox does not accept the filter {' '.join(question.filters)}: {said}",
            hint="see the value in NetBox itself: filters take slugs, not display names",
        )
    if reply.status in {401, 403}:
        raise _forbidden(reply, question, base, said)
    if reply.status == 404:
        raise NotThere(
            f"{asking} says that there is no such thing (404)",
            hint="check the path in the URL; NetBox 4.7 is what this is tested with",
        )
    if reply.status >= 500:
        raise SourceError(
            f"{asking} failed ({reply.status}): {said}",
            hint="nothing was kept of what was read; NetBox's own log names the fault",
        )
    raise SourceError(f"{asking} refused ({reply.status}): {said}", hint="nothing was kept of what was read")


def words(reply: Reply, token: str) -> str:
    """What an answer says, as one short printable line that never repeats the token."""
    try:
        said = _said(msgspec.json.decode(reply.body))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        said = ""
    if not said:
        return f"no reason given ({_kind(reply)})"
    secret = token.rpartition(".")[2]
    return _plain(said.replace(token, "***").replace(secret, "***"))


def _said(answer: object) -> str:
    match answer:
        case {"detail": str(text)} | {"error": str(text)}:
            return text
        case dict():
            return "; ".join(f"{key}: {_said(value)}" for key, value in answer.items())
        case list():
            return " ".join(_said(item) for item in answer)
    return str(answer)


def _forbidden(reply: Reply, question: Question, base: str, said: str) -> SourceError:
    if reply.status == 403 and "permission" in said and question.permission:
        return NotShown(
            f"NetBox at {base} does not show {question.title}: the token's user lacks the permission "
            f"{question.permission}",
            hint="docs/netbox.md lists the permissions for reading; nothing was kept of what was read",
        )
    return SourceError(
        f"NetBox at {base} does not accept the token ({reply.status}): {said}",
        hint="check that the token is whole, not expired and allowed from this address",
    )


def _kind(reply: Reply) -> str:
    kind = reply.content_type.partition(";")[0].strip().lower()
    if kind == "text/html" or reply.body.lstrip()[:1] == b"<":
        return "a web page (HTML)"
    return _plain(kind) if re.fullmatch(r"[a-z0-9.+/-]{1,60}", kind) else "something without a type"


def _plain(text: str) -> str:
    shown = "".join(char if char.isprintable() else " " for char in text)
    return shown if len(shown) <= _MAX_SAID else f"{shown[:_MAX_SAID]}..."
