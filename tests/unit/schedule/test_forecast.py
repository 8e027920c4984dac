"""Of a model that was never seen, what is known of its kind is believed; else what the vendor says."""

from app.schedule.cold import cold_curve, lognormal
from app.schedule.forecast import Book

QUICK, SLOW = lognormal(10, 0.3), lognormal(90, 0.3)
BOOK = Book(3.0, 30.0).with_curves({("image", "flux-pro"): QUICK, ("image", None): SLOW})


def test_a_model_has_its_own_curve() -> None:
    assert BOOK.of("image", "flux-pro").curve is QUICK


def test_a_model_that_was_never_seen_is_like_its_kind() -> None:
    assert BOOK.of("image", "new").curve is SLOW
    assert BOOK.of("image", None).curve is SLOW


def test_a_kind_that_was_never_seen_is_what_the_vendor_says() -> None:
    assert BOOK.of("video", "flux-pro").curve is cold_curve("video")
    assert BOOK.of("video", None) is BOOK.of("video", "other")


def test_a_new_curve_replaces_its_own_alone() -> None:
    newer = BOOK.with_curves({("image", "flux-pro"): SLOW})

    assert newer.of("image", "flux-pro").curve is SLOW
    assert newer.of("image", None) is BOOK.of("image", None)
    assert BOOK.of("image", "flux-pro").curve is QUICK


def test_a_plan_is_made_once_and_only_when_it_is_wanted() -> None:
    forecast = Book(3.0, 30.0).of("image", None)
    before = forecast.has_plan

    plan = forecast.plan

    assert (before, forecast.has_plan) == (False, True)
    assert forecast.plan is plan
    assert (plan.floor, plan.cap) == (3.0, 30.0)


def test_until_its_own_plan_is_made_a_model_goes_by_that_of_its_kind() -> None:
    """A plan takes a while, and who asks for it must not wait."""
    book = Book(3.0, 30.0).with_curves({("image", "flux-pro"): lognormal(20, 0.2)})

    before = book.plan_of("image", "flux-pro")
    book.make_wanted()
    after = book.plan_of("image", "flux-pro")

    assert before is book.of("image", "another").plan
    assert after is book.of("image", "flux-pro").plan
    assert book.wanted == set()
