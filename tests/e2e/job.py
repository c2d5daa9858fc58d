"""The scheduled job as one command: the stages of `.github/workflows/rebuild-index.yml`, each by the target it runs.

    python -m tests.e2e.job COPY CATALOGUE PLACE [STAGE]

It runs from COPY, a clean copy of the tree, and after anything that stopped it is run again: from its beginning, or
from the stage that failed, as GitHub does either.
"""

import os
import subprocess
import sys
from pathlib import Path

from tests.commands import ROOT

__all__ = ["STAGES", "clean_copy"]

STAGES = ("collect", "embed", "gate", "publish", "smoke")


def clean_copy(into: Path) -> Path:
    """Copy what git would clone, with what is new and not ignored, and return the folder."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, text=True)
    for name in listed.stdout.split("\0"):
        if (ROOT / name).is_file():
            (into / name).parent.mkdir(parents=True, exist_ok=True)
            (into / name).write_bytes((ROOT / name).read_bytes())
    return into


def main(copy: Path, catalogue: Path, place: str, first: str = STAGES[0]) -> int:
    """Run the stages from one on until one fails; return its exit code."""
    told = {"CATALOGUE": str(catalogue), "BUNDLES": str(catalogue.parent / "bundles"), "PLACE": place}
    environ = os.environ | told | {"PYTHONPATH": str(copy)}
    # What is installed is taken as it is; the copy's own code comes before that of the tree.
    make = ("make", "-s", "-o", ".venv/ready", f"BIN={Path(sys.executable).parent}")
    where = "import kadr; print('code', kadr.__file__)"
    subprocess.run([sys.executable, "-c", where], cwd=copy, env=environ, check=True)
    for stage in STAGES[STAGES.index(first) :]:
        print(f"stage {stage}", flush=True)  # noqa: T201  # what the test watches
        code = subprocess.run([*make, f"job-{stage}"], cwd=copy, env=environ, check=False).returncode
        if code:
            return code
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2]), *sys.argv[3:]))
