"""Every port of a plant with all profiles and every odd way of cabling: NetBox's own trace and ours are the same."""

import pytest

from linewright.sources import netbox
from linewright.trace import paths

pytestmark = pytest.mark.netbox


def test_every_port_of_a_generated_plant(generated, compared):
    snapshot, _ = generated
    assert len({cable.profile for cable in snapshot.tables.cables}) == 27
    assert compared(*generated) == ([], [])


def test_what_is_read_from_netbox_has_the_paths_that_were_drawn(generated):
    drawn, oracle = generated
    taken = netbox.load(netbox.Connection(oracle.url, oracle.token))
    assert paths(taken) == paths(drawn)
