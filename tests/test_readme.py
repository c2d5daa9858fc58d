"""The README says what is so: its tables, its numbers and its commands are held against the program."""

import json
import re
import shlex
from pathlib import Path

import click
import pytest

from kadr.cli import cli
from kadr.settings import settings_table

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def shell_lines() -> list[str]:
    blocks = re.findall(r"```sh\n(.*?)```", README, re.DOTALL)
    return [line.split("#")[0].strip() for block in blocks for line in block.splitlines() if line.strip()]


def test_the_settings_table_is_the_programs() -> None:
    assert f"<!-- settings -->\n{settings_table().strip()}\n<!-- /settings -->" in README


def test_the_sample_is_as_large_as_it_says() -> None:
    records = [json.loads(line) for line in (ROOT / "data" / "sample.jsonl").read_text(encoding="utf-8").splitlines()]
    countries = {country for record in records for country in record["countries"]}
    assert f"The sample is {len(records)} well-known films and series from {len(countries)} countries" in README


@pytest.mark.parametrize("line", [line for line in shell_lines() if line.startswith("kadr ")])
def test_commands_shown_are_understood(line: str) -> None:
    _, name, *arguments = shlex.split(line)
    command = cli.commands[name]
    command.make_context(name, arguments)  # parses, and runs nothing


@pytest.mark.parametrize("line", [line for line in shell_lines() if line.startswith("make")])
def test_make_targets_shown_exist(line: str) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert re.search(rf"^{line.split()[1]}:", makefile, re.MULTILINE)


def test_commands_named_in_the_text_exist() -> None:
    named = set(re.findall(r"`(?:\.venv/bin/)?kadr ([a-z]+)", README))
    assert named
    assert named <= set(cli.commands)


def test_links_into_the_repository_lead_somewhere() -> None:
    targets = [t for t in re.findall(r"\]\(([^)#]+)\)", README) if not t.startswith("http")]
    assert [t for t in targets if not (ROOT / t).exists()] == []


def test_every_command_has_help() -> None:
    assert [name for name, command in cli.commands.items() if not command.get_short_help_str()] == []
    assert isinstance(cli, click.Group)
