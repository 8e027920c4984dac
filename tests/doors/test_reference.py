"""`/docs` shows all that the OpenAPI document has, with nothing but itself."""

import re
from base64 import b64encode
from collections.abc import Iterator
from hashlib import sha256
from html import unescape
from html.parser import HTMLParser
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx2 import Response

LEADING = {"href", "src", "srcset", "action", "formaction", "poster", "data", "background", "ping"}


class Page(HTMLParser):
    """What a page is made of."""

    def __init__(self, text: str) -> None:
        """Read it."""
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element."""
        self.tags.add(tag)
        self.attributes += [(name, value or "") for name, value in attrs]

    def values(self, name: str) -> list[str]:
        """Return what stands at every attribute of this name."""
        return [value for key, value in self.attributes if key == name]


@pytest.fixture(scope="module")
def answer(app: FastAPI) -> Response:
    """The page, as anyone may fetch it."""
    return TestClient(app).get("/docs")


@pytest.fixture(scope="module")
def document(app: FastAPI) -> dict[str, Any]:
    """What it is made of."""
    return app.openapi()


def calls(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Return every call, with its path and method."""
    for path, methods in document["paths"].items():
        yield from ((path, method, call) for method, call in methods.items())


def section(text: str, name: str) -> str:
    """Return the section of a call or a type, without marks."""
    (found,) = re.findall(rf'<section id="{name}">(.*?)</section>', text, re.DOTALL)
    return words(found)


def words(text: str) -> str:
    """Return what a browser shows of it."""
    return unescape(re.sub(r"<[^>]*>", "", text))


def test_it_is_served_to_whoever_asks(answer: Response) -> None:
    """It holds no secrets."""
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"


def test_it_asks_no_other_host_for_anything(answer: Response) -> None:
    """Nor any path of ours, but for the document; and it has nothing that runs."""
    page = Page(answer.text)

    leads = {value for name in LEADING for value in page.values(name) if not value.startswith("#")}
    assert leads == {"openapi.json"}
    assert not page.tags & {"script", "link", "base", "iframe", "object", "embed", "form", "img"}
    assert not [name for name, _ in page.attributes if name.startswith("on") or name == "style"]
    assert not re.search(
        r"url\(|@import", re.findall(r"<style>(.*?)</style>", answer.text, re.DOTALL)[0]
    )


def test_a_browser_is_told_to_let_it_do_nothing(answer: Response) -> None:
    """Save for its own style, known by its digest."""
    (style,) = re.findall(r"<style>(.*?)</style>", answer.text, re.DOTALL)
    digest = b64encode(sha256(style.encode()).digest()).decode()

    assert answer.headers["Content-Security-Policy"].split("; ") == [
        "default-src 'none'",
        f"style-src 'sha256-{digest}'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    ]


def test_every_call_is_shown_whole(answer: Response, document: dict[str, Any]) -> None:
    """With its path, what it takes, what it answers, and where it is to be found."""
    for path, method, call in calls(document):
        shown = section(answer.text, call["operationId"])
        assert f"{method.upper()} {path}" in shown
        assert ("Needs an API key." in shown) == bool(call.get("security"))
        assert all(one["name"] in shown for one in call.get("parameters", ()))
        assert all(status in shown for status in call["responses"])
        assert ("An example of the body" in shown) == ("requestBody" in call)
        assert call["summary"].replace("`", "") in words(answer.text)


def test_every_type_is_shown_whole(answer: Response, document: dict[str, Any]) -> None:
    """With every field of it."""
    for name, schema in document["components"]["schemas"].items():
        shown = section(answer.text, name)
        assert all(field in shown for field in schema.get("properties", ()))
        assert ("An example" in shown) == bool(schema.get("examples"))


def test_every_link_leads_somewhere(answer: Response) -> None:
    """And no two places have one name."""
    page = Page(answer.text)
    places = page.values("id")

    assert len(places) == len(set(places))
    assert {f"#{place}" for place in places} >= {
        link for link in page.values("href") if link.startswith("#")
    }


@pytest.mark.parametrize("path", ["/redoc", "/docs/oauth2-redirect"])
def test_no_page_of_the_framework_is_left(app: FastAPI, path: str) -> None:
    """Those would fetch scripts from elsewhere."""
    assert TestClient(app).get(path).status_code == 404
