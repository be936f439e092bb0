"""Devices, snapshots and environments for tests of rendering, as small as can be."""

from pathlib import Path

import pytest
from jinja2 import DictLoader

from linewright.model.objects import Address, Device, Interface, Site
from linewright.model.snapshot import Origin, Snapshot
from linewright.model.tables import Tables
from linewright.render import environment, render_device
from linewright.site import Site as Overlay
from linewright.sources.description import load

KEY = b"a key for tests, 32 bytes long.."


def reveal(ref):
    return "value-of-" + ref.replace("/", "-")


class Build:
    """The builders of this module, which test modules cannot import."""

    key = KEY
    reveal = staticmethod(reveal)

    @staticmethod
    def port(name, *addresses, **more):
        return Interface(name=name, addresses=tuple(Address(address=a) for a in addresses), **more)

    @staticmethod
    def device(name="r1", *interfaces, platform="frr", **more):
        return Device(
            name=name, site="s1", role="router", type="box", platform=platform, interfaces=interfaces, **more
        )

    @staticmethod
    def snapshot(*devices, **tables):
        return Snapshot.build(
            Tables(sites=(Site(slug="s1", name="S1"),), **tables), devices, Origin(source="test")
        )

    @classmethod
    def render(cls, device, env=None, **tables):
        snapshot = cls.snapshot(device, **tables)
        return render_device(
            env or cls.shipped(), snapshot, snapshot.device(device.name), key=KEY, reveal=reveal
        )

    @classmethod
    def text(cls, device, env=None, **tables):
        return cls.render(device, env, **tables).text

    @staticmethod
    def shipped():
        return environment(Overlay().template_loader())

    @staticmethod
    def templates(main, **others):
        """An environment whose FRR template is `main`; others by name, "__" for "/" ("config__part" is config/part.j2)."""
        named = {f"{name.replace('__', '/')}.j2": source for name, source in others.items()}
        return environment(DictLoader({"config/frr/main.j2": main} | named))


@pytest.fixture(scope="session")
def build():
    return Build


@pytest.fixture(scope="session")
def reference():
    return load(Path(__file__).parents[2] / "inventory" / "site.yaml")
