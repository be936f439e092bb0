"""Which template renders a device, by the setting; one device's trouble is its own."""

from pathlib import Path

import msgspec
import pytest

from linewright.devices.secrets import make_key
from linewright.model.difference import difference
from linewright.model.objects import ConfigTemplate, Device, Role, Site
from linewright.model.snapshot import Origin, Snapshot
from linewright.model.tables import Tables
from linewright.operate.rendering import render_all
from linewright.operate.workplace import Workplace, workplace
from linewright.render.readset import touched
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


def test_what_a_template_of_the_source_may_have_read_is_all_it_was_given(
    place: Workplace, snapshot: Snapshot
):
    rendered, _ = render_all(using(place), snapshot, snapshot.devices)
    assert rendered["r1"].reads == (
        'config_templates "name good": all',
        "config_templates with name *: which there are",
        "devices r1: all",
        "devices r1: config_template",
        'sites "slug hq": all',
    )
    assert {
        "roles with slug router: config_template, which there are",
        "devices r3: config_template, platform, role",
    } <= {*rendered["r3"].reads}


@pytest.mark.parametrize(
    ("table", "change", "who"),
    [
        ("config_templates", {"code": "hostname x\n"}, ["r1"]),
        ("roles", {"config_template": "good"}, ["r3"]),
        ("roles", {"color": "aa1409"}, []),
        ("sites", {"description": "new"}, ["r1"]),
    ],
)
def test_which_device_had_read_a_change(
    place: Workplace, snapshot: Snapshot, table: str, change: dict[str, str], who: list[str]
):
    rendered, _ = render_all(using(place), snapshot, snapshot.devices)
    items = getattr(snapshot.tables, table)
    place_of = next(
        n for n, item in enumerate(items) if getattr(item, "name", "") in {"good", "Router", "HQ"}
    )
    other = (*items[:place_of], msgspec.structs.replace(items[place_of], **change), *items[place_of + 1 :])
    tables = msgspec.structs.replace(snapshot.tables, **{table: other})
    changes = difference(snapshot, Snapshot.build(tables, snapshot.devices.values(), snapshot.origin))
    assert [name for name, found in rendered.items() if touched(found.reads, changes)] == who
