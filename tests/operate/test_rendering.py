"""Which template renders a device, by the setting; one device's trouble is its own."""

from pathlib import Path

import msgspec
import pytest

from linewright.devices.secrets import make_key
from linewright.model.objects import ConfigTemplate, Device, Role, Site
from linewright.model.snapshot import Origin, Snapshot
from linewright.model.tables import Tables
from linewright.operate.rendering import render_all
from linewright.operate.workplace import Workplace, workplace
from linewright.settings import SourceTemplates


@pytest.fixture
def place(tmp_path: Path) -> Workplace:
    made = workplace(tmp_path)
    make_key(made.settings.path(made.settings.secrets.key_file))
    return made


def using(place: Workplace) -> Workplace:
    settings = msgspec.structs.replace(place.settings, source_templates=SourceTemplates(use=True))
    return msgspec.structs.replace(place, settings=settings)


def router(name: str, template: str = "") -> Device:
    return Device(name=name, site="hq", role="router", type="box", platform="frr", config_template=template)


@pytest.fixture
def snapshot() -> Snapshot:
    templates = (
        ConfigTemplate(name="good", code="hostname {{ hostname }}\nip forwarding\n"),
        ConfigTemplate(name="bad", code="{{ nothing }}"),
    )
    tables = Tables(
        sites=(Site(slug="hq", name="HQ"),),
        roles=(Role(slug="router", name="Router"),),
        config_templates=templates,
    )
    devices = [router("r1", "good"), router("r2", "bad"), router("r3"), router("r4", "gone")]
    return Snapshot.build(tables, devices, Origin(source="test"))


def test_without_the_setting_the_sites_own_templates_render_all(place: Workplace, snapshot: Snapshot):
    rendered, problems = render_all(place, snapshot, snapshot.devices)
    assert [*rendered] == ["r1", "r2", "r3", "r4"]
    assert not problems
    assert all("config/frr/main.j2" in found.templates for found in rendered.values())


def test_with_it_the_named_template_and_the_sites_own_for_the_rest(place: Workplace, snapshot: Snapshot):
    rendered, problems = render_all(using(place), snapshot, snapshot.devices)
    assert rendered["r1"].text == "hostname r1\nip forwarding"
    assert [*rendered["r1"].templates] == ["netbox:good"]
    assert "config/frr/main.j2" in rendered["r3"].templates
    assert [(problem.device, problem.code) for problem in problems] == [("r4", 2), ("r2", 2)]
    assert [*rendered] == ["r1", "r3"]
