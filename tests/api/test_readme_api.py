"""The examples of the README's section on the API run as they stand there, but for the address."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.api.conftest import Serve

README = Path(__file__).parents[2] / "README.md"
SHOWN = "http://localhost:8501/api/v1"


def example(language: str) -> str:
    """Return the README's one example in a language."""
    section = re.search(r"<!-- api -->\n(.*?)<!-- /api -->", README.read_text(encoding="utf-8"), re.DOTALL)
    assert section, "README.md has no examples of the API between <!-- api --> and <!-- /api -->"
    (block,) = re.findall(rf"```{language}\n(.*?)```", section[1], re.DOTALL)
    assert SHOWN in block
    return str(block)


def ran(command: list[str], code: str, address: str) -> str:
    done = subprocess.run(
        [*command, code.replace(SHOWN, address)], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_python_example(serve: Serve) -> None:
    with serve() as address:
        lines = ran([sys.executable, "-c"], example("python"), address).splitlines()
    assert lines
    assert [line.split()[0] for line in lines] == [str(rank) for rank in range(1, len(lines) + 1)]


@pytest.mark.skipif(not shutil.which("curl"), reason="curl is not there")
def test_the_curl_examples(serve: Serve) -> None:
    code = example("bash").replace("curl -s", "curl -fsS")
    with serve() as address:
        told = ran(["bash", "-ec"], code, address)
    assert code.count("curl ") == 3
    assert re.findall(r'{"(query|suggestions|mode)":', told) == ["query", "suggestions", "mode"]
