"""Platform data files: found, read, checked, kept."""

import re
import tomllib
from functools import lru_cache
from importlib.resources import files

import msgspec

from linewright.errors import DataError
from linewright.model.objects import Device
from linewright.platforms.rules import Place, PlatformRules


@lru_cache(maxsize=1)
def names() -> tuple[str, ...]:
    """The names of all platforms, sorted."""
    return tuple(
        sorted(
            item.name.removesuffix(".toml")
            for item in files(__package__).iterdir()
            if item.name.endswith(".toml")
        )
    )


@lru_cache(maxsize=64)
def rules(name: str) -> PlatformRules:
    """The data of one platform.

    Raises:
        DataError: there is no such platform, or its data file is malformed.
    """
    if name not in names():
        raise DataError(f"no platform is named {name!r}", hint=f"there are: {', '.join(names())}")
    return read(name, (files(__package__) / f"{name}.toml").read_bytes())


def read(name: str, data: bytes) -> PlatformRules:
    """A platform data file's content as rules.

    Raises:
        DataError: the content is not TOML, lacks or mistypes a key, or holds a pattern that is none.
    """
    try:
        found = msgspec.convert(tomllib.loads(data.decode("utf-8")), PlatformRules)
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise DataError(f"platform {name}: {error}", hint=f"see linewright/platforms/{name}.toml") from None
    if found.name != name:
        raise DataError(f"platform {name}: the file calls itself {found.name!r}", hint="rename one of them")
    for where, pattern in _patterns(found):
        try:
            compiled = re.compile(pattern)
        except re.error as error:
            raise DataError(f"platform {name}: {where}: {pattern!r} is no pattern: {error}") from None
        if where == "secrets" and "secret" not in compiled.groupindex:
            raise DataError(f"platform {name}: {where}: {pattern!r} has no group named secret")
    return found


def platform_for(device: Device) -> PlatformRules | None:
    """The platform that serves a device's platform slug; None when linewright knows none (patch panels, servers)."""
    return _by_slug().get(device.platform)


@lru_cache(maxsize=1)
def _by_slug() -> dict[str, PlatformRules]:
    found: dict[str, PlatformRules] = {}
    for name in names():
        for slug in rules(name).slugs:
            if slug in found:
                raise DataError(f"platforms {found[slug].name} and {name} both serve the slug {slug!r}")
            found[slug] = rules(name)
    return found


def _patterns(found: PlatformRules) -> list[tuple[str, str]]:
    listed = [("comment", found.comment)]
    listed += [("volatile", pattern) for pattern in found.volatile]
    listed += [("secrets", pattern) for pattern in found.secrets]
    listed += [("closings", closing.head) for closing in found.closings]
    listed += [("rewrites", rewrite.match) for rewrite in found.rewrites]
    listed += [("display", pattern) for pattern in found.display]
    listed += [("commands", command.pattern) for command in found.commands]
    listed += [("kinds", kind.match) for kind in found.kinds]
    for name in found.way_in.__struct_fields__:
        listed += [("way_in", pattern) for pattern in getattr(found.way_in, name)]
    for block in found.blocks:
        listed += [("blocks", block.start), ("blocks", block.end)]
    for place in found.places:
        listed += _place_patterns(place)
    return listed


def _place_patterns(place: Place) -> list[tuple[str, str]]:
    where = f"place {place.inside!r}"
    listed = [(where, place.inside)]
    for group in (
        place.order,
        place.single,
        place.exclusive,
        place.ordered,
        place.sections,
        place.permanent,
        place.owned,
        place.frozen,
        place.networks,
        place.final,
    ):
        listed += [(where, pattern) for pattern in group]
    for subject in place.subjects:
        listed += [(where, subject.match), (where, subject.creates)]
    listed += [(where, removal.match) for removal in place.removals]
    return listed
