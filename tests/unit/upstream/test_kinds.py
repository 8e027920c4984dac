"""What a task makes, and the two paths that answer for it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.upstream.paths import Kind, kind_of, path_of, paths_to

BASE = "https://api.lemondata.cc"
DOCUMENTED = {
    Kind.IMAGE: "/v1/images/generations/t1",
    Kind.VIDEO: "/v1/videos/generations/t1",
    Kind.MUSIC: "/v1/music/generations/t1",
    Kind.MODEL: "/v1/3d/generations/t1",
}


@pytest.mark.parametrize("kind", Kind)
def test_a_task_is_asked_for_at_the_documented_path_and_then_at_the_unified(kind: Kind) -> None:
    assert paths_to(kind, "t1") == (DOCUMENTED[kind], "/v1/tasks/t1")


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize(
    "named", ["/v1/images/t1", "/v1/tasks/other", "/v1/videos/generations/other", "/v1/x/t1"]
)
def test_a_named_path_goes_first_and_the_unified_second(kind: Kind, named: str) -> None:
    assert paths_to(kind, "t1", named=named) == (named, "/v1/tasks/t1")


@pytest.mark.parametrize("kind", Kind)
def test_where_the_unified_path_is_named_the_documented_is_second(kind: Kind) -> None:
    assert paths_to(kind, "t1", named="/v1/tasks/t1") == ("/v1/tasks/t1", DOCUMENTED[kind])


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("named", [None, ""])
def test_no_named_path_is_none(kind: Kind, named: str | None) -> None:
    assert paths_to(kind, "t1", named=named) == paths_to(kind, "t1")


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/v1/images/generations/vid_1", Kind.IMAGE),
        ("/v1/images/vid_1", Kind.IMAGE),
        ("/v1/videos/generations/img_1", Kind.VIDEO),
        ("/v1/music/generations/img_1", Kind.MUSIC),
        ("/v1/3d/generations/img_1", Kind.MODEL),
    ],
)
def test_the_path_tells_the_kind_before_the_id_does(path: str, kind: Kind) -> None:
    assert kind_of(path.rpartition("/")[2], path) == kind


@pytest.mark.parametrize(
    ("upstream_id", "kind"),
    [
        ("img_abc123def456", Kind.IMAGE),
        ("image-1", Kind.IMAGE),
        ("vid_1", Kind.VIDEO),
        ("video-1", Kind.VIDEO),
        ("VIDEO_1", Kind.VIDEO),
        ("video", Kind.VIDEO),
        ("mus_1", Kind.MUSIC),
        ("music_1", Kind.MUSIC),
        ("audio-1", Kind.MUSIC),
        ("3d_1", Kind.MODEL),
        ("3d-1", Kind.MODEL),
        ("ldtask_" + "0" * 32, Kind.IMAGE),
        ("videos_1", Kind.IMAGE),
        ("my_video_1", Kind.IMAGE),
        ("_video", Kind.IMAGE),
        ("42", Kind.IMAGE),
        ("", Kind.IMAGE),
    ],
)
@pytest.mark.parametrize("path", [None, "/v1/tasks/t1", "/v1/audio/t1"])
def test_else_the_id_s_first_word_tells_it_and_else_it_is_an_image(
    upstream_id: str, kind: Kind, path: str | None
) -> None:
    assert kind_of(upstream_id, path) == kind


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(Kind), st.from_regex(r"[A-Za-z0-9_:][A-Za-z0-9_.:-]{0,40}", fullmatch=True))
def test_both_paths_to_a_task_are_such_as_a_client_may_name(kind: Kind, upstream_id: str) -> None:
    first, second = paths_to(kind, upstream_id)

    assert first != second
    assert path_of(first, of=upstream_id, base_url=BASE) == first
    assert path_of(BASE + second, of=upstream_id, base_url=BASE) == second
    assert kind_of(upstream_id, first) == kind
    assert paths_to(kind, upstream_id, named=second) == (second, first)
