"""Compile what the service loads, once and for all: a read-only image could keep nothing that it compiled itself.

Runs inside the build of the image, with the standard library alone. What is imported by the named modules is compiled
wherever it lies (official Python images bring a standard library that is not compiled), and all of our own. The files
are believed unseen (PEP 552, unchecked): the times of copied sources differ from one builder to the next.
"""

import argparse
import importlib
import py_compile
import sys
from pathlib import Path

__all__ = ["compile_all", "loaded", "main"]


def loaded(modules: list[str]) -> list[Path]:
    """Import modules, and return the sources of all that is loaded then."""
    for name in modules:
        importlib.import_module(name)
    files = (getattr(module, "__file__", None) for module in list(sys.modules.values()))
    own = Path(__file__).resolve().parents[2]  # the builder's, which is not shipped
    return sorted({Path(file) for file in files if file and file.endswith(".py") and own not in Path(file).parents})


def compile_all(sources: list[Path]) -> None:
    """Compile sources to where `sys.pycache_prefix` says.

    Raises:
        py_compile.PyCompileError: one of them is no Python.
    """
    for source in sources:
        py_compile.compile(
            str(source), doraise=True, quiet=2, invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH
        )


def main(arguments: list[str]) -> int:
    """Compile what the named modules load, and every module of our own."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--site", type=Path, required=True)
    parser.add_argument("--code", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("modules", nargs="+")
    asked = parser.parse_args(arguments)
    sys.path[:0] = [str(asked.code), str(asked.site)]
    sources = loaded(asked.modules)
    sys.pycache_prefix = str(asked.out)
    compile_all(sorted({*sources, *asked.code.rglob("*.py")}))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
