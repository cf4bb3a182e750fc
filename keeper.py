"""To be deleted as soon as webapp.py imports these from `history`."""

from history import RETRY, Keeper

__all__ = ["RETRY", "Keeper"]
