import gc
import os
import shutil
from pathlib import Path

import pytest

from app.loading import Opened, opened_or_stop

needs_proc = pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="open files are told by /proc, Linux only")


def _open_files(folder: Path) -> set[str]:
    """Return the files under a folder that this process holds open or has mapped."""
    held = [os.path.realpath(entry) for entry in Path("/proc/self/fd").iterdir()]
    held += [line.split(maxsplit=5)[-1] for line in Path("/proc/self/maps").read_text().splitlines()]
    return {Path(path).name for path in held if path.startswith(f"{folder}/")}


def _visit(bundles: Path, root: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Opened]:
    """Open the app's engine on a copy of the bundle, as a visitor does whose page starts."""
    shutil.copytree(bundles, root)
    monkeypatch.setenv("KADR_BUNDLE", str(root))
    return root.resolve(), opened_or_stop()


@needs_proc
def test_a_visitor_keeps_an_engine_that_made_room_and_the_last_one_lets_it_go(
    bundles: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root, slow = _visit(bundles, tmp_path / "first", monkeypatch)
    for name in ("second", "third"):
        _visit(bundles, tmp_path / name, monkeypatch)
    assert slow.engine.search("письмо").hits
    assert "films.records.utf8.npy" in _open_files(root)
    gc.disable()  # dropping the last reference must be enough
    try:
        del slow
        assert _open_files(root) == set()
    finally:
        gc.enable()
