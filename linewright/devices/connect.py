"""From a Target to an open session."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

import msgspec
from napalm.base.exceptions import ConnectAuthError, NapalmException

from linewright.devices.ssh.endpoint import Endpoint
from linewright.devices.target import ChangeDriver, Reveal, Target
from linewright.errors import DataError, DeviceError, Impostor, LinewrightError, NotGiven
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
        from linewright.devices.frr.ssh import Connection  # noqa: PLC0415 - as above

        connection = Connection(endpoint_of(target), password, reveal)
        return cast(
            "ChangeDriver",
            FRRDriver(
                target.host,
                target.username,
                password,
                target.timeout,
                optional_args={"connection": connection},
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


def endpoint_of(target: Target) -> Endpoint:
    """Where and how a target is reached by SSH."""
    return target.ssh or Endpoint(
        name=target.device,
        host=target.host,
        port=target.port,
        username=target.username,
        known_hosts=target.known_hosts,
        key_file=target.key_file,
        timeout=target.timeout,
    )


def _open(driver: ChangeDriver, target: Target) -> None:
    where = endpoint_of(target).where
    try:
        driver.open()
    except NotGiven as error:
        raise NotGiven(f"{target.device}: {error.message}", hint=error.hint) from None
    except DeviceError as error:
        raise DeviceError(_named(target.device, error.message), hint=error.hint) from None
    except LinewrightError:
        raise
    except ConnectAuthError as error:
        raise DeviceError(
            f"{target.device}: {error}"
            if target.ssh
            else f"{target.device}: the login as {target.username} was refused",
            hint="was the one-time code mistyped, used before, or too old?"
            if target.codes
            else "check the login of its platform in nornir.yaml and the secret or key it names",
        ) from error
    except (NapalmException, OSError, EOFError) as error:
        # An adapter that names the device itself would say it twice.
        said = (
            str(error).removeprefix(f"{where}: ").rpartition(" was not reached: ")[2] or type(error).__name__
        )
        raise DeviceError(f"{target.device} ({where}) was not reached: {said}") from error


def _named(device: str, message: str) -> str:
    return message if message.startswith(device) else f"{device}: {message}"


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


def _eapi_arguments(target: Target) -> dict[str, Any]:
    pins = Path(target.tls_pins)
    try:
        known = msgspec.json.decode(pins.read_bytes(), type=dict[str, str]) if pins.is_file() else {}
    except (msgspec.MsgspecError, UnicodeDecodeError, OSError) as error:
        raise DataError(f"{pins}: not a record of certificates: {error}") from None
    if target.device not in known:
        enrolled_fingerprint(target)  # says what is missing and what to do
    return {"port": target.port, "tls_pin": known[target.device], "device": target.device}
