"""Which form of an answer a client would like best (RFC 9110, 12.5.1)."""

import re
from collections.abc import Sequence
from typing import NamedTuple

_RANGE = re.compile(r"([\w!#$&^.+*-]+)/([\w!#$&^.+*-]+)", re.ASCII)
_QUALITY = re.compile(r"(0(\.\d{0,3})?|1(\.0{0,3})?)", re.ASCII)


class _Range(NamedTuple):
    type: str
    quality: float
    place: int  # Among all, negative, so that the first is the greatest.

    @property
    def rank(self) -> int:
        return 2 if "*" not in self.type else 0 if self.type == "*/*" else 1


def choose(accept: str, offers: Sequence[str]) -> str:
    """Return the offer that the header likes best, or the first one where it likes none.

    The most precise of its ranges speaks for an offer. Of those it likes alike, it is the one that it
    names, or names first.
    """
    ranges = list(_ranges(accept))
    best, liked = offers[0], (0.0, 0, 0)
    for offer in offers:
        fitting = [one for one in ranges if _fits(one.type, offer)]
        if fitting:
            speaks = max(fitting, key=lambda one: one.rank)
            how = (speaks.quality, speaks.rank, speaks.place)
            if speaks.quality and (not liked[0] or how > liked):
                best, liked = offer, how
    return best


def _ranges(accept: str) -> Sequence[_Range]:
    found = []
    for place, part in enumerate(accept.split(",")):
        name, *parameters = (word.strip().lower() for word in part.split(";"))
        values = dict(word.partition("=")[::2] for word in parameters)
        quality = values.get("q", "1")
        if _RANGE.fullmatch(name) and _QUALITY.fullmatch(quality):
            found.append(_Range(name, float(quality), -place))
    return found


def _fits(wanted: str, offer: str) -> bool:
    return wanted in {offer, f"{offer.partition('/')[0]}/*", "*/*"}
