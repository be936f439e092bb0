"""Taking a job back by the command a person types at three in the morning, while all else is away or broken.

One by one, and below the command line: test_rollback_nothing_blocks.py. There is no window, no ticket system and no
evidence step yet that could be away.
"""

import io
import socket
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from typing import Any

import pytest

from linewright.cli.ending import ended
from linewright.cli.root import root

pytestmark = pytest.mark.slow


def lw(sealed: Any, *arguments: str) -> tuple[int, str]:
    said = io.StringIO()
    with redirect_stdout(said), redirect_stderr(said):
        code = ended(root, ["--site-folder", str(sealed.folder), *arguments])
    return code, said.getvalue()


@pytest.fixture
def applied(alone: Any) -> tuple[Any, str, Callable[[], None]]:
    """The site after its plan was carried out; the job; and what says that all is as it was before."""
    before = {name: alone.texts()[name][0] for name in alone.names}
    code, said = alone.apply()
    assert code == 0, said
    job = said.split()[-1]

    def as_before() -> None:
        assert {name: alone.texts()[name][0] for name in alone.names} == before

    return alone, job, as_before


def test_all_that_may_be_away_is_away_at_once(
    applied: Any, monkeypatch: pytest.MonkeyPatch, checkout: Any
) -> None:
    site, job, as_before = applied
    state = site.folder / ".linewright"
    for file in (state / "snapshots").iterdir():
        file.unlink()
    for file in (state / "seen").glob("*") if (state / "seen").is_dir() else ():
        file.unlink()
    (site.folder / "checks" / "own.py").unlink()
    for shipped in (checkout / "templates").rglob("*.j2"):
        mine = site.folder / shipped.relative_to(checkout)
        mine.parent.mkdir(parents=True, exist_ok=True)
        mine.write_text("{% this is no template")
    site.settings(
        lambda ours: ours.update(
            netbox={"url": "https://127.0.0.1:1", "ca_file": "no-such-file.pem"},
            vault={"address": "https://127.0.0.1:1"},
            backup={"recipients": ["no-such-certificate.pem", "nor-this.pem"]},
            apply={"timer": 61, "settle": 3600, "back_out_hours": 1, "checks": ["checks/nobody.py"]},
            source_templates={"use": True},
            marking="SECRET",
        )
    )
    (state / "log").write_text("a file where the folder should be")
    monkeypatch.setenv("LINEWRIGHT_LOG_LEVEL", "info")
    code, said = lw(site, "rollback", job, "--yes")
    assert code == 0, said
    assert "2 taken back" in said
    as_before()


def test_the_shared_journal_is_away(applied: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    site, job, as_before = applied
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    site.settings(
        lambda ours: ours.update(journal={"url": f"postgresql://lw@127.0.0.1:{port}/lw?sslmode=disable"})
    )
    written = site.written()
    code, said = lw(site, "rollback", job, "--yes")
    assert code == 4, said
    assert f"127.0.0.1:{port}" in said
    assert "--break-glass" in said
    assert site.written() == written
    glass = ("rollback", job, "--yes", "--break-glass", "site cut off, 0241Z")
    code, said = lw(site, *glass)
    assert code == 2, "until when it was agreed to stands in the journal, so a person has to say yes"
    assert site.written() == written
    asked: list[str] = []
    monkeypatch.setattr("linewright.cli.rollback.on_terminal", lambda: True)
    monkeypatch.setattr("linewright.cli.rollback.agreed", lambda _, code: asked.append(code) or True)
    code, said = lw(site, *glass)
    assert code == 0, said
    assert asked
    as_before()
    local = site.place.state.local_journal()
    assert local is not None
    reasons = [entry.detail.get("reason") for entry in local.entries() if entry.event == "break glass"]
    local.close()
    assert reasons == ["site cut off, 0241Z"]
