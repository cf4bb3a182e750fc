"""To be deleted, with history/compat.py, as soon as webapp.py makes do without it."""

from history import RETRY
from history.compat import Keeper

__all__ = ["RETRY", "Keeper"]
