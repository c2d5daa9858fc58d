"""The models that learn from likes, by their names."""

from collections.abc import Mapping
from types import MappingProxyType

from kadr.recommend.train.als import Als
from kadr.recommend.train.content_model import Content
from kadr.recommend.train.ease import Ease
from kadr.recommend.train.fusion import Fusion
from kadr.recommend.train.knn import ItemKnn
from kadr.recommend.train.model import Model
from kadr.recommend.train.popular import Popular
from kadr.recommend.train.reduced import EaseUw
from kadr.recommend.train.voted import Voted

__all__ = ["MODELS"]

MODELS: Mapping[str, type[Model]] = MappingProxyType(
    {model.name: model for model in (Popular, ItemKnn, Ease, EaseUw, Als, Content, Fusion, Voted)}
)
"""Every model, from the plainest to the sum of several."""
