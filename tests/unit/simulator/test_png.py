"""A simulated picture is a real PNG."""

import struct
import zlib

from app.simulator.png import paint

HEADER = (64, 64, 8, 2, 0, 0, 0)


def chunks(picture: bytes) -> list[tuple[bytes, bytes, int]]:
    """Take a PNG apart into its chunks: kind, data, CRC."""
    found, place = [], 8
    while place < len(picture):
        (length,) = struct.unpack_from(">I", picture, place)
        kind, data, crc = struct.unpack_from(f">4s{length}sI", picture, place + 4)
        found.append((kind, data, crc))
        place += length + 12
    return found


def test_a_picture_begins_with_the_signature_of_png() -> None:
    assert paint("lemon").startswith(b"\x89PNG\r\n\x1a\n")


def test_a_picture_has_header_pixels_and_end() -> None:
    kinds = [kind for kind, _, _ in chunks(paint("lemon"))]

    assert kinds == [b"IHDR", b"IDAT", b"IEND"]


def test_a_picture_is_64_by_64_in_true_colour() -> None:
    (_, header, _), *_ = chunks(paint("lemon"))

    assert struct.unpack(">IIBBBBB", header) == HEADER


def test_every_chunk_has_its_checksum() -> None:
    parts = chunks(paint("lemon"))

    assert all(crc == zlib.crc32(kind + data) for kind, data, crc in parts)


def test_every_row_is_one_filter_byte_and_64_pixels() -> None:
    _, (_, pixels, _), _ = chunks(paint("lemon"))

    rows = zlib.decompress(pixels)

    assert len(rows) == 64 * (1 + 64 * 3)
    assert set(rows[:: 1 + 64 * 3]) == {0}


def test_a_name_always_has_the_same_picture() -> None:
    assert paint("lemon") == paint("lemon")


def test_another_name_has_another_picture() -> None:
    assert paint("lemon") != paint("lime")
