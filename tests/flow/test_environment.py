"""The account `default` is what the environment says, until an operator says otherwise."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from pydantic import SecretStr
from sqlalchemy import select

from app.accounts.accounts import change_account, find_account
from app.accounts.environment import SIMULATOR_KEY, ensure_default_account
from app.accounts.models import Account
from app.accounts.schemas import AccountChange
from app.accounts.state import AccountState
from app.errors import Misconfigured
from app.process.cipher import Cipher
from app.process.process import Process
from app.settings import Settings
from app.start.prepare import require_account
from tests.build import NOW, make_client

DAY = timedelta(days=1)


@pytest.fixture
def process(settings: Settings) -> Iterator[Process]:
    """A process whose database has no account yet."""
    process = Process(settings)
    with process.database.writing() as session:
        make_client(session, process.cipher)
    yield process
    process.close()


def start(process: Process, **said: object) -> Account:
    """Start with an environment that says so; return the account."""
    environment = {"LEMONDATA_API_KEY": SecretStr("sk-env"), **said}
    settings = process.settings.model_copy(
        update={name.lower(): value for name, value in environment.items()}
    )
    with process.database.writing() as session:
        ensure_default_account(session, settings, process.cipher, now=NOW)
    return account(process)


def account(process: Process) -> Account:
    """Return the one account."""
    with process.database.reading() as session:
        return session.scalars(select(Account)).one()


def patch(process: Process, **fields: object) -> None:
    """Change it as an operator does."""
    with process.database.writing() as session:
        found = find_account(session, "default", held=True)
        change_account(found, AccountChange.model_validate(fields), process.cipher, now=NOW + DAY)


def key_of(account: Account, cipher: Cipher) -> str | None:
    """Return the account's key."""
    return cipher.decrypt(account.key) if account.key else None


def test_the_first_start_makes_the_account(process: Process) -> None:
    """It can be asked at once, and nothing tells of the key."""
    made = start(process, LEMONDATA_RPM=60, LEMONDATA_BASE_URL="http://127.0.0.1:7")

    assert (made.name, made.rpm, made.base_url) == ("default", 60, "http://127.0.0.1:7")
    assert (made.state, made.why) == (AccountState.OK, None)
    assert key_of(made, process.cipher) == "sk-env"
    assert "sk-env" not in f"{made.key}{made.environment}"
    require_account(process)


def test_a_start_without_a_key_makes_an_account_that_waits_for_one(process: Process) -> None:
    """Nothing is asked, and whoever cannot do without is told."""
    made = start(process, LEMONDATA_API_KEY=None)

    assert (made.state, made.why, made.key) == (AccountState.BROKEN, "it has no key", None)
    with pytest.raises(Misconfigured, match="LEMONDATA_API_KEY"):
        require_account(process)
    later = start(process)
    assert (later.state, later.why) == (AccountState.OK, None)
    assert key_of(later, process.cipher) == "sk-env"


def test_a_start_as_before_changes_nothing(process: Process) -> None:
    """What answers had shown is kept."""
    start(process)
    with process.database.writing() as session:
        session.scalars(select(Account)).one().paused_until = NOW + DAY
    before = account(process)

    again = start(process)

    assert (again.epoch, again.paused_until) == (before.epoch, NOW + DAY)


def test_what_an_operator_changed_survives_a_start_with_the_same_environment(
    process: Process,
) -> None:
    """Key, place and budget."""
    start(process)
    patch(process, api_key="sk-operator", rpm=7, base_url="http://127.0.0.1:8")

    after = start(process)

    assert key_of(after, process.cipher) == "sk-operator"
    assert (after.rpm, after.base_url) == (7, "http://127.0.0.1:8")


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"LEMONDATA_API_KEY": SecretStr("sk-newer")}, ("sk-newer", 1000)),
        ({"LEMONDATA_RPM": 3000}, ("sk-env", 3000)),
        ({"LEMONDATA_BASE_URL": "http://127.0.0.1:6"}, ("sk-env", 1000)),
    ],
    ids=["key", "budget", "place"],
)
def test_an_environment_that_has_changed_takes_over(
    process: Process, said: dict[str, object], expected: tuple[str, int]
) -> None:
    """Whatever it was that changed in it."""
    start(process)
    patch(process, api_key="sk-operator", rpm=7)

    after = start(process, **said)

    assert (key_of(after, process.cipher), after.rpm) == expected
    assert start(process, **said).epoch == after.epoch


def test_a_process_without_a_key_leaves_alone_what_another_s_environment_said(
    process: Process,
) -> None:
    """An API needs none, where a worker has it."""
    start(process, LEMONDATA_RPM=60)

    after = start(process, LEMONDATA_API_KEY=None, LEMONDATA_RPM=9999)

    assert (key_of(after, process.cipher), after.rpm) == ("sk-env", 60)


def test_what_an_operator_disabled_no_environment_enables(process: Process) -> None:
    """A new key waits in it until it is enabled."""
    start(process)
    patch(process, state="disabled")

    after = start(process, LEMONDATA_API_KEY=SecretStr("sk-newer"))

    assert (after.state, key_of(after, process.cipher)) == (AccountState.DISABLED, "sk-newer")


def test_a_new_secret_key_is_no_news_of_the_account(process: Process) -> None:
    """What an operator has changed outlives it."""
    start(process)
    with process.database.writing() as session:
        account = find_account(session, "default")
        change_account(account, AccountChange(rpm=77), process.cipher, now=NOW)
        settings = process.settings.model_copy(
            update={"secret_key": SecretStr("another secret key of 32 characters"),
                    "lemondata_api_key": SecretStr("sk-env")}
        )  # fmt: skip
        ensure_default_account(session, settings, process.cipher, now=NOW)

        assert find_account(session, "default").rpm == 77


def test_a_real_account_s_tasks_are_not_turned_over_to_the_simulator(process: Process) -> None:
    """There they would be unknown, and end as not found."""
    start(process)
    settings = process.settings.model_copy(update={"lemondata_api_key": SecretStr(SIMULATOR_KEY)})

    with (
        pytest.raises(Misconfigured, match="LEMONDATA_API_KEY is not set"),
        process.database.writing() as session,
    ):
        ensure_default_account(session, settings, process.cipher, now=NOW, simulated=True)


def test_the_simulator_may_be_at_another_port_at_the_next_start(process: Process) -> None:
    """And a real key may follow it."""
    for port in (1, 2):
        update = {
            "lemondata_api_key": SecretStr(SIMULATOR_KEY),
            "lemondata_base_url": f"http://127.0.0.1:{port}",
        }
        settings = process.settings.model_copy(update=update)
        with process.database.writing() as session:
            ensure_default_account(session, settings, process.cipher, now=NOW, simulated=True)
            found = find_account(session, "default")
            assert found.base_url == f"http://127.0.0.1:{port}"

    assert start(process).environment != "simulator"
