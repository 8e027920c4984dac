"""A new secret key takes over every stored secret, and the old one is needed no more."""

import pytest
from pydantic import SecretStr
from sqlalchemy import select

from app.accounts.models import Account
from app.clients.models import Client
from app.endpoints.models import Endpoint
from app.errors import Misconfigured
from app.process.cipher import Cipher
from app.process.process import Process
from app.process.rekey import rekey
from app.tasks.models import Task
from tests.build import SECRET_KEY, make_endpoint, make_task

NEW = "a new secret key of 32 characters"


def test_all_secrets_come_under_the_new_key(process: Process) -> None:
    """Those of accounts, clients, endpoints and tasks; and a second run is harmless."""
    with process.database.writing() as session:
        before = process.cipher.encrypt("whsec_before")
        sealed = process.cipher.encrypt('["Bearer x"]')
        make_endpoint(
            session, process.cipher, secret_before=before,
            header_names=["Authorization"], header_values=sealed,
        )  # fmt: skip
        make_task(session, webhook_secret=process.cipher.encrypt("whsec_task"))
        make_task(session, "img_2")
    update = {"secret_key": SecretStr(NEW), "secret_keys_before": (SecretStr(SECRET_KEY),)}
    here = Process(process.settings.model_copy(update=update))

    assert (rekey(here), rekey(here)) == (6, 6)
    here.close()

    new = Cipher(NEW)
    columns = (Account.key, Client.webhook_secret, Endpoint.secret, Endpoint.secret_before,
               Endpoint.header_values, Task.webhook_secret)  # fmt: skip
    with process.database.reading() as session:
        stored = [text for column in columns for text in session.scalars(select(column)) if text]
    assert len([new.decrypt(text) for text in stored]) == 6
    with pytest.raises(Misconfigured):
        Cipher(SECRET_KEY).decrypt(stored[0])
