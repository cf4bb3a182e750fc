"""How often pens are answered: by what is left of half a processor."""

from types import SimpleNamespace

import pytest

from server.pace import BUSY, HALF, LONGEST, PART, SHORTEST, Pace

COST = 0.01  # seconds
IDLE = PART * HALF  # of a processor, for pens on an idle server


@pytest.fixture
def machine():
    """Return a machine whose clock and processor stand still."""
    return SimpleNamespace(now=0.0, used=0.0)


@pytest.fixture
def pace(machine):
    """Return the Pace of that machine."""
    return Pace(lambda: machine.now, lambda: machine.used)


def work(machine, pace, share, seconds=1.0):
    """Have the server work for a while without answers to pens; return whether it is busy then."""
    pace.refuse("nobody")  # measures what was before
    machine.now += seconds
    machine.used += share * seconds
    return pace.refuse("nobody") == BUSY


def test_an_idle_server_answers_a_pen_twenty_times_a_second(machine, pace):
    work(machine, pace, 0)
    assert pace.note("address", COST) == pytest.approx(1 / 20)


def test_a_pen_is_never_answered_more_often_than_anybody_sees(pace):
    assert pace.note("address", 1e-6) == SHORTEST


@pytest.mark.parametrize(("share", "is_busy"), [(0, False), (0.4, False), (0.5, True), (0.9, True)])
def test_a_server_is_busy_at_half_of_a_processor(machine, pace, share, is_busy):
    assert work(machine, pace, share) == is_busy


def test_a_busy_server_answers_again_once_it_is_idle(machine, pace):
    assert work(machine, pace, 0.6)
    assert not work(machine, pace, 0.1)


def test_what_pens_cost_does_not_make_the_server_busy(machine, pace):
    for _ in range(60):
        pace.note("address", COST)
    assert not work(machine, pace, 0.6)  # all of it but nothing


def test_the_busier_the_server_the_longer_a_pen_waits(machine, pace):
    waits = []
    for share in (0.1, 0.3, 0.45):
        work(machine, pace, share)
        waits.append(pace.note("address", 0.02))
    assert waits == sorted(waits)
    assert waits[0] < waits[-1]


def test_all_addresses_together_get_the_same_share_of_the_processor(machine, pace):
    work(machine, pace, 0)
    waits = [pace.note(f"address {number}", COST) for number in range(10)]
    assert waits[-1] == pytest.approx(10 * COST / IDLE)


def test_pens_of_one_address_take_turns(machine, pace):
    work(machine, pace, 0)
    waits = [pace.note("school", COST) for _ in range(20)]
    assert waits == pytest.approx([max(n * COST / IDLE, SHORTEST) for n in range(1, 21)])


def test_who_asks_for_too_much_is_refused_and_nobody_else(machine, pace):
    work(machine, pace, 0)
    while not pace.refuse("hostile"):
        pace.note("hostile", 0.25)
    assert pace.refuse("hostile") > LONGEST
    assert pace.refuse("address") == 0
    assert pace.note("address", COST) == pytest.approx(2 * COST / IDLE)


def test_who_has_waited_is_answered_again(machine, pace):
    work(machine, pace, 0)
    pace.note("hostile", 0.5)
    machine.now += pace.refuse("hostile")
    assert pace.refuse("hostile") == 0


def test_addresses_whose_pens_are_up_are_forgotten(machine, pace):
    pace.note("before", COST)
    work(machine, pace, 0, seconds=2)
    assert pace.note("address", COST) == pytest.approx(COST / IDLE)
