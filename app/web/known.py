"""Entity tags: which version an answer is of, and which a caller has already (RFC 9110, 13.1.2)."""

import re
from collections.abc import Sequence
from typing import NamedTuple, Self

_TAG = re.compile(r'(?:W/)?"([\x21\x23-\x7e\x80-\xff]*)"')


def etag(version: int) -> str:
    """Return the entity tag of a version."""
    return f'"{version}"'


class Known(NamedTuple):
    """What a caller says by `If-None-Match` that it has; what is no entity tag says nothing."""

    versions: frozenset[str]
    is_any: bool  # It wants none, whichever there is.

    @classmethod
    def read(cls, lines: Sequence[str] | None) -> Self:
        """Read the header, which may come in several lines. Weak or strong is one, as is to be compared."""
        whole = ", ".join(lines or ())
        return cls(frozenset(_TAG.findall(whole)), is_any=whole.strip() == "*")

    @property
    def is_nothing(self) -> bool:
        """Whether the caller says of no version that it has it."""
        return not (self.versions or self.is_any)

    def has(self, version: int) -> bool:
        """Tell whether the caller has this version."""
        return self.is_any or str(version) in self.versions
