"""A list is asked for by all that was said, and by nothing else."""

from app.console.query import query_of


def test_what_was_not_said_is_not_asked() -> None:
    assert query_of({"status": [], "model": None, "account": "studio"}, []) == {"account": "studio"}


def test_what_was_said_to_be_empty_is_asked_as_it_is() -> None:
    """A script's variable that is not set must not find all there is."""
    assert query_of({"account": "", "created_after": ""}, ["batch="]) == {
        "account": "", "created_after": "", "metadata.batch": "",
    }  # fmt: skip


def test_a_day_is_when_it_begins() -> None:
    assert query_of({"created_after": "2026-11-27"}, []) == {
        "created_after": "2026-11-27T00:00:00Z"
    }
