"""A client may name the path that is asked, and never another place for the key to go."""

from urllib.parse import urljoin, urlsplit

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.errors import InvalidInput
from app.upstream.paths import LONGEST_PATH, Kind, paths_to
from app.upstream.paths import path_of as path_for

BASE = "https://api.lemondata.cc"


def path_of(poll_url: str, *, base_url: str) -> str:
    """Take the path of whichever task the URL names."""
    return path_for(poll_url, of=poll_url.rpartition("/")[2], base_url=base_url)


@pytest.mark.parametrize(
    "path", ["/v1/tasks/img_2", "/v1/account/keys", "/v1/img_1/cancel", "/v1/tasks/xx-img_1"]
)
def test_a_path_to_anything_but_the_task_itself_is_refused(path: str) -> None:
    """The account's key would read there what is none of the client's business."""
    with pytest.raises(InvalidInput, match="ends with the task's own id"):
        path_for(path, of="img_1", base_url=BASE)


@pytest.mark.parametrize("base", ["HTTPS://API.lemondata.cc", "https://api.lemondata.cc:443"])
def test_an_origin_may_be_written_in_another_way(base: str) -> None:
    assert path_for(base + "/v1/tasks/t1", of="t1", base_url=BASE) == "/v1/tasks/t1"


def test_what_is_below_a_base_with_a_path_is_asked_below_it() -> None:
    base = "https://proxy.example/lemon"

    assert path_for(base + "/v1/tasks/t1", of="t1", base_url=base) == "/v1/tasks/t1"


@pytest.mark.parametrize("task_id", ["img_abc123def456", "ldtask_" + "0" * 32, "a:b.c-d"])
def test_an_image_s_status_is_at_the_documented_path_which_a_client_may_name(task_id: str) -> None:
    path, _ = paths_to(Kind.IMAGE, task_id)

    assert path == f"/v1/images/generations/{task_id}"
    assert path_of(path, base_url=BASE) == path


@pytest.mark.parametrize(
    ("poll_url", "path"),
    [
        ("/v1/tasks/ldtask_1", "/v1/tasks/ldtask_1"),
        ("/v1/images/ldtask_1", "/v1/images/ldtask_1"),
        ("/v1/videos/generations/v:1.2-3_4", "/v1/videos/generations/v:1.2-3_4"),
        ("/v1/tasks/...", "/v1/tasks/..."),
        ("/v1/tasks/.hidden", "/v1/tasks/.hidden"),
        ("https://api.lemondata.cc/v1/tasks/ldtask_1", "/v1/tasks/ldtask_1"),
    ],
)
def test_a_path_below_v1_or_a_url_on_the_same_origin_is_good(poll_url: str, path: str) -> None:
    assert path_of(poll_url, base_url=BASE) == path


@pytest.mark.parametrize(
    "base_url", ["http://127.0.0.1:4010", "http://[::1]:4010", BASE + "/proxy"]
)
def test_the_origin_is_that_of_the_configured_base(base_url: str) -> None:
    origin = base_url.removesuffix("/proxy")

    assert path_of(f"{origin}/v1/tasks/t", base_url=base_url) == "/v1/tasks/t"


EVIL = {
    "nothing": "",
    "a slash": "/",
    "v1 alone": "/v1",
    "nothing below v1": "/v1/",
    "no slash first": "v1/tasks/t",
    "outside of v1": "/admin/keys",
    "a longer v1": "/v1x/tasks/t",
    "no URL": "http://[",
    "no address": "https://[x]/v1/tasks/t",
    "another origin": "https://evil.example/v1/tasks/t",
    "another scheme": "http://api.lemondata.cc/v1/tasks/t",
    "no http at all": "file:///v1/tasks/t",
    "a script": "javascript:/v1/tasks/t",
    "no scheme": "//evil.example/v1/tasks/t",
    "no scheme, own host": "//api.lemondata.cc/v1/tasks/t",
    "a host that begins alike": "https://api.lemondata.cc.evil.example/v1/tasks/t",
    "a host that ends alike": "https://evil-api.lemondata.cc/v1/tasks/t",
    "another port": "https://api.lemondata.cc:8443/v1/tasks/t",
    "an empty port": "https://api.lemondata.cc:/v1/tasks/t",
    "the host as a user": "https://api.lemondata.cc@evil.example/v1/tasks/t",
    "host and port as credentials": "https://api.lemondata.cc:443@evil.example/v1/tasks/t",
    "credentials": "https://user:pass@api.lemondata.cc/v1/tasks/t",
    "the origin twice": "https://api.lemondata.cchttps://api.lemondata.cc/v1/tasks/t",
    "a double slash": "/v1//evil.example/t",
    "a double slash behind the origin": "https://api.lemondata.cc//evil.example/v1/t",
    "a dot": "/v1/./t",
    "a dot last": "/v1/tasks/.",
    "two dots": "/v1/../admin/keys",
    "two dots last": "/v1/tasks/..",
    "encoded dots": "/v1/%2e%2e/admin/keys",
    "an encoded slash": "/v1/tasks%2ft",
    "a backslash": "/v1\\tasks\\t",
    "a backslash host": "/\\evil.example/v1/t",
    "a new line": "/v1/tasks/t\r\nHost: evil.example",
    "a trailing new line": "/v1/tasks/t\n",
    "a trailing slash": "/v1/tasks/t/",
    "a leading space": " /v1/tasks/t",
    "a tab": "/v1/ta\tsks/t",
    "a NUL": "/v1/tasks/t\0",
    "a query": "/v1/tasks/t?key=1",
    "a fragment": "/v1/tasks/t#x",
    "parameters": "/v1/tasks/t;x=1",
    "an at sign": "/v1/tasks/t@evil.example",
    "two dots behind the origin": "https://api.lemondata.cc/v1/../admin",
    "encoded dots last": "/v1/tasks/%2E%2E",
    "dots encoded twice": "/v1/%252e%252e/admin",
    "an encoded new line": "/v1/tasks/t%0d%0aHost:evil.example",
    "a carriage return": "/v1/tasks/t\rX: y",
    "a new line first": "\n/v1/tasks/t",
    "a line separator": "/v1/tasks/t\u2028",
    "a full-width dot": "/v1/\uff0e\uff0e/admin",
    "a full-width slash": "/v1\uff0ftasks\uff0ft",
    "a zero-width space": "/v1/tasks/t\u200b",
    "half of a pair": "/v1/tasks/\ud800",
    "three slashes": "///evil.example/v1/t",
    "backslashes behind the scheme": "https:\\\\evil.example\\v1\\t",
    "one slash behind the scheme": "https:/evil.example/v1/t",
    "no slash behind the scheme": "https:evil.example/v1/t",
    "a scheme in capitals and another host": "HTTPS://evil.example/v1/t",
    "a websocket": "wss://api.lemondata.cc/v1/tasks/t",
    "data": "data:/v1/tasks/t",
    "a user alone": "https://user@api.lemondata.cc/v1/tasks/t",
    "the origin alone": "https://api.lemondata.cc",
    "the origin and a slash": "https://api.lemondata.cc/",
    "nothing below v1 behind the origin": "https://api.lemondata.cc/v1/",
    "a host longer by a dash": "https://api.lemondata.cc-evil.example/v1/tasks/t",
    "a host with a dot last": "https://api.lemondata.cc./v1/tasks/t",
    "a backslash behind the host": "https://api.lemondata.cc\\@evil.example/v1/tasks/t",
    "a space behind the host": "https://api.lemondata.cc /v1/tasks/t",
    "a query that holds the host": "https://evil.example?https://api.lemondata.cc/v1/tasks/t",
    "an empty query": "/v1/tasks/t?",
    "an empty fragment": "/v1/tasks/t#",
    "a path below the proxy": "/proxy/v1/tasks/t",
    "a plus": "/v1/tasks/t+1",
    "a tilde": "/v1/~root/t",
    "a pair of braces": "/v1/tasks/{}",
    "letters that look alike": "/v1/t\u0430sks/t",
    "digits of another script": "/v1/tasks/\u0663",
}  # fmt: skip


@pytest.mark.parametrize("poll_url", EVIL.values(), ids=EVIL)
def test_a_poll_url_never_moves_the_request(poll_url: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        path_of(poll_url, base_url=BASE)

    assert refused.value.pointer == "/poll_url"


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="/v1a.:@%\\?#\n ", max_size=20).map(lambda text: "/v1/" + text))
def test_a_path_that_is_let_through_is_plain_and_below_v1(poll_url: str) -> None:
    try:
        path = path_of(poll_url, base_url=BASE)
    except InvalidInput:
        return

    head, v1, *rest = path.split("/")
    assert (head, v1) == ("", "v1")
    assert all(step and step not in {".", ".."} for step in rest)
    assert not set(path) & set("@%\\?#\n ")


def test_a_path_longer_than_the_schedule_can_hold_is_refused() -> None:
    with pytest.raises(InvalidInput):
        path_of("/v1/" + "a" * (LONGEST_PATH - 3), base_url=BASE)


def test_a_path_as_long_as_the_schedule_can_hold_is_good() -> None:
    path = "/v1/" + "a" * (LONGEST_PATH - 4)

    assert path_of(path, base_url=BASE) == path
    assert path_of(BASE + path, base_url=BASE) == path


@pytest.mark.parametrize(
    "base_url",
    [
        "https://api.lemondata.cc.evil.example",
        "https://api.lemondata.c",
        "https://api.lemondata.cc:8443",
        "https://user@api.lemondata.cc",
        "http://api.lemondata.cc",
    ],
)
def test_what_is_good_at_one_base_is_not_at_another(base_url: str) -> None:
    with pytest.raises(InvalidInput):
        path_of(BASE + "/v1/tasks/t", base_url=base_url)


HOSTS = st.text(alphabet="api.lemondatc-@:/\\?#%\t\n evx0", max_size=24)


@settings(max_examples=1000, deadline=None)
@given(HOSTS, st.sampled_from(["https://", "http://", "//", "https://api.lemondata.cc", ""]))
@example(rest=":0", start=BASE)
def test_wherever_a_url_points_the_request_stays_on_the_base(rest: str, start: str) -> None:
    poll_url = f"{start}{rest}/v1/tasks/t"
    try:
        path = path_of(poll_url, base_url=BASE)
    except InvalidInput:
        return

    asked, given_as = urlsplit(BASE + path), urlsplit(urljoin(BASE, poll_url))
    assert asked.netloc == given_as.netloc == "api.lemondata.cc"
    assert asked.path == given_as.path == path
