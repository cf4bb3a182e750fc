"""How often the server answers while pens move: never so often that other answers wait.

A server that is half busy without such answers gives none. Below that, a part of what is left may
go into them. Addresses share it evenly, and each pays for its answers with time: one that asks for
much, or on many connections, takes nothing from others.
"""

import time
from collections.abc import Callable

HALF = 0.5  # of a processor
PART = 0.4  # of what is left up to there: forty visitors cost a third more than without
WINDOW = 1.0  # second, over which the load is measured
SHORTEST = 1 / 30  # seconds between two answers to one pen
LONGEST = 1.0  # second that an address may have to wait and is answered all the same
BUSY = 2.0  # seconds until a busy server is asked again


class Pace:
    """Says when pens get their next answers. Not safe to share between threads."""

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        used: Callable[[], float] = time.process_time,
    ) -> None:
        """Measure by a clock, and by the processor time that the process has used."""
        self._clock, self._used = clock, used
        self._share = PART * HALF  # of a processor, for all pens together
        self._since, self._used_before, self._spent = clock(), used(), 0.0
        self._paid: dict[str, float] = {}  # by address: until when its answers are paid for

    def refuse(self, address: str) -> float:
        """Return the seconds until an address may ask again if it gets no answer now, else 0."""
        self._measure()
        wait = BUSY if self._share <= 0 else self._wait(address)
        return wait if wait > LONGEST else 0

    def note(self, address: str, cost: float) -> float:
        """Note an answer's cost in seconds of processor; return those until its pen's next one."""
        now = self._clock()
        self._spent += cost
        self._paid = {each: until for each, until in self._paid.items() if until > now - WINDOW}
        until = max(self._paid.setdefault(address, now), now)
        self._paid[address] = until + cost * len(self._paid) / self._share
        return max(self._wait(address), SHORTEST)

    def _wait(self, address: str) -> float:
        now = self._clock()
        return self._paid.get(address, now) - now

    def _measure(self) -> None:
        """Measure the load without the pens' answers, if the last time is a while ago."""
        now = self._clock()
        lasted = now - self._since
        if lasted < WINDOW:
            return
        used = self._used()
        others = max(used - self._used_before - self._spent, 0) / lasted
        self._share = PART * max(HALF - others, 0)
        self._since, self._used_before, self._spent = now, used, 0.0
