"""`lemonwatch keys`: the operator's way to keys, with the service running or not."""

import json
from pathlib import Path

from tests.e2e.service import api_of, client, run, running_up


def test_a_key_is_made_listed_and_revoked_from_the_command_line(tmp_path: Path) -> None:
    """The running service goes by it at once; of the key, standard output holds the key alone."""
    with running_up(tmp_path) as up:
        code, key, shown = run(
            "keys", "create", "farm", "--client", "studio", "--scope", "tasks:read", folder=tmp_path
        )
        assert (code, key[:3]) == (0, "lw_"), shown
        key = key.strip()
        assert key not in shown
        with client(api_of(up), key) as api:
            assert api.get("/v1/tasks").status_code == 200
            assert api.post("/v1/tasks", json={"task_id": "img_1"}).status_code == 403
            listed = json.loads(run("keys", "list", "--json", folder=tmp_path)[1])["items"]
            key_id = next(one["id"] for one in listed if one["client"] == "studio")
            assert run("keys", "revoke", key_id, folder=tmp_path)[0] == 0
            assert api.get("/v1/tasks").status_code == 401

    code, said, _ = run("keys", folder=tmp_path)
    assert code == 0
    assert "revoked" in next(line for line in said.splitlines() if line.startswith(key_id))


def test_what_cannot_be_used_is_said_in_a_line(tmp_path: Path) -> None:
    with running_up(tmp_path):
        code, _, said = run("keys", "create", "farm", "--client", "a b", folder=tmp_path)
        missing, _, why = run("keys", "revoke", "key_0", folder=tmp_path)

    assert (code, missing) == (2, 2)
    assert said.startswith("lemonwatch: client: ")
    assert why.startswith("lemonwatch: ")
