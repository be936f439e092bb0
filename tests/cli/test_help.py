"""What help promises is there, and every command explains itself with an example."""

from collections.abc import Iterator

import click
import pytest
from click.testing import CliRunner

from linewright.cli.root import COMMANDS, QUESTIONS, root


def commands() -> Iterator[tuple[str, click.Command]]:
    context = click.Context(root)
    for group in COMMANDS.values():
        for name in group:
            command = root.get_command(context, name)
            assert command is not None
            yield name, command
            if isinstance(command, click.Group):
                for inner, sub in command.commands.items():
                    yield f"{name} {inner}", sub
                    if isinstance(sub, click.Group):
                        yield from ((f"{name} {inner} {last}", each) for last, each in sub.commands.items())


@pytest.mark.parametrize(("name", "command"), list(commands()))
def test_every_command_has_help_with_an_example(name: str, command: click.Command) -> None:
    result = CliRunner().invoke(root, [*name.split(), "--help"])
    assert result.exit_code == 0, result.output
    assert "Example:" in result.output
    examples = [line for line in result.output.splitlines() if line.startswith("    ")]
    assert any(f"lw {name}" in line for line in examples), "the example must show the command itself"
    assert "\\b" not in result.output
    assert (command.help or "").strip().splitlines()[0].endswith((".", "?", ":")) or "." in (
        command.help or ""
    )


@pytest.mark.parametrize(("name", "command"), list(commands()))
def test_every_option_has_help(name: str, command: click.Command) -> None:
    unexplained = [
        parameter.name
        for parameter in command.params
        if isinstance(parameter, click.Option)
        and not parameter.help
        and parameter.name not in ("help", "form", "into")
    ]
    assert not unexplained, name


def test_the_help_of_all_fits_a_screen_and_lists_what_exists() -> None:
    text = CliRunner().invoke(root, ["--help"]).output
    assert max(map(len, text.splitlines())) <= 80
    for group, names in COMMANDS.items():
        assert group in text
        assert all(f"\n  {name} " in text for name in names)
    existing = {name for name, _ in commands()}
    for _, command, _ in QUESTIONS:
        assert command.removeprefix("lw ") in existing


def test_no_word_that_nobody_should_have_to_know() -> None:
    for _, command in [("", root), *commands()]:
        text = command.get_help(click.Context(command)).lower()
        assert not [
            word
            for word in ("digest", "lease", "fencing", "read set", "sha-256", "observation")
            if word in text
        ]
