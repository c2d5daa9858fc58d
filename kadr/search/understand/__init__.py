"""Understanding a query: its wishes, each visible and removable, and what remains to be looked for."""

from kadr.search.understand.known import Known
from kadr.search.understand.read import understand
from kadr.search.understand.types import Understood
from kadr.search.understand.unwanted import UNWANTED

__all__ = ["UNWANTED", "Known", "Understood", "understand"]
