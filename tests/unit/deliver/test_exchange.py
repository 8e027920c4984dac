"""A request is one POST of HTTP/1.1, and its answer is heard alike in whatever pieces it comes."""

from itertools import pairwise

import h11
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.deliver.exchange import AT_ONCE, MOST_INTERIM, MOST_READ, Answer, Exchange
from app.deliver.reply import NoAnswer
from app.outbox.states import Fault

OK = b"HTTP/1.1 200 OK\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"
HINT = b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"


def posting() -> Exchange:
    """Post something."""
    return Exchange("/hook?a=1", [("Host", "example.com"), ("webhook-id", "evt_1")], b'{"a":1}')


def heard(*pieces: bytes) -> Answer | Fault | None:
    """Hear the pieces, one after the other, as far as there is anything to wait for."""
    exchange = posting()
    try:
        answers = (exchange.hear(piece) for piece in pieces)
        return next((answer for answer in answers if answer), None)
    except NoAnswer as none:
        return none.fault


def test_the_request_is_one_that_a_server_reads() -> None:
    """With all of its headers, and its length."""
    server = h11.Connection(h11.SERVER)
    server.receive_data(posting().request)

    head, body, end = (server.next_event() for _ in range(3))

    assert isinstance(head, h11.Request)
    assert (head.method, head.target) == (b"POST", b"/hook?a=1")
    assert list(head.headers) == [
        (b"host", b"example.com"), (b"webhook-id", b"evt_1"), (b"content-length", b"7")
    ]  # fmt: skip
    assert isinstance(body, h11.Data)
    assert body.data == b'{"a":1}'
    assert isinstance(end, h11.EndOfMessage)


ANSWERS = {
    OK + b"Content-Length: 3\r\n\r\nabc": Answer(200, "", b"abc", is_whole=True),
    b"HTTP/1.1 204 None\r\n\r\n": Answer(204, "", b"", is_whole=True),
    HINT * MOST_INTERIM + OK + b"Content-Length: 0\r\n\r\n": Answer(200, "", b"", is_whole=True),
    CHUNKED + b"3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n": Answer(200, "", b"abcde", is_whole=True),
    b"HTTP/1.1 429 So\r\nRetry-After: 7\r\nretry-after: 8\r\nContent-Length: 0\r\n\r\n": (
        Answer(429, "7, 8", b"", is_whole=True)
    ),
    HINT * (MOST_INTERIM + 1): Fault.MALFORMED,
    b"HTTP/1.1 two hundred\r\n\r\n": Fault.MALFORMED,
    CHUNKED + b"xyz\r\n": Fault.MALFORMED,
}


@given(st.sampled_from(sorted(ANSWERS)), st.lists(st.integers(1, 2000), max_size=20))
def test_it_is_heard_alike_in_whatever_pieces_it_comes(words: bytes, cuts: list[int]) -> None:
    """A connection cuts where it likes."""
    bounds = sorted({0, len(words), *(cut for cut in cuts if cut < len(words))})

    assert heard(*(words[a:b] for a, b in pairwise(bounds))) == ANSWERS[words]


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        (OK + b"\r\nabc", Answer(200, "", b"abc", is_whole=True)),
        (b"HTTP/1.0 200 OK\r\n\r\n", Answer(200, "", b"", is_whole=True)),
        (OK + b"Content-Length: 9\r\n\r\nabc", Fault.DISCONNECTED),
        (CHUNKED + b"3\r\nabc\r\n", Fault.DISCONNECTED),
        (HINT, Fault.DISCONNECTED),
        (OK, Fault.DISCONNECTED),
    ],
)
def test_the_end_of_the_connection_is_the_end_of_a_body_that_tells_of_no_other(
    words: bytes, answer: Answer | Fault
) -> None:
    assert heard(words) is None
    assert heard(words, b"") == answer


def test_nothing_at_all_is_no_answer() -> None:
    assert heard(b"") is Fault.DISCONNECTED


def test_of_much_that_comes_at_once_only_what_is_wanted_is_read() -> None:
    """The rest may be nonsense, or never come."""
    head = OK + b"Content-Length: %d\r\n\r\n" % 10**9

    answer = heard(head + b"x" * 10 * MOST_READ)

    assert isinstance(answer, Answer)
    assert MOST_READ <= len(answer.body) < MOST_READ + AT_ONCE
    assert not answer.is_whole
