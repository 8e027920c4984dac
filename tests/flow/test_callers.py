"""Who calls at one time is found out at one time, each by its own key."""

import asyncio
from collections.abc import Sequence
from datetime import datetime

import pytest
from sqlalchemy import select, update

from app.clients.callers import Callers
from app.clients.keys import Caller, digest
from app.clients.models import ApiKey
from app.clients.scopes import Scope
from app.errors import NotAuthenticated
from app.process.process import Process
from tests.build import CLIENT, NOW
from tests.callers import claim, give_key

BOOTSTRAP = "lw_bootstrap"  # Of the settings that tests have.
OVER = "this API key was revoked; ask for another"


def find(process: Process, keys: Sequence[str]) -> Sequence[Caller | BaseException]:
    """Have all of them call at one time."""

    async def act() -> Sequence[Caller | BaseException]:
        callers = process.get(Callers)
        return await asyncio.gather(
            *(callers.find(claim(key)) for key in keys), return_exceptions=True
        )

    return asyncio.run(act())


def used_at(process: Process) -> dict[str, datetime | None]:
    with process.database.reading() as session:
        keys = session.scalars(select(ApiKey)).all()
        return {key.digest: key.last_used_at for key in keys}


def test_each_is_known_by_its_own_key(process: Process) -> None:
    one = give_key(process, "one", Scope.TASKS_READ)
    two = give_key(process, "two", Scope.ADMIN)
    revoked = give_key(process, "two", Scope.TASKS_READ)
    with process.database.writing() as session:
        its = ApiKey.digest == digest(revoked)
        session.execute(update(ApiKey).where(its).values(revoked_at=NOW))
    find(process, [one, two])  # Their use is noted from now on.

    found = find(process, [one, "lw_nobody's", two, revoked, BOOTSTRAP, one, '"}'] * 20)

    for number, caller in enumerate(found):
        first = found[number % 7]
        assert repr(caller) == repr(first)
    callers = [caller for caller in found[:7] if isinstance(caller, Caller)]
    assert [caller.scopes for caller in callers[:2]] == [{Scope.TASKS_READ}, {Scope.ADMIN}]
    assert (callers[2].client, callers[2].is_bootstrap) == (CLIENT, True)
    assert len({caller.client for caller in callers}) == 3
    assert [type(caller) for caller in found[:7]] == [
        Caller, NotAuthenticated, Caller, NotAuthenticated, Caller, Caller, NotAuthenticated,
    ]  # fmt: skip
    assert OVER in str(found[3])


def test_the_use_of_each_is_noted_once_a_minute(process: Process) -> None:
    keys = [give_key(process, f"c{number}") for number in range(20)]
    unused = digest(give_key(process, "c0"))

    find(process, keys)
    first = used_at(process)
    find(process, keys)

    assert used_at(process) == first
    assert first.pop(unused) is None
    assert all(first[digest(key)] is not None for key in keys)


@pytest.mark.parametrize("values", [{"revoked_at": NOW}, {"expires_at": NOW}])
def test_who_was_let_in_is_asked_for_again_once_it_has_waited(
    process: Process, values: dict[str, datetime]
) -> None:
    keys = [give_key(process, "one") for _ in range(3)]
    good, over, _ = callers = [one for one in find(process, keys) if isinstance(one, Caller)]
    with process.database.writing() as session:
        session.execute(update(ApiKey).where(ApiKey.id == over.key).values(values))
    master = Caller(CLIENT, key=None)

    async def act() -> Sequence[BaseException | None]:
        require = process.get(Callers).require
        asked = [*callers, master, good]
        return await asyncio.gather(*map(require, asked), return_exceptions=True)

    became = asyncio.run(act())

    assert [type(one) for one in became] == [
        type(None), NotAuthenticated, type(None), type(None), type(None)
    ]  # fmt: skip


def test_a_scope_of_a_newer_release_harms_nobody(process: Process) -> None:
    """Its key is good for the others that it has, and who calls beside it is let in."""
    newer, other = (give_key(process, client, Scope.TASKS_READ) for client in ("one", "two"))
    with process.database.writing() as session:
        its = ApiKey.digest == digest(newer)
        scopes = ["tasks:read", "tasks:dream"]
        session.execute(update(ApiKey).where(its).values(scopes=scopes))

    found = find(process, [newer, other] * 10)

    assert {one.scopes for one in found if isinstance(one, Caller)} == {
        frozenset({Scope.TASKS_READ})
    }
    assert {type(one) for one in found} == {Caller}


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_key_that_somebody_has_at_hand_is_not_waited_for(process: Process) -> None:
    """Where rows are locked one by one: it is noted at its next use."""
    held, other = give_key(process, "one"), give_key(process, "two")
    with process.database.writing() as session:
        session.scalars(select(ApiKey).where(ApiKey.digest == digest(held)).with_for_update()).one()
        find(process, [held, other])
    meanwhile = used_at(process)
    find(process, [held])

    assert (meanwhile[digest(held)], meanwhile[digest(other)] is None) == (None, False)
    assert used_at(process)[digest(held)] is not None
