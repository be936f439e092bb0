"""A site's own check of a change: sealed, in a process apart, and a failure when it fails."""

import os

import pytest

from linewright.checks.change.site import SiteCheck, site_check
from linewright.errors import DataError, Refused
from linewright.model.observation import Observation, Port
from linewright.plan.changeplan import CheckRef

FALLEN = """\
def check(before, after, around, input):
    return [p["name"] + " fell" for p in before["ports"] if p.get("up") and p["name"] not in
            {q["name"] for q in after["ports"] if q.get("up")}] + sorted(around) + list(input.get("more", ()))
"""


def seen(*ports):
    return Observation(
        device="r1",
        platform="frr",
        seen="2026-11-24T02:00:00Z",
        ports=tuple(Port(name=p, up=True) for p in ports),
    )


def judged(source, **given):
    return SiteCheck("tests/change/x.py", source).judge(
        seen("eth1", "eth2"), seen("eth1"), {"r2": (seen(), seen())}, given
    )


def test_it_sees_the_device_before_and_after_and_those_around():
    assert judged(FALLEN, more=("also",)) == (
        "tests/change/x.py: eth2 fell",
        "tests/change/x.py: r2",
        "tests/change/x.py: also",
    )
    assert judged("def check(*_): return []") == ()


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("def check(*_): return None", "its answer is no list of texts"),
        ("def check(*_): return [1]", "its answer is no list of texts"),
        ("x = 1", "it has no function check"),
        ("def check(*_): raise ValueError('no such counter')", "ValueError: no such counter"),
        ("def check(:", "SyntaxError"),
        ("import os\ndef check(*_): os._exit(0)", "ended its process"),
        ("def check(*_): return ['x' * (1 << 30)]", "it needs more than 512 MiB"),
    ],
)
def test_a_check_that_fails_in_itself_has_found_something_wrong(source, said):
    (told,) = judged(source)
    assert told.startswith("tests/change/x.py could not judge: ")
    assert said in told


def test_it_has_no_environment_and_cannot_write(monkeypatch, tmp_path):
    monkeypatch.setenv("LINEWRIGHT_SECRET_X", "hunter2")
    source = (
        "import os\n"
        "def check(*_):\n"
        f"    with open({str(tmp_path / 'out')!r}, 'w', buffering=1) as file:\n"
        "        try: print('x', file=file)\n"
        "        except OSError: return [*sorted(os.environ), 'refused']\n"
        "    return ['written']\n"
    )
    told = judged(source)
    assert not any("LINEWRIGHT" in word or "HOME" in word or "written" in word for word in told)
    assert not (tmp_path / "out").read_text()


def test_what_it_prints_is_not_its_answer():
    assert judged("def check(*_):\n print('{\"wrong\": []}')\n return ['bad']") == ("tests/change/x.py: bad",)


def test_a_file_that_changed_since_the_plan_is_refused(tmp_path):
    (tmp_path / "tests/change").mkdir(parents=True)
    file = tmp_path / "tests/change/x.py"
    file.write_text(FALLEN)
    ref = CheckRef(name="tests/change/x.py", digest=site_check(tmp_path, "tests/change/x.py").digest)
    site_check(tmp_path, "tests/change/x.py").agrees(ref)
    file.write_text(FALLEN + "\n")
    with pytest.raises(Refused, match="is not the one the plan was made with"):
        site_check(tmp_path, "tests/change/x.py").agrees(ref)


@pytest.mark.parametrize("name", ["../x.py", "/etc/passwd", "tests/change/none.py"])
def test_only_files_of_the_site_are_checks(tmp_path, name):
    with pytest.raises(DataError):
        site_check(tmp_path, name)


def test_a_pipe_in_the_place_of_a_check_does_not_hang(tmp_path):
    os.mkfifo(tmp_path / "x.py")
    with pytest.raises(DataError):
        site_check(tmp_path, "x.py")
