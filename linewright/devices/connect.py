"""From a Target to an open session."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

import msgspec
from napalm.base.exceptions import ConnectAuthError, NapalmException

from linewright.devices.target import ChangeDriver, Reveal, Target
from linewright.errors import DataError, DeviceError, Impostor, LinewrightError
from linewright.platforms import rules


def driver_for(target: Target, reveal: Reveal) -> ChangeDriver:
    """The adapter for a target, not yet connected; the password is resolved here, in memory.

    Raises:
        Impostor: no identity is enrolled for this device, so none can be verified.
        SecretError: the password's reference is unknown.
    """
    password = reveal(target.password) if target.password else ""
    if rules(target.platform).transport == "ssh":
        from linewright.devices.frr.driver import FRRDriver  # noqa: PLC0415 - imports of NAPALM cost most of a second

        return cast(
            "ChangeDriver",
            FRRDriver(
                target.host, target.username, password, target.timeout, optional_args=_ssh_arguments(target)
            ),
        )
    from linewright.devices.eos.driver import EosDriver  # noqa: PLC0415 - as above

    return cast(
        "ChangeDriver",
        EosDriver(
            target.host, target.username, password, target.timeout, optional_args=_eapi_arguments(target)
        ),
    )


@contextmanager
def session(target: Target, reveal: Reveal) -> Iterator[ChangeDriver]:
    """A new session: new TCP connection, new login; closed at the end whatever happens.

    Raises:
        DeviceError: the device was not reached, or refused the login.
        Impostor: it showed another identity than the enrolled one; no credential was sent.
    """
    driver = driver_for(target, reveal)
    try:
        _open(driver, target)
        yield driver
    finally:
        driver.close()


def _open(driver: ChangeDriver, target: Target) -> None:
    try:
        driver.open()
    except LinewrightError:
        raise
    except ConnectAuthError as error:
        raise DeviceError(
            f"{target.device}: the login as {target.username} was refused",
            hint="check the login of its platform in nornir.yaml and the secret it names",
        ) from error
    except (NapalmException, OSError, EOFError) as error:
        raise DeviceError(
            f"{target.device} ({target.host} port {target.port}) was not reached: {str(error) or type(error).__name__}"
        ) from error


def enrolled_fingerprint(target: Target) -> str:
    """The enrolled identity of a device as a plan seals it.

    Raises:
        Impostor: none is enrolled.
    """
    from linewright.devices.trust import Trust  # noqa: PLC0415 - paramiko is slow to import

    kind = "ssh" if rules(target.platform).transport == "ssh" else "tls"
    for identity in Trust(Path(target.known_hosts).parent).enrolled():
        if (identity.device, identity.kind) == (target.device, kind):
            return identity.fingerprint
    raise Impostor(
        f"{target.device}: no {'host key' if kind == 'ssh' else 'certificate'} is enrolled for it",
        hint=f"compare and enrol it: lw trust scan --device {target.device}, then lw trust accept",
    )


def _ssh_arguments(target: Target) -> dict[str, Any]:
    return {
        "port": target.port,
        "key_file": target.key_file or None,
        "known_hosts": target.known_hosts,
        "host_key_name": target.device,
    }


def _eapi_arguments(target: Target) -> dict[str, Any]:
    pins = Path(target.tls_pins)
    try:
        known = msgspec.json.decode(pins.read_bytes(), type=dict[str, str]) if pins.is_file() else {}
    except (msgspec.MsgspecError, UnicodeDecodeError, OSError) as error:
        raise DataError(f"{pins}: not a record of certificates: {error}") from None
    if target.device not in known:
        enrolled_fingerprint(target)  # says what is missing and what to do
    return {"port": target.port, "tls_pin": known[target.device], "device": target.device}
