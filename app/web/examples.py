"""Examples of what is sent and answered, by the name of the schema in the OpenAPI document."""

from typing import Any

_TASK: dict[str, Any] = {
    "task_id": "img_abc123def456", "status": "completed", "version": 3, "kind": "image",
    "model": "flux-pro", "account": "default",
    "images": [{"url": "https://cdn.example.com/abc.png", "revised_prompt": "A lemon, ripe"}],
    "assets": [], "error": None, "progress": None, "metadata": {"order": "A-17"},
    "created_at": "2026-11-26T08:00:00Z", "registered_at": "2026-11-26T08:00:01Z",
    "finished_at": "2026-11-26T08:00:14Z",
    "detected": {"not_before": "2026-11-26T08:00:11Z", "not_after": "2026-11-26T08:00:14Z"},
    "polls": 4, "next_poll_at": None, "deadline_at": "2026-11-26T08:05:01Z",
    "eta": None, "will_miss_deadline": None,
}  # fmt: skip
_ENDPOINT: dict[str, Any] = {
    "id": "we_6f1d", "url": "https://example.com/hook", "events": ["task.*"],
    "description": "The shop", "headers": {"X-Tenant": "***"}, "max_in_flight": 20,
    "max_per_minute": None, "state": "enabled", "disabled_reason": None, "failures": 0,
    "failing_since": None, "last_failure": None, "created_at": "2026-11-26T08:00:00Z",
    "previous_secret_until": None,
}  # fmt: skip
_SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"  # noqa: S105 - the one of the specification.
_EVENT: dict[str, Any] = {
    "id": "evt_0d9c", "type": "task.completed", "timestamp": "2026-11-26T08:00:14Z",
    "data": {
        **_TASK, "task_version": 3, "truncated": False,
        "timeline": [{"at": "2026-11-26T08:00:01Z", "what": "registered", "status": "pending", "polls": 0}],
    },
}  # fmt: skip
_DELIVERY: dict[str, Any] = {
    "id": "dlv_41be", "event_id": "evt_0d9c", "event_type": "task.completed",
    "webhook_id": "we_6f1d", "url": "https://example.com/hook", "state": "delivered",
    "attempts": 1, "next_attempt_at": None, "created_at": "2026-11-26T08:00:14Z",
}  # fmt: skip
_ATTEMPT: dict[str, Any] = {
    "number": 1, "is_resend": False, "at": "2026-11-26T08:00:14Z", "latency_ms": 83,
    "status_code": 200, "error": None, "response": "ok", "is_truncated": False,
}  # fmt: skip
_RECOVERY: dict[str, Any] = {
    "id": "rec_77a0", "webhook_id": "we_6f1d", "since": "2026-11-26T08:00:00Z",
    "until": "2026-11-26T09:00:00Z", "status": ["given_up"], "types": None, "state": "running",
    "total": 120, "done": 40, "created_at": "2026-11-26T09:00:00Z", "finished_at": None,
}  # fmt: skip
_ACCOUNT: dict[str, Any] = {
    "name": "default", "base_url": "https://api.lemondata.cc", "has_key": True, "rpm": 1000,
    "allowed_rpm": 1000.0, "used": 12, "state": "ok", "why": None,
    "since": "2026-11-26T08:00:00Z", "paused_until": None, "requests": 4711, "limits": 0,
    "outages": 0, "created_at": "2026-11-26T08:00:00Z",
}  # fmt: skip
_FIGURES: dict[str, Any] = {
    "counts": {"completed": 310, "failed": 4, "not_found": 0, "cancelled": 1, "timed_out": 0},
    "success_rate": 0.9873, "duration": {"p50": 32.05, "p95": 76.22},
    "detection": {"p50": 2.003, "p95": 5.188}, "polls_per_task": 5.2,
}  # fmt: skip
_TRAFFIC: dict[str, Any] = {
    "attempts": 316, "delivered": 315, "given_up": 0, "success_rate": 1.0,
    "latency": {"p50": 0.031, "p95": 0.117},
}  # fmt: skip
_BUDGET: dict[str, Any] = {
    "account": "default", "rpm": 1000, "allowed_rpm": 1000.0, "used": 12, "state": "ok",
    "why": None, "paused_until": None,
}  # fmt: skip
_KEY: dict[str, Any] = {
    "id": "key_5f2c09a1b7d4e683", "name": "render farm", "client": "studio", "prefix": "lw_k3Yq",
    "scopes": ["tasks:read", "tasks:write"], "created_at": "2026-11-26T08:00:00Z",
    "expires_at": None, "last_used_at": None, "revoked_at": None,
}  # fmt: skip


def _list(*items: Any) -> dict[str, Any]:
    return {"items": [*items], "next_cursor": None}


EXAMPLES: dict[str, Any] = {
    "RegisterTask": {"task_id": "img_abc123def456", "metadata": {"order": "A-17"}},
    "Batch": {"tasks": [{"task_id": "img_abc123def456"}, {"task_id": "img_def456abc123"}]},
    "BatchOut": {"items": [{"task_id": "img_abc123def456", "status": 201, "task": _TASK}]},
    "TaskOut": _TASK,
    "TaskList": _list(_TASK),
    "Timeline": {
        "items": [{"at": "2026-11-26T08:00:01Z", "what": "registered", "status": "pending", "polls": 0}]
    },
    "Stats": {
        **_FIGURES, "counts": {"pending": 2, "processing": 5, **_FIGURES["counts"]},
        "window": "24h", "since": "2026-11-25T08:00:00Z",
        "polls": {"made": 1638, "at_fixed": 3780, "saved": 2142},
        "webhooks": {
            **_TRAFFIC, "endpoints": {"enabled": 1, "failing": 0, "disabled": 0}, "waiting": 0,
            "oldest_waiting_seconds": 0.0, "by_endpoint": {"we_6f1d": _TRAFFIC},
        },
        "models": {"flux-pro": _FIGURES}, "accounts": {"default": _FIGURES}, "budget": [_BUDGET],
        "oldest_due_seconds": 0.0, "upstream": "ok",
    },
    "EventList": _list(_EVENT),
    "NewEndpoint": {"url": "https://example.com/hook", "events": ["task.*"]},
    "EndpointChange": {"state": "disabled"},
    "Rotation": {"overlap_seconds": 3600.0},
    "EndpointOut": _ENDPOINT,
    "CreatedEndpoint": {**_ENDPOINT, "secret": _SECRET},
    "EndpointList": _list(_ENDPOINT),
    "WebhookSecret": {"secret": _SECRET},
    "DeliveryOut": _DELIVERY,
    "DeliveryDetail": {**_DELIVERY, "log": [_ATTEMPT]},
    "DeliveryList": _list(_DELIVERY),
    "RecoveryRequest": {"since": "2026-11-26T08:00:00Z", "dry_run": True},
    "DryRun": {"dry_run": True, "total": 120},
    "RecoveryOut": _RECOVERY,
    "RecoveryList": _list(_RECOVERY),
    "Explanation": {
        "verified": True,
        "parts": [{"name": "clock", "ok": True, "says": "sent within five minutes of now"}],
    },
    "NewAccount": {"name": "second", "api_key": "sk-0123456789abcdef", "rpm": 600},
    "AccountChange": {"rpm": 600},
    "AccountOut": _ACCOUNT,
    "AccountList": _list(_ACCOUNT),
    "AccountTest": {"ok": True, "says": "ok", "account": _ACCOUNT},
    "NewKey": {"name": "render farm", "client": "studio", "scopes": ["tasks:read", "tasks:write"]},
    "KeyOut": _KEY,
    "CreatedKey": {**_KEY, "key": "lw_k3Yq-Zc1vHn0wT8rLxB2mJ5sDfGqPaUeIoYtRkMvN"},
    "KeyList": _list(_KEY),
    "Alive": {"ok": True, "simulator": None},
    "Health": {"ok": True, "oldest_due_seconds": 0.2, "upstream": "ok"},
    "Problem": {
        "type": "urn:lemonwatch:problem:invalid-input", "title": "The input cannot be used",
        "status": 422, "detail": "/priority: Input should be less than or equal to 10",
        "errors": [{"pointer": "/priority", "detail": "Input should be less than or equal to 10"}],
    },
}  # fmt: skip
