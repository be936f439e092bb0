"""A site is a folder laid over the shipped one: a file in the site wins, all else comes from the wheel.

The rooms of a site are those at the top of the repository (tasks, docs_gen, templates, playbooks) and nornir.yaml.
Python of a site runs only from the configured site root, under the package name `linewright_site`, so that no
generic name such as `tasks` enters sys.modules; what `apply` runs comes from the shipped rooms alone.
"""

import importlib
import sys
from collections.abc import Callable
from importlib.machinery import ModuleSpec
from importlib.util import module_from_spec
from pathlib import Path
from typing import Any

import msgspec
from jinja2 import BaseLoader, ChoiceLoader, FileSystemLoader

from linewright.errors import UsageError

ROOMS = ("tasks", "docs_gen", "templates", "playbooks", "tests", "nornir.yaml")
#: What of these is shipped; of tests, those that a site has too.
FOLDERS = tuple("tests/compliance" if room == "tests" else room for room in ROOMS if room != "nornir.yaml")
_HERE = Path(__file__).resolve().parent


def shipped() -> Path:
    """The reference site as it came with this linewright: in the wheel, or this checkout's own top level."""
    packed = _HERE / "_site"
    return packed if packed.is_dir() else _HERE.parent


def demo_folder() -> Path:
    """Where the recorded demo snapshot lies; not on any search path."""
    packed = _HERE / "_site" / "demo"
    return packed if packed.is_dir() else _HERE.parent / "inventory" / "demo"


def _is_file(path: Path) -> bool:
    """Whether there is one; a name that no file can have (too long, a null) is none."""
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


class Site(msgspec.Struct, frozen=True):
    """Where to look for a site's files: `root` first, then what was shipped. `root` None is the shipped site alone."""

    root: Path | None = None

    def layers(self, room: str) -> tuple[Path, ...]:
        """The folders of a room, first match wins."""
        own = () if self.root is None else (self.root.resolve() / room,)
        return tuple(path for path in dict.fromkeys((*own, shipped() / room)) if path.is_dir())

    def find(self, relative: str) -> Path:
        """The file that counts for a path like "templates/config/frr/main.j2".

        Raises:
            UsageError: the path is outside the rooms of a site, or neither the site nor the shipped one has it.
        """
        room, _, rest = relative.partition("/")
        if room not in ROOMS or not rest or ".." in Path(rest).parts or Path(rest).is_absolute():
            raise UsageError(
                f"{relative!r} is not a file of a site", hint=f"the rooms are {', '.join(ROOMS[:-1])}"
            )
        for layer in self.layers(room):
            if _is_file(layer / rest):
                return layer / rest
        where = f"{self.root} nor in the shipped site" if self.root is not None else "the shipped site"
        raise UsageError(f"{relative}: not found in {where}")

    def template_loader(self) -> BaseLoader:
        """Loads templates by a name below templates/, the site's own first."""
        return ChoiceLoader([FileSystemLoader(path) for path in self.layers("templates")])

    def load(self, reference: str) -> Callable[..., Any]:
        """The function a reference like "docs_gen.topology:build" names.

        Raises:
            UsageError: there is no such module or function.
        """
        module, _, name = reference.partition(":")
        room = module.partition(".")[0]
        if room not in ROOMS[:2]:
            raise UsageError(
                f"{reference!r} is not a function of a site", hint="functions live in tasks or docs_gen"
            )
        package = "linewright_site" if self.root is not None else "linewright_shipped"
        for parent, paths in ((package, ()), (f"{package}.{room}", self.layers(room))):
            if parent not in sys.modules:
                spec = ModuleSpec(parent, None, is_package=True)
                spec.submodule_search_locations = [str(path) for path in paths]
                sys.modules[parent] = module_from_spec(spec)
        try:
            function: Callable[..., Any] = getattr(importlib.import_module(f"{package}.{module}"), name)
        except (ModuleNotFoundError, AttributeError) as error:
            raise UsageError(f"{reference}: {error}") from error
        return function
