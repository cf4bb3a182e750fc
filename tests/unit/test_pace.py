"""How often pens are answered: by what is left of half a processor."""

from types import SimpleNamespace

import pytest

from server.pace import BUSY, SHORTEST, Pace

COST = 0.01  # seconds


@pytest.fixture
def machine():
    """Return a machine whose clock and processor stand still."""
    return SimpleNamespace(now=0.0, used=0.0)


@pytest.fixture
def pace(machine):
    """Return the Pace of that machine."""
    return Pace(lambda: machine.now, lambda: machine.used)


def work(machine, pace, share, seconds=1.0):
    """Have the server work for a while without answers to pens."""
    pace.is_busy  # noqa: B018  measures what was before
    machine.now += seconds
    machine.used += share * seconds
    return pace.is_busy


def test_an_idle_server_answers_a_pen_twenty_five_times_a_second_or_more(machine, pace):
    work(machine, pace, 0)
    assert pace.note("pen", "address", COST) <= 1 / 25


def test_a_pen_is_never_answered_more_often_than_anybody_sees(pace):
    assert pace.note("pen", "address", 1e-6) == SHORTEST


@pytest.mark.parametrize(("share", "is_busy"), [(0, False), (0.4, False), (0.5, True), (0.9, True)])
def test_a_server_is_busy_at_half_of_a_processor(machine, pace, share, is_busy):
    assert work(machine, pace, share) == is_busy


def test_a_busy_server_answers_again_once_it_is_idle(machine, pace):
    assert work(machine, pace, 0.6)
    assert not work(machine, pace, 0.1)


def test_what_pens_cost_does_not_make_the_server_busy(machine, pace):
    for _ in range(60):
        pace.note("pen", "address", COST)
    assert not work(machine, pace, 0.6)  # all of it but nothing


def test_the_busier_the_server_the_longer_a_pen_waits(machine, pace):
    waits = []
    for share in (0.1, 0.3, 0.45):
        work(machine, pace, share)
        waits.append(pace.note("pen", "address", 0.02))
    assert waits == sorted(waits)
    assert waits[0] < waits[-1] < BUSY


def test_all_pens_together_get_the_same_share_of_the_processor(machine, pace):
    work(machine, pace, 0)
    for pen in range(10):
        wait = pace.note(pen, f"address {pen}", COST)
    assert wait == pytest.approx(10 * COST / 0.25)


def test_one_address_takes_nothing_from_another_however_many_pens_it_has(machine, pace):
    work(machine, pace, 0)
    for pen in range(50):
        flood = pace.note(pen, "hostile", COST)
    assert pace.note("pen", "address", COST) == pytest.approx(2 * COST / 0.25)
    assert flood == pytest.approx(50 * COST / 0.25)


def test_pens_that_are_up_are_forgotten(machine, pace):
    pace.note("before", "elsewhere", COST)
    work(machine, pace, 0)
    assert pace.note("pen", "address", COST) == pytest.approx(COST / 0.25)
