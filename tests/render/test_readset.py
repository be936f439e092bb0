"""What a rendering read: the texts, and which changes of the snapshot they meet."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linewright.errors import DataError
from linewright.model.difference import FieldChange, ObjectChange, difference
from linewright.model.objects import Vlan
from linewright.render.readset import touched
from linewright.render.readtext import members, parsed, step


def changed(table, name, *path, before="a", after="b"):
    return ObjectChange(
        kind="changed", table=table, object=name, fields=(FieldChange(path=path, before=before, after=after),)
    )


def gone(table, name):
    return ObjectChange(kind="removed", table=table, object=name)


READS = (
    "devices r1: interfaces, name",
    "devices r1 interfaces {eth1, eth2}: addresses, mtu",
    "devices r1 interfaces * addresses *: role",
    "devices r1 context: all of bgp, ntp",
    'vlans {"site s1, vid 10"}: name',
    "vlans with site s1 and vid {10, 20}: which there are",
    "vlans with no site and vid 10: which there are",
    "prefixes with site s1 and no vrf: role, which there are",
    'sites "slug s1": all',
)


@pytest.mark.parametrize(
    ("change", "seen"),
    [
        (changed("devices", "r1", "name"), True),
        (changed("devices", "r2", "name"), False),
        (changed("devices", "r1", "serial"), False),
        (gone("devices", "r1"), True),
        (changed("devices", "r1", "interfaces", "eth1", "mtu"), True),
        (changed("devices", "r1", "interfaces", "eth3", "mtu"), False),
        (changed("devices", "r1", "interfaces", "eth1", "label"), False),
        (changed("devices", "r1", "interfaces", "eth3", before=None), True),
        (changed("devices", "r1", "interfaces", "eth3", "addresses", "192.0.2.1/24", "role"), True),
        (changed("devices", "r1", "interfaces", "eth3", "addresses", "192.0.2.1/24", "dns_name"), False),
        (changed("devices", "r1", "interfaces", "eth2", "addresses", "192.0.2.1/24", after=None), True),
        (changed("devices", "r1", "context", "bgp", "neighbors", "192.0.2.1", "remote_as"), True),
        (changed("devices", "r1", "context", "bgp", before=None), True),
        (changed("devices", "r1", "context", "ntp", "(order)"), True),
        (changed("devices", "r1", "context", "ntp", "192.0.2.1", after=None), True),
        (changed("devices", "r1", "context", "ntp", "192.0.2.1", "key"), False),
        (changed("devices", "r1", "context"), True),
        (changed("vlans", "site s1, vid 10", "name"), True),
        (changed("vlans", "site s1, vid 10", "description"), False),
        (changed("vlans", "site s1, vid 20", "name"), False),
        (gone("vlans", "site s1, vid 20"), True),
        (gone("vlans", "site s1, group g, vid 20"), True),
        (gone("vlans", "site s2, vid 20"), False),
        (gone("vlans", "site s1, vid 200"), False),
        (gone("vlans", "group g, vid 10"), True),
        (gone("vlans", "vid 20"), False),
        (gone("prefixes", "prefix 192.0.2.0/24, site s1"), True),
        (gone("prefixes", "vrf red, prefix 192.0.2.0/24, site s1"), False),
        (changed("prefixes", "prefix 192.0.2.0/24, site s1", "role"), True),
        (changed("prefixes", "prefix 192.0.2.0/24, site s1", "description"), False),
        (changed("sites", "slug s1", "custom", "anything"), True),
        (gone("racks", "site s1, name R1"), False),
    ],
)
def test_which_changes_were_read(change, seen):
    assert touched(READS, [change]) == ((change,) if seen else ())


def test_of_an_object_only_the_fields_that_were_read():
    first, second = FieldChange(path=("name",), after="x"), FieldChange(path=("serial",), after="y")
    change = ObjectChange(kind="changed", table="devices", object="r1", fields=(first, second))
    assert touched(READS, [change]) == (
        ObjectChange(kind="changed", table="devices", object="r1", fields=(first,)),
    )


def test_a_rendering_says_what_it_read(build):
    env = build.templates(
        "hostname {{ hostname }}\n"
        "{% for interface in interfaces if interface.mtu %}\n"
        "mtu {{ interface.mtu }}{% if site.custom.jumbo is defined %} jumbo{% endif +%}\n"
        "{% endfor %}\n"
        "{% for vlan in vlans %}\n! {{ vlan.name }}\n{% endfor %}\n"
    )
    device = build.device(
        "r1", build.port("eth1", mtu=1500), build.port("eth2", untagged_vlan=10, mode="access")
    )
    reads = build.render(device, env, vlans=(Vlan(vid=10, name="users", site="s1"),)).reads
    assert reads == tuple(sorted(reads))
    assert [read for read in reads if not read.startswith("devices r1 context: ")] == [
        "devices r1 interfaces *: mode, mtu, name, tagged_vlans, untagged_vlan",
        "devices r1: context, interfaces, name, platform, site",
        'sites "slug s1" custom: jumbo',
        'sites "slug s1": custom',
        "sites with slug s1: which there are",
        'vlans "site s1, vid 10": name',
        "vlans with no site and vid 10: which there are",
        "vlans with site s1 and vid 10: which there are",
    ]


def test_a_vlan_that_is_renamed_is_told_to_who_wrote_its_name(build):
    env = build.templates("{% for vlan in vlans %}\n! {{ vlan.name }}\n{% endfor %}\n")
    device = build.device("r1", build.port("eth2", untagged_vlan=10, mode="access"))
    vlan = Vlan(vid=10, name="users", site="s1")
    others = tuple(Vlan(vid=vid, name="x", site="s1") for vid in (20, 30))
    reads = build.render(device, env, vlans=(vlan, *others)).reads
    before = build.snapshot(device, vlans=(vlan, *others))
    after = build.snapshot(device, vlans=(Vlan(vid=10, name="guests", site="s1"), others[0]))
    assert [(change.object, change.kind) for change in touched(reads, difference(before, after))] == [
        ("site s1, vid 10", "changed")
    ]


@given(st.lists(st.text(), min_size=1, max_size=4), st.text())
def test_names_of_all_sorts_stand_for_themselves(names, field):
    text = f"devices {members(names)} {members(names)}: all of {step(field)}, {step(field)}"
    assert text.isascii()
    assert text.isprintable()
    read = parsed(text)
    assert read.objects == frozenset(names)
    assert [found.path for found in read.fields] == [(frozenset(names), frozenset({field}))] * 2
    assert [found.deep for found in read.fields] == [True, False]


@pytest.mark.parametrize(
    "text", ["", "devices", "devices r1", "devices r1: ", "devices {r1: x", "x y: z ;", "a b: all of"]
)
def test_what_is_no_read_is_refused(text):
    with pytest.raises(DataError, match="no text of a read set"):
        parsed(text)
