"""Reading a device: what leaves this module holds tokens, never secrets."""

import time
from collections.abc import Callable
from functools import partial
from hashlib import sha256
from typing import Any

from napalm.base.exceptions import NapalmException

from linewright import log
from linewright.devices.facets import Reader
from linewright.devices.target import AtWork, ChangeDriver, Guard, Guarded, Pending, Records
from linewright.errors import (
    DeviceError,
    FacilityError,
    Impostor,
    LinewrightError,
    Refused,
    SecretError,
    SettingsError,
)
from linewright.model.objects import Record
from linewright.model.observation import Observation, now_text
from linewright.platforms import PlatformRules, names
from linewright.platforms import rules as rules_of
from linewright.redact import Screen, hide, tokenise

#: What a verification reads, beside the running configuration.
FACETS = ("neighbors", "bgp", "ospf", "ports")
#: Everything a visit can read.
EVERYTHING = ("facts", "ports", "addresses", "neighbors", "bgp", "ospf", "arp", "routes")

_LONGEST_REASON = 500
_MOST_COMMANDS, _LONGEST_COMMAND = 200, 200
#: Errors that quote no device, but name references of secrets, which look like secrets.
_OF_OURS = (SecretError, SettingsError, FacilityError, Impostor)


class Running(Record, frozen=True):
    """A running configuration: `text` with tokens, `fingerprint` the SHA-256 of what the device sent.

    The fingerprint is compared on the device in the moment of a commit and never stored: over a text whose secrets
    can be guessed, it would let them be guessed. `sealed` is the whole text, encrypted, where that was asked for.
    """

    text: str
    fingerprint: str
    sealed: bytes = b""


def running(
    driver: ChangeDriver,
    device: str,
    rules: PlatformRules,
    key: bytes,
    *,
    seal: Callable[[bytes], bytes] | None = None,
) -> Running:
    """The running configuration; its plain text (UTF-8) goes to `seal`, which encrypts it, and nowhere else.

    Raises:
        DeviceError: it was not to be had whole.
        SecretError, DataError: it is not what a device of this platform shows.
    """
    text, fingerprint = _asked(device, "its running configuration", lambda: _fingerprinted(driver))
    sealed = b"" if seal is None else seal(text.encode())
    return Running(text=tokenise(text, rules, key, device), fingerprint=fingerprint, sealed=sealed)


def serial(driver: ChangeDriver, device: str) -> str:
    """Its serial number; "" where it has none.

    Raises:
        DeviceError: it does not say.
    """
    found = _asked(device, "its serial number", lambda: driver.get_facts()["serial_number"])
    return found if isinstance(found, str) else ""


def startup(driver: ChangeDriver, device: str, rules: PlatformRules, key: bytes) -> str:
    """The startup configuration, tokenised.

    Raises:
        DeviceError: it was not to be had.
        SecretError, DataError: as for running.
    """
    text = _asked(
        device, "its startup configuration", lambda: driver.get_config(retrieve="startup")["startup"]
    )
    return tokenise(text, rules, key, device)


def pending(driver: ChangeDriver, device: str) -> Pending | None:
    """The change that waits for its confirmation there.

    Raises:
        DeviceError: the device does not say.
    """
    found: Pending | None = _asked(device, "what is pending there", driver.pending_change)
    return found


def guard(driver: ChangeDriver, device: str) -> Guard | None:
    """What the device has for the worst case of a change's timer; None where the timer is the device's own.

    Raises:
        DeviceError: the device does not say.
    """
    if not isinstance(driver, Guarded):
        return None
    found: Guard = _asked(device, "what it has for the worst case", driver.guard)
    return found


def at_work(driver: ChangeDriver, device: str) -> str:
    """What of ours is under way on the device at this moment; "" when nothing is, or the device cannot say.

    Where an older applier may still be alive, `write.announce` comes first: what it sends after that is refused.

    Raises:
        DeviceError: the device does not answer.
    """
    if not isinstance(driver, AtWork):
        return ""
    return str(_asked(device, "what is at work there", driver.at_work))


def record_mark(driver: ChangeDriver, device: str) -> str:
    """Where the device's own record of commands stands; "" when it keeps none.

    Raises:
        DeviceError: the device does not say.
    """
    if not isinstance(driver, Records):
        return ""
    return str(_asked(device, "where its own record stands", driver.record_mark))


def recorded(driver: ChangeDriver, device: str, mark: str, rules: PlatformRules) -> tuple[str, ...] | None:
    """Configuration commands that others gave the device since a mark; None when it keeps no record of them.

    What our own script sent there is left out. At most 200 commands of 200 characters, secrets and control characters
    hidden; a last line says how many more there are.

    Raises:
        DeviceError: the record was not to be had whole (a log that was turned over).
    """
    if not mark or not isinstance(driver, Records):
        return None
    found: tuple[str, ...] | None = _asked(
        device, "its own record of commands", lambda: driver.recorded_since(mark)
    )
    if found is None:
        return None
    shown = tuple(hide(log.shown(line[:8000]), rules)[:_LONGEST_COMMAND] for line in found[:_MOST_COMMANDS])
    more = len(found) - len(shown)
    return (*shown, f"... and {more} more") if more else shown


def observe(
    driver: ChangeDriver,
    device: str,
    rules: PlatformRules,
    key: bytes,
    facets: tuple[str, ...] = FACETS,
    *,
    commands: tuple[str, ...] = (),
    compared: bool = True,
) -> Observation:
    """Everything asked for, in one visit; what the device does not give is in `missing` with its reason.

    The running configuration is fit to be compared with an intended one: secrets are tokens where the platform keeps
    secrets, and nothing else is touched. Where it is not to be compared (`compared` False), secrets that somebody
    wrote into descriptions and comments are looked for as well.

    A change that waits there for its confirmation is told under "pending": what runs may be gone in a moment. A
    command that was refused, or whose answer was cut, is told under the command itself.

    Raises:
        DeviceError: the running configuration was not to be had.
    """
    raw, _ = _asked(device, "its running configuration", lambda: _fingerprinted(driver))
    screen = Screen(rules, key, device, raw)
    text = tokenise(raw, rules, key, device) if compared else screen.configuration(raw)
    del raw
    reader = Reader(driver, screen)
    found: dict[str, Any] = {}
    missing: dict[str, str] = {}
    if (waiting := pending(driver, device)) is not None:
        missing["pending"] = f"another change {waiting.told}"
    for facet in facets:
        try:
            found[facet] = _asked(device, facet, getattr(reader, facet))
        except LinewrightError as error:
            missing[facet] = _reason(error, screen)
    answers: dict[str, str] = {}
    for command in commands:
        try:
            answers[command], cut = _asked(device, repr(command), partial(reader.command, command))
            if cut:
                missing[command] = f"cut after {len(answers[command])} characters"
        except LinewrightError as error:
            missing[command] = _reason(error, screen)
    return Observation(
        device=device,
        platform=rules.name,
        seen=now_text(time.time()),
        running=text,
        missing=missing,
        commands=answers,
        **found,
    )


class Kept(Record, frozen=True):
    """A running configuration as it is kept: `view` to be shown; `sealed` the whole text, encrypted.

    `sealed` is empty when the view is the one that was kept before: then the text is, too.
    """

    view: str
    sealed: bytes = b""


def kept(
    driver: ChangeDriver,
    device: str,
    rules: PlatformRules,
    key: bytes,
    *,
    encrypt: Callable[[bytes], bytes],
    unchanged: Callable[[str], bool],
) -> Kept:
    """The running configuration for a backup; its plain text goes to `encrypt` and nowhere else.

    Args:
        driver: an open session.
        device: its name.
        rules: its platform's.
        key: the site's key.
        encrypt: makes of the whole text (UTF-8) what only the recipients can open.
        unchanged: whether a view is the one kept before; then nothing is encrypted.

    Raises:
        DeviceError: the configuration was not to be had whole.
        Refused: a change waits there for its confirmation, so that what runs may be gone in a moment; not where it
            was left behind.
        SecretError, DataError: it is not what a device of this platform shows.
    """
    if (waiting := pending(driver, device)) is not None and waiting.timer != "stale":
        raise Refused(
            f"{device}: a change {waiting.told}; not backed up",
            hint=waiting.next_step(device, "back it up when it is confirmed or has rolled back"),
        )
    text, _ = _asked(device, "its running configuration", lambda: _fingerprinted(driver))
    view = shown(text, device, rules, key)
    return Kept(view=view, sealed=b"" if unchanged(view) else encrypt(text.encode()))


def shown(text: str, device: str, rules: PlatformRules, key: bytes) -> str:
    """A configuration to be shown, secrets replaced by tokens also where somebody wrote them into free text.

    Equal for equal texts under one key, and for different ones different.

    Raises:
        SecretError, DataError: it is not what a device of this platform shows.
    """
    return Screen(rules, key, device, text).configuration(text)


def unreachable(device: str, platform: str, error: LinewrightError) -> Observation:
    """The observation of a device that was not read; the error may quote it, so secrets in its words are hidden."""
    message, hint = told(error, platform)
    return Observation(
        device=device,
        platform=platform,
        seen=now_text(time.time()),
        error=message,
        error_hint=hint,
        error_code=error.code,
    )


def told(error: BaseException, platform: str) -> tuple[str, str]:
    """Message and hint of an error, fit to be kept: bounded, without secrets that we know or that look like some.

    Of a device whose configuration was not read nobody knows what it keeps secret, so only forms can be looked for.
    """
    rules = rules_of(platform) if platform in names() else None

    def fit(words: str) -> str:
        words = log.shown(words[: 8 * _LONGEST_REASON])
        return (words if isinstance(error, _OF_OURS) else hide(words, rules))[:_LONGEST_REASON]

    if isinstance(error, LinewrightError):
        return fit(error.message), fit(error.hint)
    return fit(f"{type(error).__name__}: {error}"), ""


def _asked(device: str, what: str, question: Callable[[], Any]) -> Any:
    try:
        return question()
    except DeviceError:
        raise
    except (
        NapalmException,
        OSError,
        EOFError,
        RuntimeError,
        ArithmeticError,
        LookupError,
        AttributeError,
        ValueError,
        TypeError,
    ) as error:
        # Drivers raise what their libraries raise; a device's malformed answer is a KeyError or worse somewhere
        # (NotImplementedError and RecursionError are RuntimeErrors).
        raise DeviceError(f"{device}: {what} could not be read: {type(error).__name__}: {error}") from error


def _reason(error: LinewrightError, screen: Screen) -> str:
    """Why something is missing, in words that may be kept: a device's own may quote what it holds secret."""
    return screen.words(log.shown(error.message[: 8 * _LONGEST_REASON]))[:_LONGEST_REASON]


def _fingerprinted(driver: ChangeDriver) -> tuple[str, str]:
    text = driver.get_config(retrieve="running")["running"]
    return text, sha256(text.encode()).hexdigest()
