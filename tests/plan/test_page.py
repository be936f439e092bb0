"""The page of a plan: nothing but the plan makes it, nothing in it runs or loads, and one byte that was changed is found."""

import re
import subprocess
import sys
from base64 import b64encode
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linewright.cli.ending import ended
from linewright.cli.root import root
from linewright.model.printable import printable
from linewright.plan.agreement.records import Hold, Need, Window
from linewright.plan.changeplan import ChangePlan, CheckRef, DevicePlan, dump
from linewright.plan.pages.html import differs, page_of
from linewright.plan.pages.markup import css_text, tag
from linewright.plan.rollout.records import Apart, Line, Linked, Place, Touched
from linewright.plan.screen import summary

replace = msgspec.structs.replace
_KNOWN = {
    "html", "head", "meta", "title", "style", "body", "main", "header", "footer", "div", "span", "small", "b", "br", "p",
    "h1", "h2", "h3", "ul", "ol", "li", "table", "thead", "tbody", "tr", "th", "td",
    "svg", "g", "desc", "rect", "text", "path",
}  # fmt: skip
_ATTRIBUTES = {
    "lang", "charset", "http-equiv", "content", "name", "class", "scope", "viewbox", "role", "x", "y", "width", "height",
    "rx", "d",
}  # fmt: skip


class _Reader(HTMLParser):
    """Every element, attribute and text of a page, as a browser would see them."""

    def __init__(self, page: bytes) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.words = ""
        self.open: list[str] = []
        self.feed(page.decode())
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in {"meta", "br"}:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open[-1:] != ["style"]:
            self.words += data

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)


def filled(plan: ChangePlan, text: str) -> ChangePlan:
    """The same words wherever somebody's words can stand."""
    name = f"r1{text}"
    part = replace(
        plan.devices[0], device=name, host=text, identity=text, jumps=(text,), serial=text, drift=(f"- {text}",),
        risks=(text,), risk="high", diff=(f"+ {text}", f"- {text}\n{text}"), commands=(text,), back_out=(text,),
        unsaved=(text,), on_own_path=(text,), weakened=(text,), startup_unread=text, seen=text, included=(text,),
        checks=(CheckRef(name=text, digest="0" * 64, input={text: (text,)}),), expected=70, observe=30,
    )  # fmt: skip
    return replace(
        plan, devices=(part,), batches=((name,),), ticket=text, author=text, scope=text, marking=text, base=text,
        branch=text, created=text, site=text, position=text, change="emergency", reason=text, purpose=text,
        pattern=text, window=Window(start=text, end=text, zone=text, back_out_by=text), needs=(Need(role=text),),
        linked=(Linked(devices=(name,), why=text),), apart=(Apart(a=name, z=text, why=text),),
        impact=(Touched(device=name, sites=(text,), circuits=(text,), services=(text,), unprotected=(text,), cut=(text,)),),
        places=(Place(device=name, site=text, role=text, tier=0, changes=True), Place(device=f"{text}2", site="b", role="", tier=1)),
        lines=(Line(a=name, z=f"{text}2", alone=True, count=2),), holds=(Hold(device=name, question=text),),
        templates={text: "0" * 64}, versions={text: text}, policies={text: text}, contents={text: text},
    )  # fmt: skip


HOSTILE = (
    "<script>alert(1)</script>", "\"><img src=http://e/ onerror='alert(1)'>", "</style><script>x</script>", "<!-- x",
    "\x1b[2K\x1b[1A", "\u202eevil\u202c", "a\u200bb\ufeff", "&lt;b&gt;&#x41;", '"; } * { display: none } \\', "]]>\x00",
    "a" + "\u0336" * 30, "javascript:alert(1)", "{{ 7 * 7 }}{% x %}", "\ufffe\u2028\x85",
)  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_from_outside_becomes_part_of_the_page(plan: ChangePlan, text: str) -> None:
    whole = filled(plan, text)
    page = page_of(whole)
    read = _Reader(page)
    assert not read.open
    assert {name for name, _ in read.elements} <= _KNOWN
    assert {key for _, given in read.elements for key in given} <= _ATTRIBUTES
    assert printable(text) in read.words
    for line in page.decode().splitlines():
        assert printable(line) == line
    assert len(re.findall(r"<(?:script|img|link|iframe|object|a )", page.decode())) == 0
    assert "url(" not in page.decode()
    assert "@import" not in page.decode()


@given(text=st.text(max_size=40))
def test_the_words_of_anybody_are_read_as_they_are_shown(text: str) -> None:
    read = _Reader(b"<html>" + tag("p", text, class_=text).encode() + b"</html>")
    assert read.words == printable(text)
    assert read.elements[1][1].get("class", "") == printable(text)
    inside = css_text(text)
    assert re.fullmatch(r'"(?:[A-Za-z0-9 ]|\\[0-9a-f]+ )*"', inside)
    assert re.sub(r"\\([0-9a-f]+) ", lambda found: chr(int(found[1], 16)), inside[1:-1]) == printable(text)


def test_a_browser_may_take_this_style_sheet_and_nothing_else(plan: ChangePlan) -> None:
    page = page_of(replace(plan, marking='SECRET"; } </style>')).decode()
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page)
    sheet = re.search(r"<style>(.*?)</style>", page, re.DOTALL)
    assert policy
    assert sheet
    taken = b64encode(sha256(sheet[1].encode()).digest()).decode()
    assert policy[1].replace("&#x27;", "'") == (
        f"default-src 'none'; style-src 'sha256-{taken}'; base-uri 'none'; form-action 'none'"
    )


def test_what_is_shown_to_whoever_signs_stands_there_word_for_word(plan: ChangePlan) -> None:
    whole = filled(plan, "x")
    words = _Reader(page_of(whole)).words
    for line in list(summary(whole))[1:]:
        assert line[12 if line.startswith("  OWN") else 10 :] in words
    assert whole.code in words
    assert whole.digest in words


def test_the_same_plan_gives_the_same_bytes_under_every_hash_seed(plan: ChangePlan, tmp_path: Path) -> None:
    whole = filled(plan, "x")
    file = tmp_path / "x.lwplan"
    file.write_bytes(dump(whole))
    program = (
        "import sys; from pathlib import Path; from linewright.plan.changeplan import load;"
        "from linewright.plan.pages.html import page_of; sys.stdout.buffer.write(page_of(load(Path(sys.argv[1]))))"
    )
    for seed in ("1", "77"):
        made = subprocess.run(
            [sys.executable, "-c", program, str(file)],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": ":".join(sys.path), "TZ": "Asia/Tokyo", "LC_ALL": "C"},
            cwd=tmp_path, capture_output=True, check=True,
        )  # fmt: skip
        assert made.stdout == page_of(whole)


@pytest.fixture
def written(plan: ChangePlan, tmp_path: Path) -> tuple[Path, Path]:
    file, page = tmp_path / "change.lwplan", tmp_path / "change.html"
    file.write_bytes(dump(filled(plan, "x")))
    assert ended(root, ["plan", "show", str(file), "--html", str(page)]) == 0
    return file, page


def test_a_page_is_written_for_its_owner_and_compared_with_its_plan(
    written: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    file, page = written
    assert page.stat().st_mode & 0o777 == 0o600
    assert ended(root, ["plan", "show", str(file), "--html", str(page)]) == 0
    assert f"Written   {page}" in capsys.readouterr().out
    assert ended(root, ["plan", "show", str(file), "--check", str(page)]) == 0
    assert "byte for byte" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda page: page.replace(b"Back-out", b"Bacc-out", 1), "Bacc-out"),
        (lambda page: page + b"\n", "altered"),
        (lambda page: page.replace(b"\n", b"\r\n", 1), "altered"),
        (lambda page: page.replace(b"</p>", b"</p><p>\x1b[2Kno risk at all</p>", 1), "\\u001b[2K"),
        (lambda _: b"", "no page of a plan"),
        (lambda _: b"\xff\xfe" * 9, "no page of a plan"),
        (lambda page: page.replace(b"plan-page/1", b"plan-page/0"), "another version"),
        (lambda page: re.sub(rb'(name="linewright-plan" content=")[0-9a-f]{8}', rb"\g<1>0badc0de", page), "0BAD-C0DE"),
    ],
)  # fmt: skip
def test_a_page_that_is_not_that_of_the_plan_is_told_with_what_to_do(
    written: tuple[Path, Path], capsys: pytest.CaptureFixture[str], damage: object, said: str
) -> None:
    file, page = written
    assert callable(damage)
    page.write_bytes(damage(page.read_bytes()))
    capsys.readouterr()
    assert ended(root, ["plan", "show", str(file), "--check", str(page)]) == 1
    shown = capsys.readouterr()
    assert not shown.out
    assert "NOT THE PAGE of plan" in shown.err
    assert said in shown.err
    assert f"lw plan show {file} --html {page}" in shown.err
    assert all(line.isprintable() for line in shown.err.splitlines())


@given(at=st.integers(min_value=0), bit=st.integers(min_value=0, max_value=7))
def test_any_bit_that_differs_is_found(at: int, bit: int) -> None:
    page = bytearray(page_of(_PLAN))
    page[at % len(page)] ^= 1 << bit
    assert differs(_PLAN, bytes(page))


def test_a_page_is_never_written_over_its_plan(written: tuple[Path, Path]) -> None:
    file, page = written
    before = file.read_bytes()
    assert ended(root, ["plan", "show", str(file), "--html", str(file)]) == 2
    assert ended(root, ["plan", "show", str(file), "--html", str(page), "--check", str(page)]) == 2
    assert ended(root, ["plan", "show", str(file), "--html", str(page), "--format", "json"]) == 2
    assert ended(root, ["plan", "show", str(file), "--check", str(page.with_name("none"))]) == 2
    assert file.read_bytes() == before


_PART = DevicePlan(
    device="r1", platform="frr", host="192.0.2.1", port=22, identity="x", order="sent", timer=60, before="", after="",
    intended="", commands=("a",), back_out=("no a",), diff=("+ a",),
)  # fmt: skip
_PLAN = ChangePlan(
    schema=4, site="s", marking="m", created="2026-11-24T02:41:00Z", author="a", scope="s", base="last", mode="managed",
    snapshot="0" * 64, position="", templates={}, versions={}, devices=(_PART,), batches=(("r1",),),
)  # fmt: skip
