"""What kinds other than images yield is read from every field that has named it."""

from typing import Any

import pytest

from app.upstream.answer import Asset, Finished, Image, Nonsense
from tests.unit.upstream.responses import hear_ok

V, W, A, M = "https://x/v.mp4", "https://x/w.mp4", "https://x/a.mp3", "https://x/m.glb"


@pytest.mark.parametrize(
    ("fields", "assets"),
    [
        ({"video_url": V}, [("video", V)]),
        ({"video": {"url": V, "duration": 5, "width": 1280, "height": 720}}, [("video", V)]),
        ({"videos": [{"url": V}, {"url": W}]}, [("video", V), ("video", W)]),
        ({"videos": [V, W]}, [("video", V), ("video", W)]),
        ({"videos": [None, 5, "", {}, {"url": W}, [V]]}, [("video", W)]),
        ({"video_url": V, "video": {"url": V}, "videos": [{"url": V}, V]}, [("video", V)]),
        ({"video_url": V, "video": {"url": W}}, [("video", V), ("video", W)]),
        ({"video_url": V, "videos": [W, V, W]}, [("video", V), ("video", W)]),
        ({"audio_url": A, "title": "Lemon", "lyrics": "La"}, [("audio", A)]),
        ({"audio_url": A, "video_url": V}, [("video", V), ("audio", A)]),
        ({"model_url": M}, [("model", M)]),
        ({"glb_url": M}, [("glb", M)]),
        ({"fbx_url": M}, [("fbx", M)]),
        ({"model_url": M, "glb_url": M}, [("model", M)]),
        (
            {"fbx_url": M + "3", "glb_url": M + "2", "model_url": M},
            [("model", M), ("glb", M + "2"), ("fbx", M + "3")],
        ),
        ({"video_url": f" {V}\0 "}, [("video", V)]),
        ({"video_url": f" {V} ", "video": {"url": V}}, [("video", V)]),
    ],
    ids=str,
)
def test_each_asset_is_told_once(fields: dict[str, Any], assets: list[tuple[str, str]]) -> None:
    answer = hear_ok(status="completed", data=[], **fields)

    assert answer == Finished((), tuple(Asset(kind, url) for kind, url in assets))


def test_images_and_assets_may_come_together() -> None:
    answer = hear_ok(status="completed", data=[{"url": "https://x/1.png"}], video_url=V, model="m")

    assert answer == Finished((Image("https://x/1.png", None, 0),), (Asset("video", V),), "m")


@pytest.mark.parametrize(
    "fields",
    [
        {"video_url": ""},
        {"video": {"url": ""}},
        {"video": V},
        {"videos": []},
        {"videos": {"url": V}},
        {"audio_url": None, "model_url": " ", "glb_url": "\0", "fbx_url": ["u"]},
        {"title": "Lemon", "lyrics": V},
        {"poll_url": V, "model": V},
    ],
    ids=str,
)
def test_completed_without_any_url_is_nonsense(fields: dict[str, Any]) -> None:
    assert hear_ok(status="completed", **fields) == Nonsense("completed without a URL")
