"""What README and docs tell people to type exists; every page they point to is there."""

import re
from pathlib import Path

import click
import pytest

from linewright.cli.root import root

PAGES = ("README.md", "CONTRIBUTING.md", *(f"docs/{name}" for name in (
    "approvals.md", "back-out.md", "after-a-crash.md", "backup.md", "change-checks.md", "collect.md", "compliance.md", "config-context.md", "devices-frr.md", "doctor.md", "documents.md", "drift.md", "lab.md", "limits.md", "logs.md", "managed-mode.md", "netbox-lab.md", "plans.md", "platforms.md", "playbooks.md", "proofs.md", "reaching-devices.md",
        "netbox.md", "out-of-date.md",
    "journal.md", "secrets.md", "settings.md", "signing.md", "site-description.md", "site-folder.md", "without-netbox.md", "templates.md", "trace.md", "verify.md",
)))  # fmt: skip
_COMMAND = re.compile(r"^\s*(?:\$ |sudo )?lw ([^#|`\n]+)", re.MULTILINE)
_LINK = re.compile(r"\]\(([^)#:]+)(?:#[^)]*)?\)")


@pytest.mark.parametrize("page", PAGES)
def test_commands_and_options_exist(page: str, checkout: Path) -> None:
    for line in _COMMAND.findall((checkout / page).read_text()):
        for part in re.split(r"&& lw |; lw ", line):
            known(part.split())


def known(words: list[str]) -> None:
    command: click.Command = root
    while isinstance(command, click.Group) and words and not words[0].startswith("-"):
        found = command.get_command(click.Context(command), words[0])
        if found is None:
            assert command.params, f"lw has no command {words[0]!r}"
            break
        command = found
        words = words[1:]
    options = {
        option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts)
    }
    if command.context_settings.get("ignore_unknown_options"):
        return
    for word in words:
        if word.startswith("-"):
            assert word.split("=")[0] in options | {"--help"}, f"{command.name} has no option {word}"


@pytest.mark.parametrize("page", [*PAGES, "docs/adr/README.md", "docs/glossary.md"])
def test_links_lead_somewhere(page: str, checkout: Path) -> None:
    here = checkout / page
    missing = [link for link in _LINK.findall(here.read_text()) if not (here.parent / link).exists()]
    assert not missing


def test_every_page_is_listed_here(checkout: Path) -> None:
    there = {path.relative_to(checkout).as_posix() for path in (checkout / "docs").glob("*.md")}
    assert there - set(PAGES) == {"docs/glossary.md"} & there
