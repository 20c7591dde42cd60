from __future__ import annotations

from romduol.vault.idle import IdleLock, awake_or_asleep


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def locked_after(seconds: float) -> tuple[IdleLock, Clock, list[str]]:
    clock, calls = Clock(), list[str]()
    return IdleLock(seconds, lambda: calls.append("locked"), clock), clock, calls


def test_it_locks_when_nobody_touches_it() -> None:
    idle, clock, calls = locked_after(60)
    clock.now += 59
    assert not idle.expired()
    clock.now += 1
    assert idle.expired()
    assert calls == ["locked"]


def test_a_touch_begins_the_time_again() -> None:
    idle, clock, calls = locked_after(60)
    for _ in range(5):
        clock.now += 59
        idle.touch()
    assert not idle.expired()
    assert not calls


def test_looking_is_not_touching() -> None:
    idle, clock, _ = locked_after(60)
    clock.now += 40
    assert not idle.expired()
    clock.now += 20
    assert idle.expired()


def test_a_late_touch_does_not_unlock() -> None:
    idle, clock, calls = locked_after(60)
    clock.now += 61
    idle.touch()
    assert idle.expired()
    assert calls == ["locked"]


def test_a_clock_set_back_locks_at_once_and_stays_locked() -> None:
    idle, clock, calls = locked_after(60)
    clock.now -= 10
    assert idle.expired()
    clock.now += 10
    assert idle.expired()
    assert calls == ["locked"]


def test_a_clock_set_back_by_less_than_has_passed_is_noticed() -> None:
    idle, clock, _ = locked_after(60)
    clock.now += 50
    assert not idle.expired()
    clock.now -= 40
    assert idle.expired()


def test_the_system_clock_does_not_go_back() -> None:
    assert awake_or_asleep() <= awake_or_asleep()
