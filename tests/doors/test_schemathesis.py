"""Whatever is sent, the answer is one that the OpenAPI document has, and never a fault of ours."""

from typing import Any, cast

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis import Case, GenerationMode, HookContext

from app.main import create_app
from app.process.process import Process
from app.register.schemas import RegisterTask

KEY = {"Authorization": "Bearer lw_bootstrap"}
# An address, so that nobody is asked for one; nothing is sent there, for no worker runs.
PLACE = "https://1.1.1.1/hook"
MENDED: dict[str, Any] = {
    "url": PLACE, "webhook_url": PLACE, "base_url": PLACE, "account": "default",
    "headers": {"X-Tenant": "a"}, "expires_at": "2100-01-01T00:00:00Z",
}  # fmt: skip


# The document needs no process; the tests give the app one.
APP = create_app(cast(Process, None))
API = schemathesis.openapi.from_asgi("/openapi.json", APP)
API.config.generation.allow_x00 = False  # Nor can a schema say that of text within metadata.


@schemathesis.hook
def before_call(_context: HookContext, case: Case[Any], _kwargs: dict[str, Any]) -> None:
    """Mend, in what is meant to be good, what only the service itself knows to be bad.

    A host that has no address, a cursor that nobody was given, an account that there is not, a
    field that only goes with others.
    """
    if case.meta is None or case.meta.generation.mode is not GenerationMode.POSITIVE:
        return
    for name in ("cursor", "after", "wait"):
        case.query.pop(name, None)
    if isinstance(case.body, dict):
        case.body |= {name: good for name, good in MENDED.items() if case.body.get(name)}
        bad = {"poll_url", "until"}
        if case.operation.definition.raw["operationId"] == "register_task":
            bad |= case.body.keys() - RegisterTask.model_fields.keys()
        for name in bad:
            case.body.pop(name, None)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)  # It refuses more.
@API.exclude(operation_id="stream_events").parametrize()  # It does not end.
@settings(
    max_examples=10, deadline=None, derandomize=True, database=None,
    suppress_health_check=list(HealthCheck),
)  # fmt: skip
def test_no_request_is_answered_in_an_undocumented_way(case: Case[Any], process: Process) -> None:
    """Good ones, bad ones, and the examples."""
    APP.state.process = process

    case.call_and_validate(headers=KEY)
