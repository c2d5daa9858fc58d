"""How well a bundle finds what was judged, beside BM25 on stems: `python -m bench.quality`."""

import random
import tempfile
from pathlib import Path

from bench.common import build_from, test_data
from kadr.calibrate import nonsense
from kadr.engine import Engine
from kadr.evaluate.judgments import read_judgments
from kadr.evaluate.resolve import resolve
from kadr.evaluate.run import evaluate

SETS = {"ru_known_item.csv": ("year", "overlap<0.2"), "ru_short_to_full.csv": ()}
NONSENSE = 1000
NONSENSE_SEED = 2026
"""Not the seed of the calibration: these strings were never seen."""
FIRST = 100


def main() -> None:
    """Build the corpus that was judged, then score every set and the cut of the result set."""
    data = test_data()
    with tempfile.TemporaryDirectory() as root:
        report = build_from({"eval": data / "catalogues" / "eval_ru.csv"}, Path(root))
        with Engine.open(report.folder) as engine:
            for name, slices in SETS.items():
                path = data / "judgments" / name
                print(f"{name}, {report.catalogue.films} films")
                print(evaluate(engine, str(path), slices=slices, baseline=True).to_text(), end="\n\n")
                print(_kept(engine, path), end="\n\n")
            for name, texts in (
                ("random letters", nonsense(NONSENSE, NONSENSE_SEED)),
                ("random syllables", _syllables()),
            ):
                nothing = sum(engine.search(text, facets=False).total == 0 for text in texts)
                print(f"nonsense of {name} that finds nothing: {nothing / NONSENSE:.1%} of {NONSENSE}")


def _syllables() -> list[str]:
    """Return strings of one to three words of two to four open syllables: they can be said, and some are words."""
    rng = random.Random(NONSENSE_SEED)
    alphabets = (("бвгджзклмнпрстфхцчш", "аеиоуыюя"), ("bcdfghklmnprstvz", "aeiou"))

    def word(consonants: str, vowels: str) -> str:
        return "".join(rng.choice(consonants) + rng.choice(vowels) for _ in range(rng.randint(2, 4)))

    return [" ".join(word(*alphabets[i % 2]) for _ in range(rng.randint(1, 3))) for i in range(NONSENSE)]


def _kept(engine: Engine, path: Path) -> str:
    """Return how many judged films the result set keeps: of all, and of those that its ranking has within the first."""
    row = {film.id: i for i, film in enumerate(engine.films())}
    kept = ranked = kept_of_ranked = 0
    targets = resolve(read_judgments(str(path)), engine.films()).targets
    for target in targets:
        rows = [row[film_id] for film_id in target.relevant]
        inside = bool(set(engine.found(target.judgment.query).tolist()).intersection(rows))
        near_top = bool(set(engine.ranking(target.judgment.query, FIRST).tolist()).intersection(rows))
        kept += inside
        ranked += near_top
        kept_of_ranked += inside and near_top
    share = kept_of_ranked / max(ranked, 1)
    return f"judged films in the answer: {kept} of {len(targets)}; of the {ranked} ranked to {FIRST}: {share:.1%}"


if __name__ == "__main__":
    main()
