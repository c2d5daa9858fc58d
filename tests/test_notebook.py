"""The notebook runs as it stands, and draws what it says.

`.venv/bin/jupyter-execute --inplace notebooks/demo.ipynb` stores what it shows anew.
"""

import json
import os
from pathlib import Path
from typing import Any

import pytest

NOTEBOOK = Path(__file__).parents[1] / "notebooks" / "demo.ipynb"
MOST_BYTES = 400_000
"""Of the file: its pictures are kept small, so that a change of it can be looked at."""
SECONDS = 120
"""Of one step: the whole takes ten on two quiet cores."""


@pytest.fixture(scope="module")
def stored() -> Any:
    return json.loads(NOTEBOOK.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Any:
    import nbformat
    from nbclient import NotebookClient

    aside = tmp_path_factory.mktemp("notebook")
    homes = {name: str(aside / name.lower()) for name in ("IPYTHONDIR", "JUPYTER_RUNTIME_DIR", "MPLCONFIGDIR")}
    notebook = nbformat.read(NOTEBOOK, as_version=4)  # type: ignore[no-untyped-call]  # it ships no types
    client = NotebookClient(
        notebook, timeout=SECONDS, kernel_name="python3", resources={"metadata": {"path": str(NOTEBOOK.parent)}}
    )
    client.execute(env={**os.environ, **homes})  # a step that fails is raised here, with its code
    return notebook


def test_it_is_stored_with_small_pictures_and_nothing_of_the_machine_that_drew_them(stored: Any) -> None:
    text = NOTEBOOK.read_text(encoding="utf-8")
    assert len(text) < MOST_BYTES
    assert "/home/" not in text
    assert str(NOTEBOOK.parents[1]) not in text
    # What a step shows, it shows on the page of the repository, too: a step that was changed and not run stands out.
    assert [cell["execution_count"] for cell in _steps(stored)] == list(range(1, len(_steps(stored)) + 1))


def test_it_runs_from_the_first_step_to_the_last_and_shows_what_is_stored(stored: Any, ran: Any) -> None:
    assert {cell["id"]: _kinds(cell) for cell in _steps(ran)} == {cell["id"]: _kinds(cell) for cell in _steps(stored)}
    assert sum("image/png" in _kinds(cell) for cell in _steps(ran)) >= 8


def test_its_steps_find_what_its_text_promises(ran: Any) -> None:
    told = {cell["id"]: _told(cell) for cell in _steps(ran)}
    meant = told["dense"].splitlines()
    assert "ВАЛЛ·И" in meant[1]
    assert any("День сурка" in line for line in meant[7:9])
    words = told["bm25"].splitlines()
    assert all("замок" in line for line in words[1:3])
    assert "Седьмая печать" in words[7]
    assert all(int(line[-5:-1]) < 1970 for line in told["filters"].splitlines()[1:])
    assert "Унесённые призраками" in told["similar"]
    mrr = {line[:14].strip(): float(line.rsplit(" ", 1)[1]) for line in told["evaluate"].splitlines()}
    assert mrr["both"] > max(mrr["words"], mrr["meaning"]) > 0.3


def _steps(notebook: Any) -> list[Any]:
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]


def _kinds(cell: Any) -> set[str]:
    """Return the kinds of what a step shows; warnings of the kernel itself are not of the step."""
    shown = [each for each in cell["outputs"] if each.get("name") != "stderr"]
    return {kind for each in shown for kind in each.get("data", ["stream"])}


def _told(cell: Any) -> str:
    return "".join("".join(each["text"]) for each in cell["outputs"] if each.get("name") == "stdout")
