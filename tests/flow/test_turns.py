"""Deliveries take turns by place, each place within its room, and those that fail one at a time."""

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from random import Random

import pytest

from app.clock import EPOCH
from app.deliver.claim import Left, claim_due, is_due, oldest_waiting
from app.deliver.turn import OWN_ROOM
from app.endpoints.models import Endpoint
from app.endpoints.state import EndpointState
from app.outbox.models import Delivery
from app.outbox.states import DeliveryState
from app.process.process import Process
from tests.build import MINUTE, NOW, SECOND, make_delivery, make_endpoint

Rows = list[tuple[Endpoint | None, Delivery]]


def claimed(process: Process, *, limit: int = 100, tries: int = 10, owns: int = 100) -> list[int]:
    """Claim for a minute; return the ids."""
    left = Left(tries=tries, owns=owns)
    with process.database.reading() as session:
        expected = is_due(session, now=NOW, left=left)
    with process.database.writing() as session:
        claims = claim_due(session, now=NOW, lease=MINUTE, limit=limit, left=left)
    assert expected == bool(claims), "looking and claiming disagree"
    return sorted(claim.delivery_id for claim in claims)


def endpoint(process: Process, name: str = "we_1", **fields: object) -> Endpoint:
    """Store an endpoint."""
    with process.database.writing() as session:
        return make_endpoint(session, process.cipher, public_id=name, **fields)


def owe(process: Process, place: Endpoint | str, count: int = 1, **fields: object) -> list[int]:
    """Owe so many deliveries to the place; return their ids."""
    with process.database.writing() as session:
        return [make_delivery(session, place, **fields).id for _ in range(count)]


def test_what_one_place_is_owed_delays_no_other(process: Process) -> None:
    """However much that is, and however long it has been due."""
    busy, calm = endpoint(process, "we_1"), endpoint(process, "we_2")
    owe(process, busy, 50, due_at=NOW - MINUTE)
    (one,) = owe(process, calm)

    assert one in claimed(process, limit=2)


def test_an_endpoint_is_sent_no_more_at_once_than_it_says(process: Process) -> None:
    """What is under way counts, until its lease has ended."""
    place = endpoint(process, max_in_flight=3)
    owe(process, place, leased_until=NOW + SECOND)
    owed = owe(process, place, 5)
    owe(process, place, leased_until=NOW - SECOND, due_at=NOW - SECOND)

    first = claimed(process, limit=1)

    assert first == [owed[-1] + 1]
    assert len(claimed(process)) == 1
    assert claimed(process) == []


def test_the_hosts_of_tasks_own_urls_are_places_apart(process: Process) -> None:
    """Whatever the path; one that does not answer costs the others nothing."""
    owe(process, "https://dead.example/a", OWN_ROOM)
    owe(process, "https://dead.example/b", OWN_ROOM)
    other = owe(process, "https://well.example/a", 2)

    found = claimed(process)

    assert len(found) == OWN_ROOM + 2
    assert set(other) <= set(found)


def test_an_endpoint_that_is_failing_is_tried_with_one_alone(process: Process) -> None:
    """The oldest; the next when that is over."""
    place = endpoint(process, state=EndpointState.FAILING)
    owed = owe(process, place, 3)

    assert claimed(process) == [owed[0]]
    assert claimed(process) == []


def test_those_that_fail_have_a_share_of_the_room_and_no_more(process: Process) -> None:
    """But they have it, however much others are owed."""
    failing = [endpoint(process, f"we_{n}", state=EndpointState.FAILING) for n in range(5)]
    for one in failing:
        owe(process, one, due_at=NOW - MINUTE)
    well = owe(process, endpoint(process, "we_well"), 4)

    assert len(set(claimed(process, limit=5, tries=3)) - set(well)) == 3
    assert set(claimed(process, tries=0)) < set(well)
    assert claimed(process, tries=0) == []


def test_tasks_own_urls_have_a_share_of_the_room_and_no_more(process: Process) -> None:
    """Their hosts are as many as a client likes."""
    for number in range(6):
        owe(process, f"https://h{number}.example/", due_at=NOW - MINUTE)
    other = owe(process, endpoint(process))

    found = claimed(process, owns=4)

    assert len(found) == 5
    assert set(other) < set(found)
    assert claimed(process, owns=0) == []


def test_what_somebody_asked_for_goes_before_all_that_its_place_is_owed(process: Process) -> None:
    """At an endpoint that is failing, too, once the attempt that is under way is over."""
    place = endpoint(process, state=EndpointState.FAILING)
    owe(process, place, 50, due_at=NOW - MINUTE)
    asked = owe(
        process, place, attempts=3, back_to=DeliveryState.GIVEN_UP, back_due_at=NOW - MINUTE
    )

    assert claimed(process) == asked


def test_a_retry_waits_for_no_more_than_its_turn(process: Process) -> None:
    """However many first attempts there are elsewhere."""
    for number in range(3):
        owe(process, endpoint(process, f"we_{number}"), 20)
    retry = owe(process, endpoint(process, "we_late"), attempts=4)

    assert set(retry) < set(claimed(process, limit=4))


def test_a_rate_is_kept_over_claims(process: Process) -> None:
    """What ripens in half a second, and one more, may start at once."""
    owe(process, endpoint(process, max_per_minute=120), 10)

    assert len(claimed(process)) == 2
    assert claimed(process) == []
    with process.database.writing() as session:
        later = claim_due(session, now=NOW + 2 * SECOND, lease=MINUTE, limit=100)
    assert len(later) == 2


@pytest.mark.parametrize("seed", range(12))
def test_turns_are_as_a_plain_account_of_the_rule_has_them(process: Process, seed: int) -> None:
    """Any mixture of places, attempts, instants and leases."""
    chance = Random(seed)
    with process.database.writing() as session:
        places: list[Endpoint | str] = [
            make_endpoint(
                session, process.cipher, public_id=f"we_{n}", max_in_flight=chance.randint(1, 4),
                state=chance.choice(list(EndpointState)),
            )
            for n in range(6)
        ]  # fmt: skip
        places += ["https://a.example/x", "https://b.example/x"]
        rows: Rows = []
        for _ in range(80):
            place = chance.choice(places)
            state = chance.choice([DeliveryState.DUE] * 5 + [DeliveryState.DELIVERED])
            leases = [EPOCH, EPOCH, NOW - SECOND, NOW + SECOND]
            row = make_delivery(
                session, place, attempts=chance.choice([0, 0, 0, 1, 2, 7]), state=state,
                due_at=NOW + chance.randint(-9, 3) * SECOND,
                leased_until=chance.choice(leases) if state is DeliveryState.DUE else EPOCH,
                back_to=chance.choice([None] * 9 + [DeliveryState.GIVEN_UP]), back_due_at=NOW,
            )  # fmt: skip
            rows.append((place if isinstance(place, Endpoint) else None, row))
    limits = {"limit": chance.randint(1, 40), "tries": chance.randint(1, 4)}
    limits["owns"] = chance.randint(1, 20)

    expected = plain(rows, **limits)

    assert claimed(process, **limits) == sorted(expected)


def plain(rows: Rows, *, limit: int, tries: int, owns: int) -> Sequence[int]:
    """Choose by the rule, in the plainest way."""
    due = [(e, d) for e, d in rows if d.state is DeliveryState.DUE]
    aloft = Counter(d.place_id for _, d in due if d.leased_until > NOW)
    failing = {d.place_id for e, d in rows if e and e.state is EndpointState.FAILING}
    shut = {d.place_id for e, d in rows if e and e.state is EndpointState.DISABLED}
    own = {d.place_id for e, d in rows if not e}
    room = {d.place_id: e.max_in_flight if e else OWN_ROOM for e, d in rows}
    room |= dict.fromkeys(failing, 1)
    shares = {"failing": tries, "own": owns}

    free = [d for _, d in due if d.leased_until <= NOW and d.due_at <= NOW]
    free = sorted(free, key=lambda d: (d.back_to is None, d.attempts > 0, d.due_at, d.id))
    taken: Counter[int] = Counter()
    turns = []
    for one in free:
        place = one.place_id
        taken[place] += 1
        turn = aloft[place] + taken[place]
        if place not in shut and turn <= room[place]:
            kind = "failing" if place in failing else "own" if place in own else "well"
            turns.append((turn, kind == "failing", one.attempts > 0, one.due_at, one.id, kind))
    found: list[int] = []
    for *_, chosen, kind in sorted(turns):
        if shares.setdefault(kind, limit) > 0:
            shares[kind] -= 1
            found.append(chosen)
    return found[:limit]


def test_what_may_be_sent_and_is_not_tells_of_us_and_not_of_receivers(process: Process) -> None:
    """What waits for an endpoint that is failing, or has its hands full, is no fault of ours."""
    owe(process, endpoint(process, "we_1", state=EndpointState.FAILING), due_at=NOW - MINUTE)
    busy = endpoint(process, "we_2", max_in_flight=1)
    owe(process, busy, due_at=NOW - MINUTE, leased_until=NOW + SECOND)
    owe(process, busy, due_at=NOW - MINUTE)
    with process.database.reading() as session:
        assert oldest_waiting(session, now=NOW) is None

    owe(process, "https://a.example/", due_at=NOW - SECOND)

    with process.database.reading() as session:
        assert oldest_waiting(session, now=NOW) == NOW - SECOND


def test_a_claim_of_what_another_took_meanwhile_takes_nothing(process: Process) -> None:
    """Its lease hides it."""
    owe(process, endpoint(process))

    first = claimed(process)
    again = claimed(process)

    assert (len(first), again) == (1, [])
    with process.database.writing() as session:
        late = claim_due(session, now=NOW + timedelta(minutes=2), lease=MINUTE, limit=9)
    assert [claim.delivery_id for claim in late] == first
