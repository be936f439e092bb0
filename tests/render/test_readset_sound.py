"""Proof by mutation: whatever in the snapshot changes the text of a device, its read set had said so.

Every object and field of the reference snapshot is changed, added and deleted; whenever a text (or the error in its
place) becomes another one, `touched` has to name the change. The same with templates made to escape: lengths, empty
loops, absences, filters, imports, macros, free data. `make proof` goes through all of it, `make test` through a part.
"""

import os
import random
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import jinja2
import msgspec
import pytest
from jinja2.sandbox import ImmutableSandboxedEnvironment

from linewright.errors import LinewrightError
from linewright.model.difference import difference
from linewright.model.objects import Address, Device, Interface, Record, Site, Vlan
from linewright.model.snapshot import Origin, Snapshot
from linewright.model.tables import IDENTITY, Tables, identity
from linewright.platforms import platform_for
from linewright.render import render_device
from linewright.render.context import context
from linewright.render.readset import touched
from linewright.sources import recorded

ALL = int(os.environ.get("LINEWRIGHT_EXAMPLES", "0")) >= 1000
_ORIGIN = Origin(source="test")
_REFERENCE = Path(__file__).parents[2] / "inventory" / "demo" / "snapshot.lwsnap"
_WORDS = (
    "",
    "x",
    "tagged-all",
    "access",
    "lag",
    "active",
    "loopback",
    "deprecated",
    "announced",
    "Vlan111",
    "198.51.100.1/31",
)


def another(value: Any) -> Iterator[Any]:
    """Other values in the place of one."""
    match value:
        case bool():
            yield not value
        case int():
            yield from (number for number in (0, 1, value + 1, 111) if number != value)
        case str():
            some = _WORDS if not ALL else random.Random(value).sample(_WORDS, 3)
            yield from {text: None for text in ("", *some, f"{value}9") if text != value}
        case dict():
            yield from _another_mapping(value)
        case list():
            yield from (changed for changed, _ in _another_list(value, list))
        case tuple():
            yield from (changed for changed, _ in _another_list(value, tuple))
        case Record():
            yield from another_record(value)
            yield None
        case None:
            yield from ("x", 1)


def _another_mapping(value: Mapping[str, Any]) -> Iterator[Any]:
    for key, inner in value.items():
        yield {name: item for name, item in value.items() if name != key}
        yield {**value, key: None}
        yield {**value, key: "plain"}
        yield from ({**value, key: other} for other in another(inner))
    yield {**value, "zzz": "new"}
    yield {**value, "items": {"zzz": 1}}
    yield {}


def _another_list(value: Any, kind: type[Any]) -> Iterator[tuple[Any, int]]:
    for place, item in enumerate(value):
        yield kind((*value[:place], *value[place + 1 :])), place
        yield from (
            (kind((*value[:place], other, *value[place + 1 :])), place)
            for other in another(item)
            if other is not None
        )
    if value and isinstance(value[0], Record):
        name = next((key for key in ("name", "address") if hasattr(value[0], key)), None)
        if name is not None:
            text = "Vlan3999" if name == "name" else "198.51.100.9/32"
            yield kind((*value, msgspec.structs.replace(value[-1], **{name: text}))), -1
    elif value:
        yield kind((*value, value[-1] + 1 if isinstance(value[-1], int) else "new")), -1
        if kind is list:
            yield value[::-1], -1
    else:
        yield kind(("new",)), -1


def another_record(record: Any) -> Iterator[Any]:
    """The record with each of its fields changed, one at a time."""
    for field in record.__struct_fields__:
        value = getattr(record, field)
        if value == () and field in _MEMBERS:
            yield msgspec.structs.replace(record, **{field: (_MEMBERS[field],)})
            continue
        if value == () and field not in _NUMBERS and field not in _TEXTS:
            continue
        if value == () and field in _NUMBERS:
            yield msgspec.structs.replace(record, **{field: (111,)})
            continue
        yield from (msgspec.structs.replace(record, **{field: other}) for other in another(value))


_MEMBERS: dict[str, Any] = {
    "interfaces": Interface(name="eth99"),
    "addresses": Address(address="198.51.100.9/32"),
}
_NUMBERS = {"tagged_vlans", "asns"}
_TEXTS = {"tags", "wireless_lans", "export_targets", "import_targets"}


def outcome(env: Any, snapshot: Snapshot, device: Device, build: Any) -> tuple[str, tuple[str, ...]]:
    """Text and read set of a device, or the error and nothing."""
    try:
        rendered = render_device(env, snapshot, device, key=build.key, reveal=build.reveal)
    except LinewrightError as error:
        return f"{error.message}; {error.hint}", ()
    except KeyError as error:  # no such site: a snapshot that is built is checked
        return repr(error), ()
    return rendered.text, rendered.reads


def alone(tables: Tables, *devices: Device) -> Snapshot:
    """A snapshot that was not checked, so that anything can be missing."""
    return Snapshot(tables, {device.name: device for device in devices}, _ORIGIN)


@pytest.fixture(scope="module")
def site() -> Snapshot:
    return recorded.load(_REFERENCE)


@pytest.fixture(scope="module")
def rendered(site: Snapshot, build: Any) -> tuple[Any, list[tuple[Device, str, tuple[str, ...]]]]:
    env = build.shipped()
    devices = [device for device in site.devices.values() if platform_for(device) is not None]
    found = [(device, *outcome(env, site, device, build)) for device in devices]
    assert all(reads for _, _, reads in found)
    return env, found


def _some(items: list[Any], number: int, seed: int) -> list[Any]:
    return items if ALL else random.Random(seed).sample(items, min(number, len(items)))


class _Untouchable(dict[str, Device]):
    def __getitem__(self, name: str) -> Device:
        raise AssertionError(f"another device was asked for: {name}")

    __iter__ = keys = values = items = get = __getitem__  # type: ignore[assignment]  # whoever asks in whatever way


#: The tables that rendering looks into at all.
_ASKED = ("sites", "vlans", "prefixes")


def test_no_device_is_rendered_from_another_nor_from_other_tables(site, rendered, build):
    env, devices = rendered
    tables: Any = SimpleNamespace(**{table: getattr(site.tables, table) for table in _ASKED})
    lonely = Snapshot(tables, _Untouchable(), _ORIGIN)
    for device, text, _ in devices:
        assert outcome(env, lonely, device, build)[0] == text


def test_what_changes_in_a_device_and_its_text_was_read(site, rendered, build):
    env, devices = rendered
    changed = 0
    for seed, (device, text, reads) in enumerate(devices):
        before = alone(site.tables, device)
        for other in _some(list(another_record(device)), 40, seed):
            if outcome(env, site, other, build)[0] == text:
                continue
            changed += 1
            changes = difference(before, alone(site.tables, other))
            if other.name != device.name:
                continue  # another device altogether
            assert touched(reads, changes), [change.text for each in changes for change in each.fields]
    assert changed > 100


def _other_tables(tables: Tables, names: Iterable[str] = IDENTITY) -> Iterator[Tables]:
    for table in names:
        items = getattr(tables, table)
        for place, item in enumerate(items):
            without = (*items[:place], *items[place + 1 :])
            yield msgspec.structs.replace(tables, **{table: without})
            known = {identity(table, each) for each in without}
            for other in another_record(item):
                if identity(table, other) not in known:
                    changed = (*items[:place], other, *items[place + 1 :])
                    yield msgspec.structs.replace(tables, **{table: changed})
    for site in tables.sites:
        for vid in (1, 111, 210, 3999):
            for name in (site.slug, ""):
                more = (*tables.vlans, Vlan(vid=vid, name="new", site=name, group="new"))
                yield msgspec.structs.replace(tables, vlans=more)


def test_what_changes_in_a_table_and_in_a_text_was_read(site, rendered, build):
    env, devices = rendered
    before = alone(site.tables)
    changed = 0
    for tables in _some(list(_other_tables(site.tables, _ASKED)), 60, 0):
        other, changes = Snapshot(tables, site.devices, _ORIGIN), None
        for device, text, reads in devices:
            if outcome(env, other, device, build)[0] == text:
                continue
            changed += 1
            if changes is None:
                changes = difference(before, alone(tables))
            assert touched(reads, changes), (device.name, changes)
    assert changed


# Templates that look at things in every way there is. Values are one word each, so that they can be written.
FREE: dict[str, Any] = {
    "asn": 65001, "role": "leaf", "flag": True, "nothing": None, "empty": [], "none": {},
    "ntp": ["10.0.0.1", "10.0.0.2"], "matrix": [["a", 1], ["b", 2]], "deep": [[{"k": "v"}], []],
    "site": {"name": "ams", "region": {"code": "eu", "tz": "CET"}, "tags": ["a", "b"]},
    "ports": [
        {"name": f"Et{k}", "mtu": 9000 + k, "on": k % 2 == 0, "ips": [f"1.1.{k}.1"], "peer": {"dev": f"s{k}"}, "tags": ["x"][k:]}
        for k in range(3)
    ],
    "vrfs": {"red": {"rd": "1:1", "rt": ["1:1", "2:2"]}, "blue": {"rd": "1:2", "rt": []}}, "flags": {"bgp": True, "ospf": False},
}  # fmt: skip
INCLUDED = {
    "config__inc": "{% for n in c.ntp %}\n! {{ n }}\n{% endfor %}\n",
    "config__mac": "{% macro port(i) %}\n! {{ i.name }} {{ i.peer.dev }}\n{% endmacro %}\n{% set known = device.custom.vrfs %}\n",
    "config__leaf": "! leaf {{ c.asn }}\n",
    "config__base": "! base\n{% block body %}\n! {{ device.custom.role }}\n{% endblock %}\n",
}
C = "{% set c = device.custom %}\n"
SNIPPETS = {
    "scalar": "! {{ c.asn + 1 }} {{ hostname }}\n",
    "item": "! {{ c['site']['name'] }} {{ c.ports[0].name }} {{ c.ports[-1]['mtu'] }}\n",
    "dynamic key": "{% set k = 'name' %}\n! {{ c.site[k] }} {{ 'y' if c.vrfs[c.role|default('x')] is defined else 'n' }}\n",
    "loop": "{% for i in c.ports %}\n! {{ i.name }} {{ i.mtu }}\n{% endfor %}\n",
    "loop if": "{% for i in c.ports if i.on %}\n! {{ i.name }}\n{% else %}\n! none\n{% endfor %}\n",
    "loop of scalars": "{% for n in c.ntp %}\n! {{ n }}\n{% endfor %}\n",
    "nested loop": "{% for i in c.ports %}\n{% for ip in i.ips %}\n! {{ ip }}\n{% endfor %}\n{% endfor %}\n",
    "unpacking": "{% for a, b in c.matrix %}\n! {{ a }} {{ b }}\n{% endfor %}\n",
    "lists in lists": "{% for l in c.deep %}\n{% for d in l %}\n! {{ d.k }}\n{% else %}\n! empty\n{% endfor %}\n{% endfor %}\n",
    "items": "{% for k, v in c.vrfs.items() %}\n! {{ k }} {{ v.rd }}\n{% endfor %}\n",
    "items of scalars": "{% for k, v in c.flags.items() %}\n! {{ k }} {{ 'y' if v else 'n' }}\n{% endfor %}\n",
    "values": "{% for v in c.vrfs.values() %}\n! {{ v.rd }}\n{% endfor %}\n",
    "keys": "{% for k in c.vrfs.keys() %}\n! {{ k }}\n{% endfor %}\n",
    "over a mapping": "{% for k in c.vrfs %}\n! {{ k }} {{ c.vrfs[k].rd }}\n{% endfor %}\n",
    "get": "! {{ c.site.get('name') }} {{ c.site.get('zip', 'none') }}\n",
    "get of a mapping": "! {{ c.get('site').region.code }}\n",
    "filter items": "{% for k, v in c.vrfs|items %}\n! {{ k }} {{ v.rd }}\n{% endfor %}\n",
    "dictsort": "{% for k, v in c.flags|dictsort %}\n! {{ k }} {{ 'y' if v else 'n' }}\n{% endfor %}\n",
    "dictsort by value": "{% for k, v in c.flags|dictsort(by='value') %}\n! {{ k }}\n{% endfor %}\n",
    "tojson": "! {{ c.ports|tojson|replace(' ', '')|text }}\n",
    "tojson of a part": "{% for i in c.ports %}\n! {{ i.name }} {{ i.peer|tojson|text }}\n{% endfor %}\n",
    "pprint": "! {{ c.vrfs|pprint|replace('\\n', '')|text }}\n",
    "string": "! {{ c.site|string|text }}\n",
    "string of a field": "! {{ interfaces[1].addresses|string|text }}\n",
    "string of an object": "{% for i in interfaces %}\n! {{ i|string|text }}\n{% endfor %}\n",
    "map attribute": "! {{ c.ports|map(attribute='name')|join(',') }}\n",
    "map dotted": "! {{ c.ports|map(attribute='peer.dev')|join(',') }}\n",
    "map default": "! {{ c.ports|map(attribute='zip', default='none')|join(',') }}\n",
    "map place": "! {{ c.matrix|map(attribute=0)|join(',') }}\n",
    "map filter": "! {{ c.ports|map('tojson')|join(',')|text }}\n",
    "map of a map": "! {{ c.ports|map(attribute='peer')|map('string')|join(',')|text }}\n",
    "map of an iterator": "! {{ c.ports|select('mapping')|map('tojson')|join(',')|text }}\n",
    "selectattr": "{% for i in c.ports|selectattr('on') %}\n! {{ i.name }}\n{% endfor %}\n",
    "selectattr test": "{% for i in c.ports|selectattr('mtu', 'equalto', 9001) %}\n! {{ i.name }}\n{% endfor %}\n",
    "selectattr in": "! {{ c.ports|selectattr('name', 'in', ['Et1'])|map(attribute='mtu')|join(',') or 'none' }}\n",
    "selectattr of a mapping": "! {{ c.ports|selectattr('peer', 'eq', {'dev': 's1'})|list|length }}\n",
    "rejectattr": "! {{ c.ports|rejectattr('tags')|list|length }}\n",
    "select": "! {{ [c.ntp, c.empty, c.none, c.flag]|select|list|length }}\n",
    "select of members": "! {{ c.deep|select|list|length }} {{ c.vrfs.values()|map(attribute='rt')|select|list|length }}\n",
    "reject": "! {{ c.ntp|reject('equalto', '10.0.0.1')|list|length }}\n",
    "sort": "{% for i in c.ports|sort(attribute='mtu', reverse=true) %}\n! {{ i.name }}\n{% endfor %}\n",
    "sort of scalars": "! {{ c.ntp|sort|join(',') }}\n",
    "groupby": "{% for g, l in c.ports|groupby('on') %}\n{% for i in l %}\n! {{ i.name }}\n{% endfor %}\n{% endfor %}\n",
    "groupby by name": "{% for g in c.ports|groupby('on') %}\n! {{ g.list|length }} {{ 'y' if g.grouper else 'n' }}\n{% endfor %}\n",
    "sum": "! {{ c.ports|sum(attribute='mtu') }}\n",
    "sum of lists": "! {{ c.ports|map(attribute='ips')|sum(start=[])|join(',') }}\n",
    "max": "! {{ (c.ports|max(attribute='mtu')).name }}\n",
    "unique": "! {{ c.ports|unique(attribute='on')|map(attribute='name')|join(',') }}\n",
    "join attribute": "! {{ c.ports|join(',', attribute='mtu') }}\n",
    "length": "! {{ c.ports|length }} {{ c.vrfs|count }} {{ c.empty|length }}\n",
    "first": "! {{ (c.ports|first).name }} {{ c.ntp|last }}\n",
    "first of nothing": "! {{ 'none' if c.empty|first is undefined else 'some' }}\n",
    "in": "! {{ 'y' if '10.0.0.1' in c.ntp else 'n' }} {{ 'y' if 'red' in c.vrfs else 'n' }} {{ 'y' if 'zip' in c.site else 'n' }}\n",
    "in of a variable": "! {{ 'y' if c.site in [c.vrfs.red, c.site.region] else 'n' }} {{ 'y' if c.role in c.vrfs else 'n' }}\n",
    "equal": "! {{ 'y' if c.site == {'name': 'ams'} else 'n' }} {{ 'y' if c.ntp == ['a'] else 'n' }}\n",
    "equal to another": "{% for i in c.ports %}\n! {{ 'y' if i.peer != c.site.region else 'n' }}\n{% endfor %}\n",
    "objects compared": "{% for i in interfaces %}\n! {{ 'y' if i == interfaces[0] else 'n' }}\n{% endfor %}\n",
    "sequences compared": "! {{ 'y' if interfaces[0].addresses == interfaces[1].addresses else 'n' }}\n",
    "is defined": "! {{ 'y' if c.zip is defined else 'n' }} {{ 'y' if c.site.zip is defined else 'n' }} {{ 'y' if foo is defined else 'n' }}\n",
    "is none": "! {{ 'y' if c.nothing is none else 'n' }}\n",
    "is mapping": "! {{ 'y' if c.site is mapping else 'n' }} {{ 'y' if c.ntp is string else 'n' }} {{ 'y' if c.asn is number else 'n' }}\n",
    "is in": "! {{ 'y' if '10.0.0.1' is in c.ntp else 'n' }} {{ 'y' if c.site.region is in c.vrfs.values() else 'n' }}\n",
    "default": "! {{ c.site.zip|default('none') }} {{ c.empty|default('e', true) }}\n",
    "condition": "! {{ c.asn if c.flags.bgp else c.role }}\n",
    "and or": "! {{ (c.flags.ospf or c.flags.bgp) and c.site.name }}\n",
    "set": "{% set s = c.site.region %}\n! {{ s.code }}\n",
    "namespace": "{% set ns = namespace(n=0, o=none) %}\n{% for i in c.ports if i.on %}\n{% set ns.n = ns.n + i.mtu %}\n{% set ns.o = i %}\n{% endfor %}\n! {{ ns.n }} {{ ns.o.name }}\n",
    "namespace of a mapping": "{% set ns = namespace(c.site) %}\n! {{ ns.name }}\n",
    "copy": "{% set d = dict(c.site, more=c.vrfs) %}\n! {{ d.name }} {{ d.region.code }} {{ d.more.red.rd }}\n",
    "copy by method": "! {{ c.site.copy().name }}\n",
    "macro": "{% macro m(i, sep='-') %}\n! {{ i.name }} {{ sep }} {{ i.peer.dev }}\n{% endmacro %}\n{% for i in c.ports %}\n{{ m(i) }}{{ m(i, sep=c.role) }}{% endfor %}\n",
    "caller": "{% macro m(l) %}\n{% for i in l %}\n{{ caller(i) }}{% endfor %}\n{% endmacro %}\n{% call(i) m(c.ports) %}\n! {{ i.name }}\n{% endcall %}\n",
    "macro of all": "{% macro m() %}\n! {{ varargs|length }} {{ varargs[0].name }} {{ kwargs.x.code }}\n{% endmacro %}\n{{ m(c.site, x=c.site.region) }}",
    "from import": "{% from 'config/mac.j2' import port %}\n{% for i in c.ports %}\n{{ port(i) }}{% endfor %}\n",
    "import": "{% import 'config/mac.j2' as m %}\n! {{ m.known.red.rd }}\n{{ m.port(c.ports[1]) }}",
    "include": "{% include 'config/inc.j2' %}\n",
    "include of a variable": "{% include 'config/' ~ c.role ~ '.j2' %}\n",
    "include of one of some": "{% include ['config/' ~ c.site.name ~ '.j2', 'config/inc.j2'] %}\n",
    "include of none": "{% include c.site.name ignore missing %}\n! end\n",
    "blocks": "{% extends 'config/base.j2' %}\n{% block body %}\n! {{ device.custom.site.name }}\n{{ super() }}{% endblock %}\n",
    "with": "{% with p = c.ports[2].peer %}\n! {{ p.dev }}\n{% endwith %}\n",
    "slice": "{% for i in c.ports[1:3] %}\n! {{ i.name }}\n{% endfor %}\n",
    "concatenation": "! {{ (c.role ~ c.site.name ~ c.site.tags)|text }}\n",
    "lists added": "{% for n in c.ntp + c.site.tags %}\n! {{ n }}\n{% endfor %}\n",
    "list written": "{% for o in [c.site, c.site] %}\n! {{ o.name }}\n{% endfor %}\n",
    "mapping written": "{% set d = {'a': c.site, c.role: 1} %}\n! {{ d.a.name }} {{ d|length }} {{ d|tojson|text }}\n",
    "batch": "{% for b in c.ports|batch(2) %}\n! {{ b|length }}{% for i in b %} {{ i.name }}{% endfor +%}\n{% endfor %}\n",
    "loop variables": "{% for i in c.ports %}\n! {{ loop.index }} {{ 'l' if loop.last else 'm' }} {{ loop.length }}{% if loop.changed(i.peer) %} c{% endif +%}\n{% endfor %}\n",
    "loop neighbours": "{% for i in c.ports %}\n! {{ loop.nextitem.name if loop.nextitem is defined else 'end' }}\n{% endfor %}\n",
    "loop cycle": "{% for i in c.ntp %}\n! {{ loop.cycle(c.role, c.site).name|default('x') }}\n{% endfor %}\n",
    "recursive": "{% for x in [c.site] recursive %}\n! {{ x.name|default('n') }}\n{% if x.region is defined %}\n{{ loop([x.region]) }}{% endif %}\n{% endfor %}\n",
    "format": "! {{ '%s-%s'|format(c.role, c.site)|text }} \n".replace(" \n", "\n"),
    "percent": "! {{ ('%s' % c.site.tags)|text }}\n",
    "percent of a mapping": "! {{ '%(name)s' % c.site }}\n",
    "str.format": "! {{ '{0.region.code}'.format(c.site) }} {{ '{x[name]}'.format(x=c.site) }}\n",
    "method": "! {{ c.role.upper() }} {{ 'y' if c.site.name.startswith('a') else 'n' }} {{ c.ntp.index('10.0.0.2') }}\n",
    "method of an object": "! {{ device.interface('eth1').mtu }}\n",
    "truth": "{% if c.vrfs %}\n! v\n{% endif %}\n{% if c.ports[0].tags %}\n! t\n{% endif %}\n{% if not c.none %}\n! n\n{% endif %}\n",
    "truth of a member": "{% for d in c.vrfs.values() %}\n! {{ 'y' if d else 'n' }}\n{% endfor %}\n",
    "attr": "! {{ 'y' if interfaces[0]|attr('mtu') else 'n' }}\n",
    "keys of nothing": "! {{ c.none|length }} {{ c.none.zzz|default('no') }}\n",
    "xmlattr": "! {{ c.flags|xmlattr|text }}\n",
    "fields": "{% for i in interfaces if i.enabled %}\n! {{ i.name }}{% for a in i.addresses|addresses(4) %} {{ a|address }}{% endfor +%}\n{% endfor %}\n",
    "own sorting": "{% for i in interfaces|by_name('mtu') %}\n! {{ i.name }}\n{% endfor %}\n",
    "own sorting of an iterator": "{% for i in interfaces|rejectattr('mgmt_only')|by_name(attribute='label') %}\n! {{ i.name }}\n{% endfor %}\n",
    "own sorting mapped": "! {{ [interfaces]|map('by_name', 'mtu')|map('first')|map(attribute='name')|join }}\n",
    "addresses": "! {{ interfaces|map(attribute='addresses')|sum(start=())|map('interface_address')|join(',') or 'none' }}\n",
    "addresses tested": "! {{ interfaces[1].addresses|select('ipv6')|list|length }} {{ 'y' if interfaces[1].addresses[0] is ipv4 else 'n' }}\n",
    "free data of a port": "{% for i in interfaces %}\n! {{ i.custom.note|default('none') }} {{ i.tags|join(',') or 'none' }}\n{% endfor %}\n",
    "site": "! {{ site.name }} {{ site.custom.zone|default('none') }} {{ site.asns|join(',') or 'none' }}\n",
    "vlans": "{% for v in vlans|selectattr('role', 'in', ['user', '']) %}\n! {{ v.vid }} {{ v.name }}\n{% else %}\n! none\n{% endfor %}\n",
    "vlans counted": "! {{ vlans|map(attribute='vid')|list|vlan_list or 'none' }} {{ vlans|length }}\n",
    "missing field": "! {{ interfaces[0].nonsense }}\n",
    "missing key": "! {{ site.custom.nonsense.more }}\n",
}  # fmt: skip


def small(build: Any) -> Snapshot:
    ports = (
        build.port(
            "eth0", mtu=9000, custom={"note": "hi"}, tags=("t",), label="b", mode="access", untagged_vlan=111
        ),
        build.port(
            "eth1",
            "192.0.2.1/24",
            "2001:db8::1/64",
            mtu=1500,
            label="a",
            mode="tagged",
            tagged_vlans=(20, 30),
        ),
        build.port("eth2", mgmt_only=True, enabled=False, description="x"),
    )
    device = build.device("r1", *ports, custom=FREE, context={"mine": 1})
    vlans = tuple(
        Vlan(vid=vid, name=f"v{vid}", site=site)
        for vid, site in ((111, "s1"), (20, "s1"), (30, ""), (40, "s1"))
    )
    return Snapshot.build(
        Tables(sites=(Site(slug="s1", name="S1", custom={"zone": "z1"}, asns=(64500,)),), vlans=vlans),
        [device],
        _ORIGIN,
    )


@pytest.mark.parametrize("name", SNIPPETS)
def test_templates_that_try_to_escape(name, build):
    env = build.templates((C if name != "blocks" else "") + SNIPPETS[name], **INCLUDED)
    before = small(build)
    device = before.devices["r1"]
    text, reads = outcome(env, before, device, build)
    if not reads:  # a template that fails: what it says must still be explained by what it read
        assert name.startswith("missing"), text
        return
    for other in _some(list(another_record(device)), 80, len(name)):
        after = Snapshot(before.tables, {"r1": other}, _ORIGIN)
        if other.name == "r1" and outcome(env, after, other, build)[0] != text:
            changes = difference(before, after)
            assert touched(reads, changes), (
                [change.text for each in changes for change in each.fields],
                reads,
            )
    for tables in _some(list(_other_tables(before.tables)), 20, len(name)):
        after = Snapshot(tables, before.devices, _ORIGIN)
        if outcome(env, after, device, build)[0] != text:
            changes = difference(before, after)
            assert touched(reads, changes), (changes, reads)


# Jinja's own imports do not see the device.
@pytest.mark.parametrize("name", [name for name in SNIPPETS if "import" not in name])
def test_the_same_text_as_jinja_itself(name, build):
    before = small(build)
    env = build.templates((C if name != "blocks" else "") + SNIPPETS[name], **INCLUDED)
    own = {key: value for key, value in env.filters.items() if key not in jinja2.filters.FILTERS}
    plain = ImmutableSandboxedEnvironment(
        loader=env.loader,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    plain.filters |= own
    plain.tests |= {key: value for key, value in env.tests.items() if key not in jinja2.tests.TESTS}
    text, reads = outcome(env, before, before.devices["r1"], build)
    values = context(before, before.devices["r1"], "frr")
    if not reads:
        with pytest.raises(jinja2.UndefinedError):
            plain.get_template("config/frr/main.j2").render(values)
        return
    assert plain.get_template("config/frr/main.j2").render(values) == text
