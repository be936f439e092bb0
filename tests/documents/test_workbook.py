"""The workbook: text only, marked on every page, the same bytes for the same data."""

import io
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linewright.documents.workbook import workbook
from linewright.errors import FacilityError

_HEADER = ("marking", "cable", "state")


def parts(content: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        return {name: book.read(name).decode() for name in book.namelist()}


def made(rows: list[tuple[str, ...]], marking: str = "RESTRICTED") -> bytes:
    return workbook("Cable schedule", marking, _HEADER, rows, {"mismatch": "#F4B6B6"})


def test_every_cell_is_text():
    found = parts(made([("R", '=HYPERLINK("http://192.0.2.1")', "1234"), ("R", "+1", "http://192.0.2.1")]))
    sheet = found["xl/worksheets/sheet1.xml"]
    assert "<f>" not in sheet
    assert "hyperlink" not in sheet.lower()
    assert sheet.count('t="s"') == 9
    assert "=HYPERLINK" in found["xl/sharedStrings.xml"]


def test_the_marking_stands_on_every_printed_page():
    sheet = parts(made([("R", "C1", "confirmed")], "SECRET & CO"))["xl/worksheets/sheet1.xml"]
    assert sheet.count("SECRET &amp;&amp; CO") == 2
    assert 'orientation="landscape"' in sheet
    assert 'state="frozen"' in sheet
    assert "<autoFilter" in sheet


def test_the_state_is_coloured():
    one, other = (parts(made([("R", "C1", state)]))["xl/styles.xml"] for state in ("mismatch", "confirmed"))
    assert "F4B6B6" in one
    assert "F4B6B6" not in other


@given(st.lists(st.tuples(*[st.text(max_size=20)] * 3), max_size=5))
def test_equal_data_equal_bytes_and_always_a_readable_file(rows: list[tuple[str, ...]]):
    one = made(rows)
    assert one == made(rows)
    assert "\x1b" not in "".join(parts(one).values())


def test_the_same_bytes_in_another_process_zone_and_locale(tmp_path: Path):
    program = (
        "import sys; from linewright.documents.workbook import workbook;"
        "sys.stdout.buffer.write(workbook('Cable schedule', 'R', ('a', 'b'), [('1', '2')]))"
    )
    here = workbook("Cable schedule", "R", ("a", "b"), [("1", "2")])
    for zone, seed in (("Pacific/Auckland", "1"), ("UTC", "2")):
        environment = {"TZ": zone, "PYTHONHASHSEED": seed, "LC_ALL": "C", "PATH": "/usr/bin:/bin"}
        ran = subprocess.run(
            [sys.executable, "-c", program], env=environment, cwd=tmp_path, capture_output=True, check=True
        )
        assert ran.stdout == here


def test_a_longer_text_than_a_cell_holds_is_cut():
    strings = parts(made([("R", "x" * 40_000, "")]))["xl/sharedStrings.xml"]
    assert "x" * 32_767 in strings
    assert "x" * 32_768 not in strings


def test_without_the_library_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "xlsxwriter", None)
    with pytest.raises(FacilityError) as caught:
        made([])
    assert "linewright[docs]" in caught.value.hint
