import pytest

from linewright.errors import ExitCode, FacilityError
from linewright.lab.netbox import facilities
from linewright.lab.netbox.database import DUMP_VARIABLE, dumps, own_dump
from linewright.lab.netbox.version import VERSION, cache_root


@pytest.fixture
def bare(monkeypatch, tmp_path):
    """A machine with nothing on it."""
    monkeypatch.setattr(facilities, "_POSTGRES_ROOTS", (str(tmp_path / "none"),))
    monkeypatch.setattr(facilities, "candidates", lambda *_: ())
    monkeypatch.setattr(facilities, "_search_path", lambda _: str(tmp_path / "bin"))
    return {"PATH": str(tmp_path / "bin"), "LINEWRIGHT_CACHE": str(tmp_path / "cache")}


def test_everything_that_is_missing_is_named_at_once_with_the_remedy(bare):
    with pytest.raises(FacilityError) as caught:
        facilities.find(bare)
    for word in ("PostgreSQL 15", "redis-server", "Python 3.12", "pg_config", "cc"):
        assert word in caught.value.message
    assert "make lab-deps" in caught.value.hint
    assert caught.value.code == ExitCode.NOT_REACHED
    assert facilities.missing(bare).startswith("PostgreSQL 15")


def test_an_environment_in_the_cache_needs_no_python_and_no_compiler(bare, tmp_path):
    venv = facilities.environment_folder(bare)
    for name in ("python", "netbox", "gunicorn"):
        (venv / "bin").mkdir(parents=True, exist_ok=True)
        (venv / "bin" / name).touch()
    said = facilities.missing(bare)
    assert "PostgreSQL" in said
    assert "Python" not in said
    assert "cc" not in said


def test_an_environment_whose_making_was_stopped_does_not_count(bare):
    venv = facilities.environment_folder(bare)
    (venv / "bin").mkdir(parents=True)
    for name in ("python", "netbox", "gunicorn"):
        (venv / "bin" / name).touch()
    assert facilities.installed(venv)
    facilities.unfinished(venv).touch()
    assert not facilities.installed(venv)


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({"LINEWRIGHT_CACHE": "/c"}, "/c"),
        ({"XDG_CACHE_HOME": "/x"}, "/x/linewright"),
        ({"LINEWRIGHT_CACHE": "/c", "XDG_CACHE_HOME": "/x"}, "/c"),
        ({}, "/home/somebody/.cache/linewright"),
    ],
)
def test_where_the_cache_is(environment, expected, tmp_path):
    assert str(cache_root(environment, tmp_path.__class__("/home/somebody"))) == expected


def test_dumps_are_found_in_the_cache_then_in_the_named_folder(tmp_path):
    environment = {"LINEWRIGHT_CACHE": str(tmp_path / "cache"), DUMP_VARIABLE: str(tmp_path / "given")}
    given = tmp_path / "given" / f"netbox-{VERSION}-empty.dump"
    assert given not in dumps(environment)
    given.parent.mkdir()
    given.touch()
    assert dumps(environment)[0] == given
    own_dump(environment).parent.mkdir(parents=True)
    own_dump(environment).touch()
    assert dumps(environment)[:2] == (own_dump(environment), given)
