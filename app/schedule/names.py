"""What the policies are called; by itself, since it is needed where nothing is to be reckoned."""

from typing import Literal, TypeAlias

PolicyName: TypeAlias = Literal["learning", "fixed", "backoff"]
