"""Where the operator looks after the LemonData accounts."""

from fastapi import APIRouter

from app.accounts.accounts import add_account, all_accounts, change_account, find_account
from app.accounts.schemas import AccountChange, AccountList, AccountOut, AccountTest, NewAccount
from app.accounts.trial import try_out
from app.clients.caller import Admin
from app.clock import utc_now
from app.web.door import ProcessDep, ReadDep
from app.web.problems import CONFLICT, NOT_FOUND
from app.web.route import StrictRoute

router = APIRouter(prefix="/accounts", tags=["accounts"], route_class=StrictRoute)


@router.get("")
def list_accounts(_: Admin, session: ReadDep) -> AccountList:
    """List the LemonData accounts, with their budgets, their pauses and their health."""
    now = utc_now()
    return AccountList(items=[AccountOut.of(found, now=now) for found in all_accounts(session)])


@router.post("", status_code=201, responses=CONFLICT)
def create_account(body: NewAccount, _: Admin, process: ProcessDep) -> AccountOut:
    """Add an account; its key is encrypted, and never shown again."""
    now = utc_now()
    with process.database.writing() as session:
        account = add_account(session, body, process.cipher, now=now)
        return AccountOut.of(account, now=now)


@router.get("/{name}", responses=NOT_FOUND)
def read_account(name: str, _: Admin, session: ReadDep) -> AccountOut:
    """Show one account."""
    return AccountOut.of(find_account(session, name), now=utc_now())


@router.patch("/{name}", responses=NOT_FOUND)
def update_account(name: str, body: AccountChange, _: Admin, process: ProcessDep) -> AccountOut:
    """Change an account: its key, its place, its budget; disable it, and let it be asked again."""
    now = utc_now()
    with process.database.writing() as session:
        account = find_account(session, name, held=True)
        change_account(account, body, process.cipher, now=now)
        session.flush()
        return AccountOut.of(account, now=now)


@router.post("/{name}/test", responses={**NOT_FOUND, **CONFLICT})
def try_account(name: str, _: Admin, process: ProcessDep) -> AccountTest:
    """Have a worker ask LemonData with the account, and say what came of it."""
    return try_out(process.database, name)
