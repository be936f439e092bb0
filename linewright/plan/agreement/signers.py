"""Whose signature a signature is: OpenSSH's allowed_signers, read for our purpose. Pure.

Each line names one person, one key, what it signs for, and from when until when (ssh-keygen(1), ALLOWED SIGNERS). What
OpenSSH allows beyond that (patterns, lists of persons, certification authorities, keys for every purpose) would let one
key speak for somebody else, and is refused with its line. Keys are judged at the time of use, never at a time that a
signature says of itself: who holds a key that has expired can write any time.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Literal

from linewright.errors import DataError, Refused
from linewright.model.record import Record
from linewright.plan.agreement.certificates import Certificates
from linewright.plan.agreement.records import Signed
from linewright.plan.agreement.statements import APPROVE, AUTHOR, is_person, namespace, statement_bytes
from linewright.seal.signature import signed_by
from linewright.seal.ssh_keys import fingerprint, key_blob

_LARGEST, _MOST = 1 << 20, 4096
_OPTION = re.compile(r'([a-z-]+)="([^"\\]*)"(?:,|\Z)', re.IGNORECASE)
_LONGEST_LINE = 16_384
_KEY_KIND = re.compile(r"(ssh|ecdsa|sk)-[a-z0-9@.-]+\Z")
_NAMESPACE = re.compile(r"[A-Za-z0-9@._-]+\Z")
_FORMATS = {8: "%Y%m%d", 12: "%Y%m%d%H%M", 14: "%Y%m%d%H%M%S"}


class SignerKey(Record, frozen=True):
    """A line of signers: `key` is the fingerprint (SHA256:...), `public` the key itself ("KIND BASE64").

    It is good from `after` until `before` (both included; None is without end), for the `namespaces` alone. `line` is its
    number in the file.
    """

    person: str
    key: str
    public: str
    namespaces: tuple[str, ...]
    after: datetime | None = None
    before: datetime | None = None
    line: int = 0


class Identified(Record, frozen=True):
    """Who signed: the person, the fingerprint of the key in OpenSSH's form, and whether it was touched for this signature.

    `form` is what was signed with: an OpenSSH key, or the key of an X.509 certificate. Of the latter nobody can tell that
    it was touched.
    """

    person: str
    key: str
    presence: bool
    form: Literal["ssh", "cms"]


class Signers(Record, frozen=True):
    """Who may sign with which OpenSSH key."""

    keys: tuple[SignerKey, ...] = ()

    @staticmethod
    def parse(text: str) -> "Signers":
        """The signers of a file's text.

        Raises:
            Refused: a line is malformed, or allows more than one person's one key for a named purpose; one key is given to
                two persons, or one person written in two ways. The line is named.
        """
        if len(text) > _LARGEST or text.count("\n") > _MOST:
            raise Refused(f"signers: larger than {_LARGEST} characters or {_MOST} lines")
        keys = tuple(
            _signer(line.strip(" \t"), number)
            for number, whole in enumerate(text.split("\n"), 1)
            if (line := whole.removesuffix("\r")).strip(" \t") and not line.strip(" \t").startswith("#")
        )
        check_persons((f"signers line {one.line}", one.person, one.key) for one in keys)
        for one in keys:
            _check_purpose(one, [other for other in keys if other.key == one.key])
        return Signers(keys=keys)

    def identify(self, public: str, wanted: str, at: datetime) -> SignerKey:
        """The line by which a key may sign for a namespace at a time.

        Raises:
            Refused: no line knows the key, or none lets it sign for this, or then; the reason is named.
        """
        key = fingerprint(key_blob(public))
        known = [one for one in self.keys if one.public == public]
        if not known:
            raise Refused(f"nobody's key: {key} stands in no line of signers")
        person = known[0].person
        known = [one for one in known if wanted in one.namespaces]
        if not known:
            raise Refused(f"the key {key} of {person} may not sign for {wanted}")
        for one in known:
            if (one.after is None or at >= one.after) and (one.before is None or at <= one.before):
                return one
        last = known[-1]
        if last.before is not None and at > last.before:
            raise Refused(
                f"the key {key} of {person} expired {last.before:%Y-%m-%d %H:%M:%SZ}",
                hint="when it signed nobody can tell: it takes a new signature by a key that is good now",
            )
        raise Refused(f"the key {key} of {person} is not valid before {last.after:%Y-%m-%d %H:%M:%SZ}")


def who(signed: Signed, signers: Signers, certificates: Certificates, at: datetime) -> Identified:
    """Who signed a statement, as of a time: that at which the signature is used.

    Raises:
        Refused: the signature is malformed, does not fit, was made for another purpose, by nobody's key, by one that is not
            valid at that time, or by another person than the statement says. The reason is named.
    """
    said = signed.statement
    check_persons(
        [
            *((f"signers line {one.line}", one.person, one.key) for one in signers.keys),
            *((f"certificates/{one.person}.pem", one.person, one.key) for one in certificates.people),
        ]
    )
    try:
        message = statement_bytes(said)
        if signed.form == "cms":
            owner = certificates.identify(message, signed.signature.encode(), at)
            found = Identified(person=owner.person, key=owner.key, presence=False, form="cms")
        else:
            wanted = namespace(said.decision)
            by = signed_by(message, signed.signature.encode(), wanted)
            line = signers.identify(by.public, wanted, at)
            found = Identified(person=line.person, key=line.key, presence=by.presence, form="ssh")
    except (DataError, UnicodeEncodeError) as error:
        why = error.message if isinstance(error, DataError) else "it is no text"
        raise Refused(f"the signature under {said.person!a}: {why}") from None
    if found.person != said.person:
        raise Refused(
            f"the statement says that it is from {said.person}, and was signed with a key of {found.person}"
        )
    return found


def check_persons(found: Iterable[tuple[str, str, str]]) -> None:
    """That each key belongs to one person and each person has one name: (where, person, fingerprint) of each.

    Raises:
        Refused: two persons share a key, or two names differ in capital letters alone; both places are named.
    """
    owners: dict[str, tuple[str, str]] = {}
    names: dict[str, tuple[str, str]] = {}
    for where, person, key in found:
        other, there = owners.setdefault(key, (person, where))
        if other != person:
            raise Refused(
                f"{where}: the key {key} belongs to {other} ({there}), and is given to {person} too",
                hint="persons are counted, not keys: each person signs with a key that nobody else has",
            )
        other, there = names.setdefault(person.casefold(), (person, where))
        if other != person:
            raise Refused(
                f"{where}: {person} is written {other} elsewhere ({there})", hint="one person, one name"
            )


def _signer(line: str, number: int) -> SignerKey:
    """The key of one line.

    Raises:
        Refused: as Signers.parse.
    """
    where = f"signers line {number}"
    words = line.replace("\t", " ").split(" ")
    if len(line) > _LONGEST_LINE or not all(map(str.isprintable, words)):
        raise Refused(f"{where}: too long, or holds what cannot be printed")
    words = [word for word in words if word]
    if not is_person(words[0]):
        raise Refused(
            f"{where}: {words[0][:64]!a} is not one person",
            hint="one name of letters, digits and . _ @ + -; no pattern, no list",
        )
    plain = len(words) > 1 and _KEY_KIND.match(words[1]) is not None
    told, key = ("" if plain else "".join(words[1:2])), words[1:3] if plain else words[2:4]
    if "cert-authority" in told.lower().split(","):
        raise Refused(
            f"{where}: a certification authority can make keys for anybody", hint="name each person's own key"
        )
    if len(key) != 2:
        raise Refused(
            f"{where}: not a line of signers", hint=f'PERSON namespaces="{APPROVE}" ssh-ed25519 AAAA...'
        )
    person, public, options = words[0], " ".join(key), dict(_options(told, where))
    try:
        print_of_key = fingerprint(key_blob(public))
    except DataError as error:
        raise Refused(f"{where}: {error.message}", hint=error.hint) from None
    if "namespaces" not in options:
        raise Refused(
            f"{where}: without namespaces= a signature for any purpose (git, a file) would count",
            hint=f'{person} namespaces="{APPROVE}" {key[0]} ...',
        )
    return SignerKey(
        person=person,
        key=print_of_key,
        public=public,
        namespaces=_namespaces(options["namespaces"], where),
        line=number,
        **_period(options, where),
    )


def _options(text: str, where: str) -> Iterator[tuple[str, str]]:
    at, seen = 0, set()
    while at < len(text):
        found = _OPTION.match(text, at)
        name = found[1].lower() if found else ""
        if found is None or name not in {"namespaces", "valid-after", "valid-before"} or name in seen:
            raise Refused(
                f"{where}: an option is not known, not in quotes, or stands twice: {text[at : at + 64]!a}",
                hint='namespaces="...", valid-after="20261101Z", valid-before="20271101Z"',
            )
        seen.add(name)
        yield name, found[2]
        at = found.end()


def _namespaces(text: str, where: str) -> tuple[str, ...]:
    found = tuple(text.split(","))
    for one in found:
        if not _NAMESPACE.match(one):
            raise Refused(
                f"{where}: {one[:64]!a} is not one namespace", hint=f"no patterns: {AUTHOR}, {APPROVE}"
            )
    return found


def _period(options: dict[str, str], where: str) -> dict[str, datetime]:
    """`after` and `before`, where they are given.

    A time without Z is refused: OpenSSH takes it in the zone of the machine that checks, so it would be another time on
    each.
    """
    found = {}
    for name in ("valid-after", "valid-before"):
        text = options.get(name)
        if text is None:
            continue
        try:
            if not text.endswith("Z") or not (text[:-1].isascii() and text[:-1].isdigit()):
                raise ValueError  # noqa: TRY301 - one message for all that is no time
            found[name.removeprefix("valid-")] = datetime.strptime(
                text[:-1], _FORMATS.get(len(text) - 1, "none")
            ).replace(tzinfo=UTC)
        except ValueError:
            raise Refused(
                f"{where}: {name} is not a time in UTC: {text[:32]!a}",
                hint=f'{name}="20261124Z" or "202611240300Z"',
            ) from None
    if len(found) == 2 and found["before"] <= found["after"]:
        raise Refused(f"{where}: valid-before is not after valid-after")
    return found


def _check_purpose(one: SignerKey, same: list[SignerKey]) -> None:
    """A key that makes or agrees to changes signs nothing else: an agent that signs commits would be asked by nobody.

    Raises:
        Refused: it does, by this or another line.
    """
    named = {each for line in same for each in line.namespaces}
    if named & {AUTHOR, APPROVE} and named - {AUTHOR, APPROVE}:
        other = min(named - {AUTHOR, APPROVE})
        raise Refused(
            f"signers line {one.line}: the key of {one.person} signs for {other}, too",
            hint="a key that agrees to changes signs nothing else: a key of its own costs nothing",
        )
