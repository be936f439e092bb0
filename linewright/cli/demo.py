"""`lw demo`: the main job on simulated devices."""

import shutil
import time
from pathlib import Path

import click

from linewright.cli.screen import say, say_all
from linewright.errors import ExitCode, LinewrightError, UsageError

_MARK = ".linewright-demo"


@click.command()
@click.option(
    "--into", type=click.Path(path_type=Path, file_okay=False), default=Path("linewright-demo"), show_default=True,
    help="The folder to work in; an earlier demo there is replaced.",
)  # fmt: skip
def demo(into: Path) -> int:
    """Plan, push with commit-confirm, prove, verify and document a change, on simulated devices.

    Needs nothing: no root, no NetBox, no network. The devices behave like Arista EOS as far as this goes.

    \b
    Example:
      lw demo
    """
    from linewright.checks.report import text
    from linewright.cli.apply import carry_out
    from linewright.files import write_whole
    from linewright.operate.demo import NOTE, SLUG, demo_site, edited
    from linewright.operate.documenting import build_documents
    from linewright.operate.planning import Request, make_plan
    from linewright.operate.scope import Scope, in_scope
    from linewright.operate.verifying import verify_network
    from linewright.plan.changeplan import dump
    from linewright.plan.screen import summary
    from linewright.plan.show import diffs

    _fresh(into)
    began = time.monotonic()

    def step(number: int, title: str) -> None:
        say()
        say(f"[{number}/6] {title}{NOTE}")

    step(1, "Starting the reference site's Arista EOS switches on loopback sockets")
    with demo_site(into) as (place, before, running):
        scope = Scope(filters=(f"platform={SLUG}",))
        say(f"  {len(running.reach)} switches answer; snapshot {before.code}: {len(before.devices)} devices, "
            f"{len(before.tables.cables)} cables{NOTE}")  # fmt: skip

        step(2, "Somebody adds VLAN 240 for video endpoints in the source of truth")
        after = edited(before)
        place.keep(after)
        say(f"  new snapshot {after.code}{NOTE}")

        step(3, "Plan: what would change, laid onto what runs")
        planned = make_plan(place, after, Request(scope=scope, ticket="DEMO-1"), _silent)
        if planned.plan is None:
            raise LinewrightError(
                "; ".join(problem.message for problem in planned.problems)
                or "the demo's change came to nothing"
            )
        plan_file = into / "demo.lwplan"
        write_whole(plan_file, dump(planned.plan), mode=0o600)
        say_all(f"  {line}{NOTE}" for line in summary(planned.plan))
        say_all(f"  {line}{NOTE}" for line in diffs(planned.plan) if line)

        step(4, "Apply: commit with the device's own timer, read back over a new session, confirm")
        code = carry_out(place, planned.plan, NOTE)
        if code != ExitCode.DONE:
            return code

        step(5, "Verify: configurations, neighbours, cables against LLDP")
        verified = verify_network(place, after, in_scope(after, scope, place.settings), _silent)
        say_all(f"  {line}{NOTE}" for line in text(verified.verification, width=66) if line)
        if verified.problems or verified.verification.findings:
            return int(ExitCode.FINDING)

        step(6, "Documents: cable schedule and topology sheets")
        documents = build_documents(place, after, into / "docs")
        say(f"  {len(documents.written)} documents written{NOTE}")

    say()
    say(f"Done in {time.monotonic() - began:.0f} s. To look at:{NOTE}")
    for path in documents.written:
        say(f"  {path}{NOTE}")
    say(f"  {plan_file}    lw plan show {plan_file}{NOTE}")
    return int(ExitCode.DONE)


def _fresh(folder: Path) -> None:
    """An empty folder; only what an earlier demo made is removed."""
    if folder.exists() and any(folder.iterdir()):
        if not (folder / _MARK).is_file():
            raise UsageError(
                f"{folder} is not empty and not of an earlier demo", hint="name another: lw demo --into DIR"
            )
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / _MARK).touch()


def _silent(_device: str, _error: str) -> None:
    pass
