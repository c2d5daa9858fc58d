"""Measuring a search with judged queries: `run.evaluate` reads, asks, scores and reports; here is its help text."""

__all__ = ["HELP"]

HELP = """Ask judged queries of a bundle and report how well it finds the judged films.

JUDGMENTS is CSV or JSON Lines with one query a row: `query` (or `text`), and the film it asks for: `ids` (film ids,
several with | between them), or `title` with `year` and `source` where they are known (or `gold_title`, `gold_year`,
`gold_source`). Any film that holds the row of that title from that source counts; years may differ by one.
Every column can be sliced by. Judged films that are not in the bundle are listed and left out; more than 20% of them
is an error.

\b
Each measure is a mean over queries, from 0 to 1, higher is better:
  S@1      Success@1: the first film is a judged one.
  S@10     Success@10: a judged film is among the first ten.
  MRR@10   mean of 1 / rank of the first judged film, 0 beyond rank 10.
  NDCG@10  sum of 1 / log2(1 + rank) over the judged films among the first ten,
           divided by that sum for the best possible order.
Ranks count from 1. Films that fit one judged title are the same answer: the first of them counts.

\b
Slices, as often as needed:
  --slice source         each value of a column of words by itself
  --slice year           queries that have a number there, and those that have none
  --slice source=shelf   one value
  --slice overlap<0.2    a bound: < <= > >=

The baseline is BM25 on stems (k1 1.2, b 0.75) over title and description as one text. It is printed with the
difference of MRR@10, and the 95% interval of that difference (paired bootstrap over queries): an interval without zero
is a difference that these queries show.
"""
