"""Auto-lock: the book locks itself when nobody has touched it for a while."""

from __future__ import annotations

import time
from collections.abc import Callable


def awake_or_asleep() -> float:
    """Seconds that nobody can set back, counting the time a laptop sleeps where the system can."""
    if hasattr(time, "CLOCK_BOOTTIME"):  # Linux; elsewhere ``monotonic`` counts sleep or must do
        return time.clock_gettime(time.CLOCK_BOOTTIME)
    return time.monotonic()


class IdleLock:
    """Calls ``lock`` once when ``seconds`` have passed since the last ``touch``; stays expired.

    A clock that goes backwards expires it too: somebody is at the clock.
    """

    def __init__(
        self,
        seconds: float,
        lock: Callable[[], None],
        clock: Callable[[], float] = awake_or_asleep,
    ) -> None:
        self._seconds = seconds
        self._lock = lock
        self._clock = clock
        self._touched = self._seen = clock()
        self._expired = False

    def touch(self) -> None:
        """Somebody did something. Too late changes nothing."""
        if not self.expired():
            self._touched = self._seen

    def expired(self) -> bool:
        """Is it over? Locks, the first time it is."""
        if self._expired:
            return True
        now = self._clock()
        self._expired = now < self._seen or now - self._touched >= self._seconds
        self._seen = now
        if self._expired:
            self._lock()
        return self._expired
