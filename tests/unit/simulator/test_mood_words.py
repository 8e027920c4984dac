"""Moods are written as name=value, and what is wrong with them is said."""

import pytest

from app.simulator.moods.moods import FAULTS, Moods
from app.simulator.moods.words import describe, parse_moods


@pytest.mark.parametrize(
    ("text", "moods"),
    [
        ("rate_limit=60", Moods(rate_limit=60)),
        ("rate_limit=null", Moods()),
        ("rate_headers=true", Moods(rate_headers=True)),
        ("errors=0.3", Moods(errors=0.3)),
        ("account=revoked", Moods(account="revoked")),
        ("retry_after=date", Moods(retry_after="date")),
        ("skew=-90", Moods(skew=-90)),
    ],
)
def test_a_mood_is_written_as_name_and_value(text: str, moods: Moods) -> None:
    """A value is JSON, or else a word."""
    assert parse_moods([text]) == moods


def test_several_moods_are_taken_together() -> None:
    """None is written as no mood."""
    assert parse_moods(["errors=0.3", "late=1"]) == Moods(errors=0.3, late=1)
    assert parse_moods([]) == Moods()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("errors", "A mood is NAME=VALUE, not 'errors'. Known moods: rate_limit,"),
        ("speed=1", "There is no mood 'speed'. Known moods: rate_limit,"),
        ("errors=2", "errors: Input should be less than or equal to 1."),
        ("errors=often", "errors: Input should be a valid number."),
        ("errors=true", "errors: Input should be a valid number."),
        ("skew=Infinity", "skew: Input should be a finite number."),
        ("account=rich", "account: Input should be 'good', 'revoked'"),
    ],
)
def test_what_is_no_mood_is_refused_with_what_is_known(text: str, said: str) -> None:
    """The message is for the person who wrote it."""
    with pytest.raises(ValueError, match=r"mood|Input") as caught:
        parse_moods([text])

    assert str(caught.value).startswith(said)


def test_shares_of_more_than_all_answers_are_refused() -> None:
    """All of them exactly is fine."""
    tenths: dict[str, float] = dict.fromkeys(FAULTS, 1 / len(FAULTS))
    assert (
        parse_moods([f"{name}={share}" for name, share in tenths.items()]).errors
        == tenths["errors"]
    )

    with pytest.raises(ValueError, match="are more than 1 together"):
        parse_moods(["errors=0.6", "drips=0.5"])


def test_every_mood_is_described() -> None:
    """A line each."""
    lines = describe().splitlines()

    assert [line.partition(": ")[0] for line in lines] == list(Moods.model_fields)
    assert all(line.partition(": ")[2] not in {"", "None"} for line in lines)
