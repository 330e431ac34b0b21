"""Every command that a page has people type exists, with the options that it is given."""

import re
import shlex
from pathlib import Path
from typing import Final

import pytest
import typer
from typer.core import TyperGroup

from cloud.__main__ import MORE
from cloud.cli import cli
from edge import __main__ as agent
from tests.docs.pages import PAGES, ROOT, commands, name

pytestmark = pytest.mark.source

PLACEHOLDER: Final = re.compile(r"^[A-Z][A-Z_]*$")
AGENT_COMMANDS: Final = {
    "run": {"--config", "--json"},
    "check-config": {"--json"},
    "replay": {"--sets", "--signals", "--passive", "--year", "--json"},
    "dbc compile": {"--map", "--out", "--j1939", "--json"},
    "signals list": {"--json"},
    "signals import": {"--out", "--year", "--map", "--json"},
    "signals check": {"--mode", "--base", "--fail-under", "--json"},
    "budget": {"--config", "--json"},
    "provision": {"--claim", "--cloud", "--config", "--ca-file", "--serial", "--json"},
    "status": {"--config", "--json"},
    "doctor": {"--config", "--ask", "--seconds", "--json"},
}


def typed(program: str) -> list[tuple[Path, list[str]]]:
    """Return the words of each quoted call of `program`, with the page that has it."""
    calls = []
    for page in PAGES:
        for line in commands(page):
            found = re.match(rf"(?:\S*/)?{program}(?= |$)(.*)", line.strip())
            if found:
                calls.append((page, shlex.split(found[1], comments=True)))
    return calls


def service() -> TyperGroup:
    """Return the service's whole command line."""
    whole = typer.Typer()
    whole.registered_commands.extend(cli.registered_commands)
    for module in MORE:
        module.add_to(whole)
    group = typer.main.get_command(whole)
    assert isinstance(group, TyperGroup)
    return group


def fault_of_service(words: list[str]) -> str:
    """Return what `outrider` would not understand of `words`, "" when it would all of it."""
    group = service()
    known = {"--help"}
    while words and not words[0].startswith("-"):
        command = group.commands.get(words[0])
        if command is None:
            return f"no command {words[0]}"
        words = words[1:]
        if not isinstance(command, TyperGroup):
            known |= {option for parameter in command.params for option in parameter.opts}
            break
        group = command
    return ", ".join(word for word in words if word.startswith("-") and word not in known)


def targets() -> dict[str, set[str]]:
    """Return the variables that each target of the Makefile takes."""
    text = (ROOT / "Makefile").read_text()
    found = re.findall(r"^([a-z-]+):(?!=)[^\n]*\n((?:\t.*\n)*)", text, re.MULTILINE)
    shared = {"JSON"}
    return {target: set(re.findall(r"\$\((?:if |or )\$\((\w+)\)", recipe)) | shared for target, recipe in found}


def test_every_command_of_the_service_exists_with_these_options() -> None:
    calls = typed("outrider")
    faults = [f"{name(page)}: {words}: {fault}" for page, words in calls if (fault := fault_of_service(words))]

    assert len(calls) > 10
    assert faults == []


def test_every_command_of_the_agent_exists_with_these_options() -> None:
    calls = typed("outrider-edge")
    faults = []
    for page, words in calls:
        known = AGENT_COMMANDS.get(" ".join(words[:2]), AGENT_COMMANDS.get(words[0])) if words else set()
        if known is None or any(word.startswith("-") and word not in known for word in words):
            faults.append(f"{name(page)}: {words}")

    assert len(calls) > 3
    assert faults == []


@pytest.mark.parametrize("command", AGENT_COMMANDS)
def test_the_agents_options_are_those_that_it_says_itself(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        agent.main([*command.split(), "--help"])

    assert ended.value.code == 0
    assert set(re.findall(r"--[a-z0-9-]+", capsys.readouterr().out)) - {"--help"} == AGENT_COMMANDS[command]


def test_every_target_of_make_exists_with_these_variables() -> None:
    known = targets()
    calls = typed("make")
    faults = []
    for page, words in calls:
        names = [word for word in words if "=" not in word]
        variables = {word.partition("=")[0] for word in words if "=" in word}
        if not all(target in known and variables <= known[target] for target in names):
            faults.append(f"{name(page)}: make {' '.join(words)}")

    assert len(calls) > 5
    assert faults == []


def test_a_command_or_option_that_is_not_there_is_found() -> None:
    assert fault_of_service(["serv"])
    assert fault_of_service(["token", "create", "--subject", "acme"]) == "--subject"
    assert fault_of_service(["fleet", "import", "FILE", "--data", "DIR"]) == ""
