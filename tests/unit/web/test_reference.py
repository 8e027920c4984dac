"""The pieces that the reference is put together of."""

import pytest

from app.web.reference.markup import element, line, prose, table
from app.web.reference.shape import Schema, shape


def test_what_is_no_element_is_text() -> None:
    """Also in an attribute, and within another element."""
    made = element("p", "<script>", element("a", "1 < 2", href='"#x'))

    assert made == '<p>&lt;script&gt;<a href="&quot;#x">1 &lt; 2</a></p>'


def test_prose_marks_code_and_what_is_strong() -> None:
    """A blank line begins a paragraph; within backticks nothing is marked."""
    made = prose("**Lists** are `{**}`.\n\nA <b>.")

    assert made == ("<p><strong>Lists</strong> are <code>{**}</code>.</p><p>A &lt;b&gt;.</p>")


def test_a_lone_mark_stays_as_it_is() -> None:
    """It may be a product, or a mistake; the text is shown."""
    assert line("2 ** 3 and ` alone") == "2 ** 3 and ` alone"


def test_a_table_without_rows_is_left_out() -> None:
    """A call without parameters has no empty box."""
    assert table(("Name",), ()) == ""
    assert "<td>a&amp;b</td>" in table(("Name",), [("a&b",)])


@pytest.mark.parametrize(
    ("schema", "told"),
    [
        ({"type": "integer", "minimum": 1, "maximum": 500}, "integer, at least 1, at most 500"),
        ({"type": "number", "exclusiveMinimum": 0.0, "maximum": 2592000.0, "default": 1.5},
         "number, more than 0, at most 2,592,000, by default <code>1.5</code>"),
        ({"anyOf": [{"type": "string"}, {"type": "null"}], "default": None},
         "string or null, by default <code>null</code>"),
        ({"type": "string", "format": "date-time"}, "date-time"),
        ({"anyOf": [{"type": "string", "maxLength": 2000}, {"type": "null"}]},
         "string, up to 2,000 characters or null"),
        ({"type": "string", "pattern": "^<$"}, "string, matching <code>^&lt;$</code>"),
        ({"type": "array", "items": {"$ref": "#/components/schemas/Task"}, "maxItems": 9},
         'list of <a href="#Task">Task</a>, up to 9 items'),
        ({"enum": ["asc", "desc"]}, "<code>&quot;asc&quot;</code> or <code>&quot;desc&quot;</code>"),
        ({"const": True, "type": "boolean"}, "<code>true</code>"),
        ({"type": "object", "additionalProperties": {"type": "integer"}}, "object of integer"),
        ({"type": "object", "additionalProperties": True}, "object"),
        ({"type": "array", "items": {}}, "list of anything"),
        ({}, "anything"),
    ],
)  # fmt: skip
def test_a_schema_is_told_in_words(schema: Schema, told: str) -> None:
    """Its type first, then its limits and its default; a type of ours is a link."""
    assert shape(schema) == told
