"""What the programs that we start are told of our environment: nothing that is a secret, or that steers linewright.

A git filter, a ProxyCommand, pip's build of a package: each could read every variable it is given. Where a program
needs what the person has set up (agent, proxy, locale), it gets the environment without ours; where it needs
nothing, it gets a bare one.
"""

import os
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

#: Beginnings of names: our settings and secret values, and the clients whose credentials we use.
_OURS = ("LINEWRIGHT_", "VAULT_", "NETBOX_")
_WITHHELD: set[str] = set()


def withhold(names: Iterable[str]) -> None:
    """From now on no child of this process is given these variables: the settings read secrets from them."""
    _WITHHELD.update(names)


def inherited(
    *,
    without: tuple[str, ...] = (),
    but: tuple[str, ...] = (),
    environment: Mapping[str, str] = os.environ,
    **own: str,
) -> dict[str, str]:
    """The environment without what is ours, with `own` laid over it.

    Names that begin with one of `without` are left out too, those that begin with one of `but` excepted.
    """
    kept = {
        name: value
        for name, value in environment.items()
        if not name.startswith(_OURS)
        and name not in _WITHHELD
        and (not name.startswith(without) or name.startswith(but))
    }
    return kept | own


def bare(environment: Mapping[str, str] = os.environ, **own: str) -> dict[str, str]:
    """PATH, a language that every machine has, and `own`; nothing else."""
    return {"PATH": environment.get("PATH", os.defpath), "LANG": "C.UTF-8"} | own


def beside_us(environment: Mapping[str, str] = os.environ) -> str:
    """A PATH that finds what is installed beside our interpreter first."""
    return f"{Path(sys.executable).parent}{os.pathsep}{environment.get('PATH', os.defpath)}"
