"""Every port of a plant with all profiles and every odd way of cabling: NetBox's own trace and ours are the same."""

import pytest

pytestmark = pytest.mark.netbox


def test_every_port_of_a_generated_plant(generated, compared):
    snapshot, _ = generated
    assert len({cable.profile for cable in snapshot.tables.cables}) == 27
    assert compared(*generated) == ([], [])
