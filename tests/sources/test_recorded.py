"""The snapshot file: what comes back is what was saved, or an error that says which part is damaged."""

import threading
import zlib
from hashlib import sha256
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linewright.errors import DataError, FacilityError
from linewright.model.canonical import SCHEMA, digest_of, record_bytes
from linewright.model.objects import Cable, CableEnd, Device, Interface, Site
from linewright.model.snapshot import Origin, Snapshot
from linewright.model.tables import Tables
from linewright.sources import recorded

_NAMES = ("sw10", "sw2", "a/b", "../x", "ü", "tables")


def network(names=_NAMES, contexts=({},), *, backwards=False) -> Snapshot:
    devices = [
        Device(
            name=name,
            site="hq",
            role="leaf",
            type="x1",
            context=contexts[i % len(contexts)],
            interfaces=(Interface(name="eth1"), Interface(name="eth10"), Interface(name="eth2")),
        )
        for i, name in enumerate(names)
    ]
    cables = ()
    if len(names) > 1:
        ends = [(CableEnd(kind="interface", device=name, name="eth1"),) for name in names[:2]]
        cables = (Cable(key="C1", a=ends[0], b=ends[1]),)
    tables = Tables(sites=(Site(slug="hq", name="HQ"),), cables=cables)
    if backwards:
        devices.reverse()
    return Snapshot.build(tables, devices, Origin(source="test", position="7", taken="2026-11-24T00:00:00Z"))


@pytest.fixture
def file(tmp_path) -> Path:
    path = tmp_path / "a.lwsnap"
    recorded.save(network(), path)
    return path


def craft(
    path: Path, records: dict[str, bytes], *, header=None, packed=None, first=b"linewright-snapshot 1"
) -> None:
    """A file put together by hand; `packed` and `header` replace what a good one would have."""
    bodies = {name: (packed or {}).get(name, zlib.compress(data)) for name, data in records.items()}
    offset, entries = 0, {}
    for name, data in records.items():
        entries[name] = [sha256(data).hexdigest(), offset, len(bodies[name]), len(data)]
        offset += len(bodies[name])
    whole = {
        "schema": SCHEMA,
        "digest": digest_of({name: entry[0] for name, entry in entries.items()}),
        "origin": {"source": "test"},
        "records": entries,
    }
    for key, value in (header or {}).items():
        whole[key] = value(whole[key]) if callable(value) else value
    text = msgspec.json.encode(whole)
    line = first + f" {len(text)} {sha256(text).hexdigest()}\n".encode()
    path.write_bytes(line + text + b"".join(bodies.values()))


def good_records() -> dict[str, bytes]:
    snapshot = network(("one",))
    return {"tables": record_bytes(snapshot.tables), "device/one": record_bytes(snapshot.devices["one"])}


def test_what_was_saved_comes_back(file):
    saved, loaded = network(), recorded.load(file)
    assert list(loaded.devices) == list(saved.devices)
    assert dict(loaded.devices) == dict(saved.devices)
    assert loaded.tables == saved.tables
    assert loaded.origin == saved.origin
    assert loaded.digest == saved.digest
    assert loaded.record_digests == saved.record_digests


def test_equal_snapshots_give_equal_files(file, tmp_path):
    again = tmp_path / "b"
    recorded.save(network(backwards=True), again)
    assert again.read_bytes() == file.read_bytes()
    recorded.save(recorded.load(file), again)
    assert again.read_bytes() == file.read_bytes()


def test_a_device_is_decoded_when_asked_for_and_only_once(file, monkeypatch):
    decoded = []
    original = recorded._Reader.device
    monkeypatch.setattr(
        recorded._Reader, "device", lambda self, name: decoded.append(name) or original(self, name)
    )
    snapshot = recorded.load(file)
    assert len(snapshot.devices) == len(_NAMES)
    assert "sw2" in snapshot.devices
    assert "sw3" not in snapshot.devices
    assert snapshot.digest
    assert decoded == []
    assert snapshot.device("sw2") is snapshot.device("sw2")
    assert decoded == ["sw2"]
    with pytest.raises(DataError, match="no device is named 'sw3'"):
        snapshot.device("sw3")
    with pytest.raises(KeyError):
        snapshot.devices["sw3"]


def test_threads_get_the_same_object(file):
    snapshot = recorded.load(file)
    barrier, found = threading.Barrier(8), []

    def ask():
        barrier.wait()
        found.append(snapshot.device("sw2"))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({id(device) for device in found}) == 1


contexts = st.dictionaries(
    st.text("abc", min_size=1, max_size=3),
    st.recursive(
        st.none() | st.booleans() | st.integers(-(2**40), 2**40) | st.text(max_size=20),
        lambda inner: (
            st.lists(inner, max_size=3) | st.dictionaries(st.text("xy", max_size=2), inner, max_size=3)
        ),
        max_leaves=8,
    ),
    max_size=4,
)


@given(
    names=st.lists(st.text(min_size=1, max_size=12), min_size=1, max_size=6, unique=True), context=contexts
)
def test_any_network_survives_the_file(tmp_path_factory, names, context):
    path = tmp_path_factory.mktemp("any") / "x"
    snapshot = network(tuple(names), (context,))
    recorded.save(snapshot, path)
    loaded = recorded.load(path)
    assert dict(loaded.devices) == dict(snapshot.devices)
    assert list(loaded.devices) == list(snapshot.devices)
    # Taken from the header there, from the objects here.
    assert loaded.digest == Snapshot(loaded.tables, loaded.devices, loaded.origin).digest == snapshot.digest


def read_everything(path: Path) -> tuple[str, dict[str, Device]]:
    snapshot = recorded.load(path)
    return snapshot.digest, dict(snapshot.devices)


@given(data=st.data())
def test_a_file_cut_anywhere_is_refused(tmp_path_factory, data):
    folder = tmp_path_factory.mktemp("cut")
    recorded.save(network(), folder / "whole")
    whole = (folder / "whole").read_bytes()
    length = data.draw(st.integers(0, len(whole) - 1))
    (folder / "part").write_bytes(whole[:length])
    with pytest.raises(DataError, match=r"part\b"):
        recorded.load(folder / "part")


@given(data=st.data())
def test_a_flipped_bit_is_never_read_as_data(tmp_path_factory, data):
    folder = tmp_path_factory.mktemp("flip")
    recorded.save(network(), folder / "whole")
    expected = read_everything(folder / "whole")
    damaged = bytearray((folder / "whole").read_bytes())
    place = data.draw(st.integers(0, len(damaged) - 1))
    damaged[place] ^= 1 << data.draw(st.integers(0, 7))
    (folder / "part").write_bytes(damaged)
    try:
        found = read_everything(folder / "part")
    except DataError as error:
        found = None
        message = error.message
    # A bit of zlib's framing may flip without meaning; what is read is then still what was written.
    assert found == expected if found else "part" in message


@pytest.mark.parametrize(
    "garbage", [b"", b"\x00" * 4096, b"PK\x03\x04" + b"x" * 100, b"linewright-snapshot\n", b"{}"]
)
def test_garbage_is_not_a_snapshot_file(tmp_path, garbage):
    path = tmp_path / "g"
    path.write_bytes(garbage)
    with pytest.raises(DataError, match="is not a snapshot file"):
        recorded.load(path)


def test_a_missing_file_and_a_folder_are_named(tmp_path):
    for path in (tmp_path / "none", tmp_path):
        with pytest.raises(DataError, match="cannot be read"):
            recorded.load(path)


def test_crafted_files_start_from_a_good_one(tmp_path):
    craft(tmp_path / "f", good_records())
    assert list(read_everything(tmp_path / "f")[1]) == ["one"]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"schema": SCHEMA + 1}, "written by a newer linewright"),
        ({"schema": SCHEMA + 1, "records": {"new": "shape"}}, "written by a newer linewright"),
        ({"schema": 0}, "no longer read"),
        ({"digest": "0" * 64}, "not that of its records"),
        ({"extra": 1}, "malformed"),
        ({"records": {}}, "does not list"),
        ({"records": lambda r: {**r, "other": r["tables"]}}, "does not list"),
        ({"records": lambda r: {**r, "tables": [r["tables"][0], 0, r["tables"][2], 10**12]}}, "impossible"),
        ({"records": lambda r: {**r, "tables": [r["tables"][0], 1, r["tables"][2], 10]}}, "impossible"),
        ({"records": lambda r: {**r, "tables": [r["tables"][0], 0, -1, 10]}}, "impossible"),
    ],
)
def test_a_header_that_lies_is_refused(tmp_path, changes, message):
    craft(tmp_path / "f", good_records(), header=changes)
    with pytest.raises(DataError, match=message):
        recorded.load(tmp_path / "f")


def test_a_newer_format_is_refused_by_name(tmp_path):
    craft(tmp_path / "f", good_records(), first=b"linewright-snapshot 2")
    with pytest.raises(DataError, match="written by a newer linewright"):
        recorded.load(tmp_path / "f")


def test_a_bomb_is_not_unpacked_beyond_its_stated_size(tmp_path, monkeypatch):
    unpacked = []
    real = zlib.decompressobj

    class Watched:
        def __init__(self):
            self._real = real()

        def decompress(self, data, limit):
            unpacked.append(len(found := self._real.decompress(data, limit)))
            return found

        def __getattr__(self, name):
            return getattr(self._real, name)

    records = good_records()
    craft(tmp_path / "f", records, packed={"tables": zlib.compress(bytes(50_000_000), 9)})
    monkeypatch.setattr(recorded.zlib, "decompressobj", Watched)
    with pytest.raises(DataError, match="does not unpack to its stated size"):
        recorded.load(tmp_path / "f")
    assert unpacked == [len(records["tables"]) + 1]


@pytest.mark.parametrize(
    ("packed", "message"),
    [
        (b"not zlib", "damaged"),
        (zlib.compress(b"{}"), "stated size"),
        (zlib.compress(good_records()["tables"])[:-4], "stated size"),
        (zlib.compress(good_records()["tables"]) + b"tail", "stated size"),
        (zlib.compress(good_records()["tables"].replace(b"HQ", b"XX")), "not the one that was written"),
    ],
)
def test_a_damaged_record_is_named(tmp_path, packed, message):
    craft(tmp_path / "f", good_records(), packed={"tables": packed})
    with pytest.raises(
        DataError, match=f"f: the record tables .*{message}|f: the record tables is {message}"
    ):
        recorded.load(tmp_path / "f")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"{}", "missing required field"),
        (b'{"name":"two","role":"r","site":"hq","type":"t"}', "holds device two"),
        (b'{"name":"one","role":"r","site":"moon","type":"t"}', "its site moon is not in the file"),
        (b'{"name":"one","role":"r","site":"hq","type":"t","future":1}', "unknown field"),
        (b'{"context":{"a":' + b"[" * 100_000, "recursion"),
        (b"\xff\xfe", "f: device one"),
    ],
)
def test_a_record_that_is_no_device_is_named(tmp_path, data, message):
    craft(tmp_path / "f", {**good_records(), "device/one": data})
    snapshot = recorded.load(tmp_path / "f")
    with pytest.raises(DataError, match=message):
        snapshot.device("one")


def test_an_older_file_stays_when_writing_fails(file, monkeypatch):
    before = file.read_bytes()

    def full(handle):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(recorded.os, "fsync", full)
    with pytest.raises(FacilityError, match="No space left"):
        recorded.save(network(("other",)), file)
    assert file.read_bytes() == before
    assert list(file.parent.iterdir()) == [file]


def test_a_folder_that_cannot_be_is_named(tmp_path):
    (tmp_path / "no").write_text("a file")
    with pytest.raises(FacilityError, match="cannot be written"):
        recorded.save(network(), tmp_path / "no" / "file")
    assert [path.name for path in tmp_path.iterdir()] == ["no"]


def test_a_link_laid_in_place_of_the_file_is_replaced_not_followed(tmp_path):
    victim = tmp_path / "victim"
    victim.write_text("mine")
    (tmp_path / "f").symlink_to(victim)
    recorded.save(network(), tmp_path / "f")
    assert victim.read_text() == "mine"
    assert recorded.load(tmp_path / "f").digest == network().digest
