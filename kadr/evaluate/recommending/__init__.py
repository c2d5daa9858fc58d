"""Measuring recommendations: `run.compare_models` tunes, fits, asks and sums up; here is the help text."""

__all__ = ["HELP"]

HELP = """Compare models of recommendation, on a file of ratings or on a published split.

RATINGS is a MovieLens folder, or a CSV or Parquet file of users, films, ratings and times. --films names a file of
films (as in a catalogue): models then learn from their texts and features, too. Or give a published split as --train,
--valid and --test: CSV user,item, further columns unread, with or without a header, or one line a user: user item item
..., parted by blanks, tabs or commas. Every row of it is a like.

\b
Protocols:
  strong  each user is asked about once, by a model that never saw him: a fifth of
          his likes is told from the others. Values are chosen on the next fold.
  last    each user's last like is told from those before it, by a model that knows
          everybody's other likes; values are chosen on the like before the last.
          Models stand there twice: once all likes count the same, once older ones
          count less, as much less as was best on validation.
  cold    a tenth of the films is new: nobody's likes of them are known, and only
          they can be recommended, to a fifth of the users, whom the model never saw.
Users have five likes or more. What a user rated and did not like is not recommended.
All films are ranked, none are sampled; of equal scores the lower number comes first.

\b
Measures of one user, T being the films he should be told, averaged over users:
  R@k     Recall@k: hits among the first k / |T| (not min(k, |T|))
  N@k     NDCG@k: sum of 1 / log2(1 + rank) over hits to rank k, divided by
          that sum for min(k, |T|) hits at the top
  MAP@k   mean of: precision at each hit to rank k, summed / min(k, |T|)
  F1@k    2PR / (P + R), P = hits / k, R = Recall@k
  HR@k    hit rate: whether any of the first k is right
  nov@k   novelty: -log2 of the share of training users who liked a film, in bits
  pop@k   training users who liked a film
  dist@k  1 - cosine over all pairs of films of a list: their texts' vectors, else
          their features, else who liked them
Measures of all lists:
  cov@k   coverage: different films in all lists / films that may be recommended
  gini@k  0 where all films are recommended as often, near 1 where one is always

In every table stand top-pop (films by likes), votes (by votes elsewhere, else by ratings), item-knn and plain EASE.
Each model is set against EASE and votes with the 95% interval of the difference (paired bootstrap over users, always
the same seed); an interval without zero is a difference that these users show.

Hyper-parameters are tuned on validation by a fixed number of seeded trials, the models' own values first; --tuned keeps
what was found in a folder, with all trials, and takes it again for the same data. --limit gives up when one model's
tuning takes longer.
"""
