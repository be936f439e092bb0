"""Standard changes: agreed to once, by their pattern, and made as often as they fit it. Pure.

A pattern is a file of the approvals folder, standard/NAME.yaml, and counts while standard/NAME.signed beside it holds the signed
statements of those whom the policy asks: approvals of the SHA-256 of the file's bytes, for this site, without a ticket.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from typing import Annotated, Literal

import msgspec

from linewright.errors import DataError, Refused
from linewright.model.objects import Record
from linewright.plan.agreement.policy import decoded
from linewright.plan.agreement.records import Signed
from linewright.plan.changeplan import ChangePlan
from linewright.plan.risk import highest

#: A pattern's name, as files and plans have it.
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
_RISKS = ("low", "normal", "high")
#: A repeated group can take for ever to say no.
_REPEATED = re.compile(r"\)[*+{]")
_Words = Annotated[str, msgspec.Meta(min_length=1, max_length=500)]


class Pattern(Record, frozen=True):
    """What a standard change may be; everything that is not allowed here does not fit.

    `lines` are regular expressions, each for the whole of a line of the diff as `paths` writes it ("+ interface Ethernet3 >
    description .*"); each line has to fit one. `roles` are the device roles it may touch, `sites` where (every site when
    empty). `devices` is how many at most in one plan, `risk` the highest risk.
    """

    schema: Literal["linewright.standard/1"]
    purpose: _Words
    roles: Annotated[tuple[_Words, ...], msgspec.Meta(min_length=1, max_length=100)]
    lines: Annotated[tuple[_Words, ...], msgspec.Meta(min_length=1, max_length=200)]
    sites: Annotated[tuple[_Words, ...], msgspec.Meta(max_length=1000)] = ()
    devices: Annotated[int, msgspec.Meta(ge=1, le=1000)] = 1
    risk: Literal["low", "normal", "high"] = "low"


class Where(Record, frozen=True):
    """The role and the site of a device, from the source of truth."""

    role: str
    site: str


def pattern(data: bytes, name: str) -> Pattern:
    """The pattern in a file.

    Raises:
        DataError: it is not what it should be; the key is named.
    """
    found = decoded(data, name, Pattern)
    for line in found.lines:
        try:
            re.compile(line)
        except (re.error, RecursionError, OverflowError) as error:
            raise DataError(f"{name}: lines: {line!r} is no regular expression: {error}") from None
        if _REPEATED.search(line):
            raise DataError(f"{name}: lines: {line!r}: a group in brackets cannot be repeated here")
    return found


def named(files: Mapping[str, bytes], name: str) -> bytes:
    """The file of a pattern among those of the folder standard.

    Raises:
        Refused: there is none of that name.
    """
    if _NAME.fullmatch(name) is None or (data := files.get(f"{name}.yaml")) is None:
        known = ", ".join(sorted(each.removesuffix(".yaml") for each in files if each.endswith(".yaml")))
        raise Refused(
            f"there is no pattern {name!r} of standard changes here", hint=f"there are: {known or 'none'}"
        )
    return data


def pattern_digest(data: bytes) -> str:
    """What is signed of a pattern, as the `plan` of a statement, and as what was shown: SHA-256 of its file."""
    return sha256(data).hexdigest()


def signed_of(data: bytes, name: str) -> tuple[Signed, ...]:
    """The signed statements of a pattern.

    Raises:
        Refused: the file is not what `lw approve --standard` writes.
    """
    try:
        return msgspec.json.decode(data, type=tuple[Signed, ...])
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise Refused(
            f"{name}: not the signatures of a pattern, or damaged",
            hint="sign it again: lw approve --standard",
        ) from None


def unfit(plan: ChangePlan, allowed: Pattern, where: Mapping[str, Where]) -> tuple[str, ...]:
    """Why a plan is not of that pattern, in words; none when it is.

    Args:
        plan: the plan.
        allowed: the pattern.
        where: the role and site of each of its devices.
    """
    return tuple(_unfit(plan, allowed, where))


def _unfit(plan: ChangePlan, allowed: Pattern, where: Mapping[str, Where]) -> Iterator[str]:
    if len(plan.devices) > allowed.devices:
        yield f"it changes {len(plan.devices)} devices, {allowed.devices} at most are agreed to"
    risk = highest(part.risk for part in plan.devices)
    if _RISKS.index(risk) > _RISKS.index(allowed.risk):
        yield f"its risk is {risk}, agreed to is {allowed.risk} at most"
    if plan.mode != "managed" or plan.include_drift or plan.may_lose:
        yield "it replaces whole configurations, takes in drift, or may lose something"
    lines = [re.compile(line) for line in allowed.lines]
    for part in plan.devices:
        there = where[part.device]
        if there.role not in allowed.roles:
            yield f"{part.device}: devices of the role {there.role} are not in it"
        if allowed.sites and there.site not in allowed.sites:
            yield f"{part.device}: the site {there.site} is not in it"
        for path in paths(part.diff):
            if not any(line.fullmatch(path) for line in lines):
                yield f"{part.device}: this line is not in it: {path}"
                break


def paths(diff: Iterable[str]) -> Iterator[str]:
    """Each line of a diff that comes or goes, with its sign and the heads it stands under: "+ interface eth1 > shutdown"."""
    heads: list[tuple[int, str]] = []
    for line in diff:
        sign, text = line[:1], line[1:]
        depth = len(text) - len(text.lstrip())
        while heads and heads[-1][0] >= depth:
            heads.pop()
        heads.append((depth, text.strip()))
        if sign in {"+", "-"}:
            yield f"{sign} {' > '.join(head for _, head in heads)}"
