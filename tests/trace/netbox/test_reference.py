"""Every cabled port of the reference site: NetBox's own trace and ours are the same."""

import pytest

pytestmark = pytest.mark.netbox


def test_every_port_of_the_reference_site(reference, compared):
    assert compared(*reference) == ([], [])
