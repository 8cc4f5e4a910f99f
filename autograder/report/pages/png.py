"""A picture that a student's notebook holds, rebuilt from its pixels: what a page shows was checked byte by byte.

Only PNG, which is what Matplotlib saves. Its size is known before anything is unpacked, its pixels must be as many as
it says, and nothing else of the file (texts, profiles, what follows the end) goes any further.
"""

import struct
import zlib

MOST_BYTES = 3_000_000
MOST_PIXELS = 4_000_000
_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_SAMPLES = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
"""Colour type → samples a pixel."""
_DEPTHS = {0: (1, 2, 4, 8, 16), 2: (8, 16), 3: (1, 2, 4, 8), 4: (8, 16), 6: (8, 16)}
_KEPT = (b"PLTE", b"tRNS")


def rebuilt(content: bytes) -> bytes | None:
    """The same picture with nothing in it but its pixels; None for what is no sound PNG of a reasonable size."""
    if len(content) > MOST_BYTES or not content.startswith(_SIGNATURE):
        return None
    chunks = _chunks(content)
    if not chunks or chunks[0][0] != b"IHDR" or len(chunks[0][1]) != 13 or chunks[-1] != (b"IEND", b""):
        return None
    width, height, depth, colour, packed, filtered, interlaced = struct.unpack(">IIBBBBB", chunks[0][1])
    if depth not in _DEPTHS.get(colour, ()) or packed or filtered or interlaced:
        return None
    if not 0 < width * height <= MOST_PIXELS or max(width, height) > 2**14:
        return None
    row = 1 + (width * _SAMPLES[colour] * depth + 7) // 8
    pixels = _unpacked(b"".join(data for name, data in chunks if name == b"IDAT"), row * height)
    if pixels is None or any(pixels[start] > 4 for start in range(0, len(pixels), row)):
        return None
    beside = [(name, data) for name, data in chunks if name in _KEPT]
    if len(beside) != len(dict(beside)) or any(len(data) > 768 for _, data in beside):
        return None
    if (colour == 3) is not (b"PLTE" in dict(beside)) and colour in (0, 3, 4):
        return None
    parts = [(b"IHDR", chunks[0][1]), *beside, (b"IDAT", zlib.compress(pixels, 6)), (b"IEND", b"")]
    return _SIGNATURE + b"".join(_chunk(name, data) for name, data in parts)


def _chunks(content: bytes) -> list[tuple[bytes, bytes]]:
    """Name and data of each chunk up to the end; nothing where one is damaged or of a kind that decides how to read."""
    found: list[tuple[bytes, bytes]] = []
    place = len(_SIGNATURE)
    while place + 12 <= len(content):
        (length,) = struct.unpack_from(">I", content, place)
        name, data = content[place + 4 : place + 8], content[place + 8 : place + 8 + length]
        end = content[place + 8 + length : place + 12 + length]
        if len(end) < 4 or zlib.crc32(name + data) != int.from_bytes(end, "big"):
            return []
        place += 12 + length
        if name in (b"IHDR", b"IDAT", b"IEND", *_KEPT):
            found.append((name, data))
        elif not name[:1].islower():
            return []
        if name == b"IEND":
            return found
    return []


def _unpacked(packed: bytes, size: int) -> bytes | None:
    reader = zlib.decompressobj()
    try:
        pixels = reader.decompress(packed, size + 1)
    except zlib.error:
        return None
    return pixels if len(pixels) == size else None


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + zlib.crc32(name + data).to_bytes(4, "big")
