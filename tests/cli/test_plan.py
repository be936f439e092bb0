"""What `lw plan` leaves behind, on simulated devices."""

import json
from pathlib import Path

import pytest

from linewright.cli.ending import ended
from linewright.cli.root import root
from linewright.operate.demo import demo_site, edited


def test_an_earlier_plan_does_not_outlive_the_wish(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """`lw plan -o FILE && lw apply FILE` must never push what nobody wants any more."""
    file, other = tmp_path / "change.lwplan", tmp_path / "notes.txt"
    other.write_text("mine")
    with demo_site(tmp_path / "site") as (place, before, _fleet):
        write_settings(tmp_path / "site", place)
        after = edited(before)
        place.keep(after)
        plan = ["--site-folder", str(tmp_path / "site"), "plan", "--device", "hq-acc1", "-o"]
        assert ended(root, [*plan, str(file)]) == 0
        assert file.is_file()
        capsys.readouterr()
        assert ended(root, ["plan", "show", str(file), "--format", "json"]) == 0
        told = json.loads(capsys.readouterr().out)
        assert (told["schema"], told["plan"]["devices"][0]["device"]) == ("linewright.plan/4", "hq-acc1")
        place.keep(before)
        assert ended(root, [*plan, str(file)]) == 0
        assert not file.exists()
        assert "was removed" in capsys.readouterr().err
        assert ended(root, [*plan, str(other)]) == 0
        assert other.read_text() == "mine"


def test_a_written_plan_is_told_on_one_screen_and_as_a_page(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, page = tmp_path / "change.lwplan", tmp_path / "change.html"
    with demo_site(tmp_path / "site") as (place, before, _fleet):
        write_settings(tmp_path / "site", place)
        place.keep(edited(before))
        plan = ["--site-folder", str(tmp_path / "site"), "plan", "--filter", "platform=arista-eos"]
        assert ended(root, [*plan, "--html", str(page)]) == 2
        assert not page.exists()
        assert ended(root, [*plan, "-o", str(file), "--html", str(page)]) == 0
    told = capsys.readouterr().out.split("\n\n")[-1].splitlines()
    assert told[0].startswith("PLAN ")
    assert len(told) <= 24
    assert any(line.startswith(f"Written   {file}    ") for line in told)
    assert told[-1].startswith(f"Review    {page}    ")
    assert ended(root, ["plan", "show", str(file), "--check", str(page)]) == 0


def test_what_stands_in_the_way_is_not_success(tmp_path: Path) -> None:
    with demo_site(tmp_path) as (place, before, _fleet):
        write_settings(tmp_path, place)
        place.keep(edited(before))
        for applied in (tmp_path / ".linewright" / "applied").iterdir():
            applied.unlink()
        assert ended(root, ["--site-folder", str(tmp_path), "plan", "--device", "hq-acc1"]) == 2


def write_settings(folder: Path, place: object) -> None:
    import yaml

    from linewright.operate.workplace import Workplace

    assert isinstance(place, Workplace)
    ours = {
        "site_id": "demo",
        "trust": ".linewright/trust",
        "login": {"eos": {"username": "admin", "password": "login/eos"}, "frr": {"username": "ops"}},
        "secrets": {
            "key_file": ".linewright/secrets/site.key",
            "values_file": ".linewright/secrets/values.yaml",
        },
        "endpoints": {
            name: {"host": at.host, "port": at.port} for name, at in place.settings.endpoints.items()
        },
    }
    (folder / "nornir.yaml").write_text(yaml.safe_dump({"user_defined": {"linewright": ours}}))
