import pytest

from docs_gen import topology
from linewright.documents import Markings
from linewright.errors import DataError


def test_the_highest_of_the_contents_counts():
    contents = [("a", {"classification": "RESTRICTED"}), ("b", {}), ("c", {"classification": "UNCLASSIFIED"})]
    assert Markings().of(contents) == "RESTRICTED"


def test_never_below_the_site(healthy):
    assert Markings(floor="SECRET").of([("a", {"classification": "RESTRICTED"})]) == "SECRET"
    documents = topology.build(healthy._replace(markings=Markings(floor="SECRET")))
    assert {document.marking for document in documents} == {"SECRET"}


def test_nothing_marked_is_as_the_site():
    assert Markings().of([]) == "UNCLASSIFIED"


def test_the_order_is_the_sites_own():
    ours = Markings(order=("GREEN", "RED"), floor="GREEN")
    assert ours.of([("a", {"classification": "RED"})]) == "RED"


def test_an_unknown_marking_is_refused_by_name():
    with pytest.raises(DataError, match="device x is marked 'COSMIC'"):
        Markings().of([("device x", {"classification": "COSMIC"})])


def test_an_unknown_setting_is_refused_too():
    with pytest.raises(DataError, match="the site's setting"):
        Markings(floor="PURPLE").of([])
