"""What the models of recommendation are worth on MovieLens, and the lines that must hold: `python -m bench.recommend`.

`python -m bench.recommend last` runs one part (strong, loss, last, cold). `--write README.md` writes the table there,
`--chart FILE` the picture. `--tuned DIR` keeps what tuning found; tuning is what takes the time. Ends with 1 where a
line that must hold is missed, and prints which. Where data is not there, it says so.
"""

import argparse
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from bench.common import real_data
from bench.marked import replaced
from bench.recommend_musts import END, START, Must, missed, table
from bench.recommend_whole import Whole
from kadr.evaluate.recommending.chart import draw
from kadr.evaluate.recommending.given import Dealt, Known, read_known
from kadr.evaluate.recommending.report import Protocol, Report
from kadr.evaluate.recommending.run import DEPTHS, RECENT, Plan, choose, compare_models
from kadr.evaluate.recommending.shown import to_text
from kadr.progress import Reporter, reporter_for
from kadr.recommend.train.metrics import ndcg
from kadr.recommend.train.ranking import ranked
from kadr.recommend.train.reduced import EaseUw
from kadr.recommend.train.tune import Search, tuned
from kadr.recommend.train.voted import Voted

PARTS = ("strong", "loss", "last", "cold")
DEALT = Dealt(folds=5, seed=7, cold=10)
MUSTS = {
    "strong": (
        Must(EaseUw.name, "scores.ndcg@10", 0.345),
        Must(EaseUw.name, "against.ease.ndcg@10.mean", 0.01),
        Must(EaseUw.name, "against.ease.ndcg@10.low", 0.0, strict=True),
    ),
    "last": (Must(EaseUw.name + RECENT, "scores.ndcg@10", 1.25, times=("ease", "scores.ndcg@10")),),
    "cold": (Must(Voted.name, "against.votes.ndcg@10.low", 0.0, strict=True),),
}
"""Issue 7, "Must hold", on ml-latest-small."""
MOST_LOST = 0.005
"""Share of NDCG@10 that rank and int8 may cost, of the same model with a weight for each pair of films."""
MODELS = {"strong": (EaseUw.name,), "last": (EaseUw.name,), "cold": (EaseUw.name, Voted.name)}
"""What stands beside the models that stand in every table."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is run: the data, how models are tuned, where that is kept, who is told."""

    known: Known
    search: Search
    store: Path
    tell: Reporter


def main(arguments: Sequence[str]) -> int:
    """Run the parts, print what each found and then the table; return how the process should end."""
    options = _options(arguments)
    data = real_data()
    films = None if data is None else data / "movielens" / "films_enriched.csv"
    if data is None or films is None or not films.is_file():
        print("skipped: KADR_TEST_DATA names no folder with movielens")
        return 0
    with tempfile.TemporaryDirectory() as folder:
        known = read_known(data / "movielens" / "ml-latest-small", films)
        asked = Asked(known, Search(options.trials), options.tuned or Path(folder), reporter_for(sys.stderr))
        found, failed = _run(options.parts or PARTS, asked)
    if found:
        print(table(found))
    if found and options.write:
        text = options.write.read_text(encoding="utf-8")
        options.write.write_text(replaced(text, table(found), START, END), encoding="utf-8")
    if found and options.chart:
        draw(Report(known.told, DEPTHS, tuple(found)), options.chart)
    for each in failed:
        print(f"missed: {each}")
    return 1 if failed else 0


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.recommend", description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("parts", nargs="*", choices=[[], *PARTS], help="which parts; all where none is named")
    parser.add_argument("--trials", type=int, default=20, help="of each model's tuning; 0 tunes none")
    parser.add_argument("--tuned", type=Path, metavar="DIR", help="a folder that keeps what tuning found")
    parser.add_argument("--write", type=Path, metavar="FILE", help="write the table between the marks of this file")
    parser.add_argument("--chart", type=Path, metavar="FILE", help="draw the picture to this PNG file")
    return parser.parse_args(arguments)


def _run(parts: Sequence[str], asked: Asked) -> tuple[list[Protocol], list[str]]:
    """Return what the protocols found, and a sentence for each line that is missed."""
    found: list[Protocol] = []
    failed: list[str] = []
    for part in parts:
        if part == "loss":
            whole, short = _means(asked)
            lost = (whole - short) / whole
            print(f"NDCG@10 {short:.4f}, with a weight for each pair of films {whole:.4f}: {lost:+.2%} lost")
            failed += [f"loss: {lost:.2%} of NDCG@10, must be at most {MOST_LOST:.1%}"] if lost > MOST_LOST else []
            continue
        plan = Plan(choose(MODELS[part]), asked.search, asked.store)
        found.append(compare_models(part, asked.known.rounds(part, DEALT), plan, asked.tell))
        print(to_text(Report(part, plan.depths, (found[-1],))), flush=True)
        failed += missed(found[-1], MUSTS[part])
    return found, failed


def _means(asked: Asked) -> tuple[float, float]:
    """Return the mean NDCG@10 over the users of all folds: of weights for all pairs, and of what is shipped."""
    pairs = list(_both(asked))
    users = sum(n for n, _, _ in pairs)
    return sum(n * whole for n, whole, _ in pairs) / users, sum(n * short for n, _, short in pairs) / users


def _both(asked: Asked) -> Iterator[tuple[int, float, float]]:
    """Yield how many users each fold has, and what both models are worth to them."""
    for each in asked.known.rounds("strong", DEALT):
        model = tuned(EaseUw, each.tuning, asked.search, asked.store, asked.tell)
        worth = []
        for fitted in (Whole(**asdict(model)).whole(each.test.train), model.fit(each.test.train)):
            found = ranked(fitted, each.test.held, 10)
            worth.append(float(ndcg(found.hits, found.wanted, 10).mean()))
        yield each.test.held.n, worth[0], worth[1]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
