"""HTML that is put together of elements: whatever is none of them is text, and is escaped."""

import re
from collections.abc import Iterable
from html import escape


class Html(str):
    """Text that is HTML already."""

    __slots__ = ()


def element(name: str, *inner: str, **attributes: str) -> Html:
    """Make an element; `class_` is the attribute `class`."""
    given = "".join(f' {key.rstrip("_")}="{escape(value)}"' for key, value in attributes.items())
    return Html(f"<{name}{given}>{joined(inner)}</{name}>")


def joined(parts: Iterable[str], between: str = "") -> Html:
    """Put elements and texts one after another."""
    whole = (part if isinstance(part, Html) else escape(part) for part in parts)
    return Html(escape(between).join(whole))


def code(text: str) -> Html:
    """Show a name or a value as it is written."""
    return element("code", text)


def prose(text: str) -> Html:
    """Make paragraphs of what the document says in words."""
    return joined(element("p", line(part)) for part in text.strip().split("\n\n"))


def line(text: str) -> Html:
    """Mark what stands within backticks, and between two pairs of stars."""
    return joined(map(_marked, re.split(r"(`[^`]+`|\*\*[^*]+\*\*)", text)))


def _marked(part: str) -> str:
    if part.startswith("`"):
        return code(part[1:-1])
    return element("strong", part[2:-2]) if part.startswith("**") else part


def table(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> Html:
    """Make a table, or nothing where there are no rows."""
    body = joined(element("tr", *(element("td", cell) for cell in row)) for row in rows)
    head = element("tr", *(element("th", head) for head in heads))
    return element("table", element("thead", head), element("tbody", body)) if body else Html()
