"""Measuring a search with judged queries: `run.evaluate` reads, asks, scores and reports; here is its help text."""

__all__ = ["HELP"]

HELP = """Ask judged queries of a bundle and report how well it finds the judged films.

JUDGMENTS is CSV or JSON Lines with one query a row: `query` (or `text`), and the film it asks for: `ids` (film ids,
several with | between them), or `title` with `year` and `source` where they are known (or `gold_title`, `gold_year`,
`gold_source`). Any film that holds the row of that title from that source counts; years may differ by one. Several
films: `relevant`, a JSON list of {"title", "year"} or {"id"}, or titles with | between them, "Title (1999)".
Every column can be sliced by. Judged films that are not in the bundle are listed and left out; more than 20% of the
queries without one is an error.

\b
Each measure is a mean over queries, from 0 to 1, higher is better:
  S@1      Success@1: the first film is a judged one.
  S@10     Success@10: a judged film is among the first ten.
  MRR@10   mean of 1 / rank of the first judged film, 0 beyond rank 10.
  NDCG@10  sum of 1 / log2(1 + rank) over the judged films among the first ten,
           divided by that sum for the best possible order: of R judged films
           the ideal has the first min(10, R) ranks.
  R@10     Recall@10: share of the judged films that are among the first ten;
           of twenty judged films it is one half at the most.
Ranks count from 1. Films that fit one judged title are the same answer: the first of them counts.
Beside them stand the 95% intervals of S@10 and MRR@10 (bootstrap over queries, always the same seed).

\b
Slices, as often as needed:
  --slice source         each value of a column of words by itself
  --slice year           queries that have a number there, and those that have none
  --slice source=shelf   one value
  --slice overlap<0.2    a bound: < <= > >=
Slices that need no column (a column of the file that has such a name goes before it):
  --slice length         words of the query; length<4 works, too
  --slice language       ru or en, by its letters
  --slice type           title, keywords, sentence or long, as the search tells them
  --slice overlap        share of the query's stems that the judged film's texts hold
  --slice field          the field of the film that holds the query's most telling words
  --slice mode           who answered: hybrid, semantic or lexical
  --slice encoder        whose vector answered

The baseline is BM25 on stems (k1 1.2, b 0.75) over title and description as one text. --against takes another bundle,
or a setting of this one: mode=lexical, measure=dot, budget_ms=0, wishes=off, as_typed=on. Each is printed below its
slice with the difference of S@10 and MRR@10 to it, above zero where this bundle is better, and the 95% interval of that
difference (paired bootstrap over queries): an interval without zero is a difference that these queries show. With
--against the queries that flipped are listed: won and lost the first ten, and moved most within them, as "rank there ->
rank here".
A judged text of eight words or more that stands in a film's text, whole or nearly, is warned of.
"""
