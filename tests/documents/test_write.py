import pytest

from linewright.documents import Document, write
from linewright.errors import DataError


def document(name="a.svg", content=b"1"):
    return Document(name=name, media_type="image/svg+xml", content=content, title="A", marking="M")


def test_only_what_changed_is_written(tmp_path):
    folder = tmp_path / "documents"
    assert [written.changed for written in write([document(), document("b.svg")], folder)] == [True, True]
    before = (folder / "a.svg").stat()
    again = write([document(), document("b.svg", b"2")], folder)
    assert [written.changed for written in again] == [False, True]
    assert (folder / "a.svg").stat() == before
    assert (folder / "b.svg").read_bytes() == b"2"
    assert sorted(path.name for path in folder.iterdir()) == ["a.svg", "b.svg"]


@pytest.mark.parametrize("name", ["../a.svg", "a/b.svg", "", ".", "..", "/etc/a"])
def test_a_name_that_leads_elsewhere_is_refused(tmp_path, name):
    with pytest.raises(DataError, match="leads elsewhere"):
        write([document(name)], tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_two_of_one_name_are_refused_before_anything_is_written(tmp_path):
    with pytest.raises(DataError, match="two documents"):
        write([document("a.svg"), document("A.svg")], tmp_path)
    assert list(tmp_path.iterdir()) == []
