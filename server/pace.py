"""How often the server answers while pens move: never so often that other answers wait.

A server that is half busy without such answers gives none. Below that, half of what is left may go
into them; whoever draws shares it, address by address, so that one that opens many connections
takes nothing from others.
"""

import time
from collections import Counter
from collections.abc import Callable, Hashable

HALF = 0.5  # of a processor
WINDOW = 1.0  # second, over which the load is measured
SHORTEST = 1 / 30  # seconds between two answers to one pen
BUSY = 2.0  # seconds until a busy server is asked again


class Pace:
    """Says when each pen gets its next answer. Not safe to share between threads."""

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        used: Callable[[], float] = time.process_time,
    ) -> None:
        """Measure by a clock, and by the processor time that the process has used."""
        self._clock, self._used = clock, used
        self._share = HALF / 2  # of a processor, for all pens together
        self._since, self._used_before, self._spent = clock(), used(), 0.0
        self._pens: dict[Hashable, tuple[str, float]] = {}  # address, and when it was answered

    @property
    def is_busy(self) -> bool:
        """Whether nothing is left for pens now."""
        self._measure()
        return self._share <= 0

    def note(self, pen: Hashable, address: str, cost: float) -> float:
        """Note that an answer to a pen took so many seconds; return those until its next one."""
        now = self._clock()
        self._spent += cost
        self._pens[pen] = address, now
        self._pens = {pen: each for pen, each in self._pens.items() if each[1] > now - WINDOW}
        pens = Counter(address for address, _ in self._pens.values())
        wait = cost * len(pens) * pens[address] / self._share if self._share > 0 else BUSY
        return min(max(wait, SHORTEST), BUSY)

    def _measure(self) -> None:
        """Measure the load without the pens' answers, if the last time is a while ago."""
        now = self._clock()
        lasted = now - self._since
        if lasted < WINDOW:
            return
        used = self._used()
        others = max(used - self._used_before - self._spent, 0) / lasted
        self._share = max(HALF - others, 0) / 2
        self._since, self._used_before, self._spent = now, used, 0.0
