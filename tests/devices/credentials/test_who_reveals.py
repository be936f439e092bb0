"""Whoever logs in asks for a credential, which may name any source; `reveal` is for what data named."""

from pathlib import Path

#: Rendering; the change itself; and what settles one or takes one back, which sends its lines or compares their tokens.
OF_DATA = {
    "operate/rendering.py",
    "operate/applying.py",
    "operate/back_out_now.py",
    "operate/backing_out.py",
    "operate/resuming.py",
    "operate/telling.py",
}


def test_logins_ask_for_credentials_and_data_never_does(checkout: Path) -> None:
    engine = checkout / "linewright"
    found = {str(path.relative_to(engine)): path.read_text() for path in engine.rglob("*.py")}
    assert {name for name, text in found.items() if "secrets.reveal" in text} == OF_DATA
    assert "secrets.credential" not in found["operate/rendering.py"]
    for line in found["operate/applying.py"].splitlines():
        if "secrets.reveal" in line:
            assert "reveal=reveal or" in line
