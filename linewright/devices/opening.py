"""Opening what `read.kept` closed: a plain configuration exists here, for one caller who asked for it, and nowhere else."""

from pathlib import Path

from linewright.devices.credentials.private import private_text
from linewright.devices.read import shown
from linewright.errors import LinewrightError
from linewright.platforms import PlatformRules
from linewright.seal.recipients import Kind, decrypt


def opened(kind: Kind, sealed: bytes, identity: Path) -> bytes:
    """The whole configuration with its secrets, for a person who asked for it.

    Args:
        kind: how it is encrypted.
        sealed: the encrypted text.
        identity: an age identity file, an SSH private key, or private key and certificate in PEM form; its owner's
            alone (mode 0600).

    Raises:
        SecretError: the file is not private, holds no key, or its key does not open it.
    """
    return decrypt(kind, sealed, private_text(identity, "the key that opens backups"))


def why_not_openable(
    kind: Kind, sealed: bytes, identity: Path, *, view: str, device: str, rules: PlatformRules, key: bytes
) -> str:
    """Why a backup would be of no use to the owner of this key; empty when it opens and is what its view shows.

    Args:
        kind: how it is encrypted.
        sealed: the encrypted text.
        identity: as for `opened`.
        view: the view kept beside it.
        device: whose it is.
        rules: its platform's.
        key: the site's key, under which the view's tokens were made.
    """
    try:
        text = opened(kind, sealed, identity).decode()
        same = shown(text, device, rules, key) == view
    except UnicodeDecodeError:
        return "what it holds is no text"
    except LinewrightError as error:
        return error.message
    return "" if same else "what it holds is not what its view shows, or the site's key is another one now"
