"""Where the operator gives out API keys, and takes them back."""

import structlog
from fastapi import APIRouter

from app.clients.caller import Admin
from app.clients.keys import make_key
from app.clock import utc_now
from app.keys.issue import all_keys, issue, revoke
from app.keys.schemas import CreatedKey, KeyList, KeyOut, NewKey
from app.web.door import ProcessDep, ReadDep
from app.web.problems import NOT_FOUND
from app.web.route import StrictRoute

router = APIRouter(prefix="/keys", tags=["keys"], route_class=StrictRoute)
log = structlog.get_logger()


@router.post("", status_code=201)
def create_key(body: NewKey, _: Admin, process: ProcessDep) -> CreatedKey:
    """Make a key; the answer shows it, and nothing does ever again."""
    key = make_key()
    with process.database.writing() as session:
        row = issue(session, body, key, process.cipher, now=utc_now())
        shown = KeyOut.of(row, client=body.client)
    log.info("key.made", key=shown.id, client=shown.client)
    return CreatedKey(**shown.model_dump(), key=key)


@router.get("")
def list_keys(_: Admin, session: ReadDep) -> KeyList:
    """List every key, in the order they were made, with the beginning of each."""
    return KeyList(items=[KeyOut.of(key, client=client) for key, client in all_keys(session)])


@router.delete("/{key_id}", status_code=204, responses=NOT_FOUND)
def revoke_key(key_id: str, _: Admin, process: ProcessDep) -> None:
    """Revoke a key: from now on it is none, and what is answered to it for long ends soon."""
    with process.database.writing() as session:
        revoke(session, key_id, now=utc_now())
    log.info("key.revoked", key=key_id)
