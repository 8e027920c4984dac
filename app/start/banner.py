"""What the embedded service says when it is up."""

from pathlib import Path
from shlex import quote

from app.process.home import is_at_home
from app.settings import Settings

_REAL = """\
Try, with an id that LemonData gave you:
  curl -s {api}/v1/tasks -H "Authorization: Bearer $KEY" -H 'Content-Type: application/json' -d '{{"task_id": "img_abc123def456"}}'
  curl -s {api}/v1/tasks/img_abc123def456 -H "Authorization: Bearer $KEY"
  curl -s {api}/v1/tasks -H "Authorization: Bearer $KEY"
"""  # noqa: E501 - a line to paste stays one line
_SIMULATED = """\
Try: make a task at the simulator, track it, look at the history:
  curl -s {simulator}/v1/images/generations -H 'Authorization: Bearer {key}' -H 'Content-Type: application/json' -d '{{"model": "sim-quick", "prompt": "a lemon"}}' -o task.json
  curl -s {api}/v1/tasks -H "Authorization: Bearer $KEY" -H 'Content-Type: application/json' -d @task.json
  curl -s {api}/v1/tasks -H "Authorization: Bearer $KEY"
"""  # noqa: E501


def banner(
    settings: Settings, *, api: str, admin_key: str | None, simulator: str | None, key: str
) -> str:
    """Return what to print: where the API is, how to call it, and three lines to try."""
    lines = [f"Lemonwatch is up: {api}  (reference: {api}/docs)"]
    if simulator:
        lines += [
            "",
            f"!! LEMONDATA_API_KEY is not set: the built-in SIMULATOR at {simulator} is asked instead",
            "!! of LemonData, and webhooks may reach "
            + ", ".join(map(str, settings.webhook_allow)) + ".",
        ]  # fmt: skip
    kept = settings.home / "api-key" if is_at_home(settings) else None
    if admin_key:
        place = f" (kept in {kept})" if kept else ""
        lines += ["", f"Admin key, shown this once{place}:", f"  {admin_key}"]
    where = "$LEMONWATCH_API_KEY" if settings.api_key else _read(kept)
    tries = (_SIMULATED if simulator else _REAL).format(api=api, simulator=simulator, key=key)
    return "\n".join([*lines, "", f'  KEY="{where}"', tries, "Ctrl-C ends it."])


def _read(kept: Path | None) -> str:
    return (
        f"$(cat {quote(str(kept))})"
        if kept
        else "<the admin key that was shown at the first start>"
    )
