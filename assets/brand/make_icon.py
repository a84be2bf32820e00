#!/usr/bin/env python3
"""Draws assets/brand/icon.png, the 128 x 128 icon of the packages: a spot on skin inside the corners of a view finder.

Needs nothing but Python 3. Each pixel is the mean of 4 x 4 samples.
"""
import math
import pathlib
import struct
import zlib

SIZE, SAMPLES = 128, 4


def color(x, y):
    """The color at (x, y), 0 to 1 each, with its opacity."""
    u, v = abs(x - 0.5), abs(y - 0.5)
    corner = max(u - 0.36, 0), max(v - 0.36, 0)
    if math.hypot(*corner) > 0.13:
        return (0, 0, 0, 0)
    angle, distance = math.atan2(y - 0.5, x - 0.5), math.hypot(x - 0.5, y - 0.5)
    edge = 0.185 + 0.022 * math.sin(3 * angle + 0.7) + 0.012 * math.sin(5 * angle)
    if distance < edge * 0.55:
        return (92, 45, 38, 255)
    if distance < edge:
        return (140, 76, 58, 255)
    finder = 0.295 < max(u, v) < 0.335 and min(u, v) > 0.17
    if finder:
        return (255, 255, 255, 255)
    return (233, 188, 160, 255) if distance < 0.27 else (24, 108, 120, 255)


rows = bytearray()
for row in range(SIZE):
    rows.append(0)
    for column in range(SIZE):
        red = green = blue = alpha = 0
        for i in range(SAMPLES * SAMPLES):
            r, g, b, a = color((column + (i % SAMPLES + 0.5) / SAMPLES) / SIZE, (row + (i // SAMPLES + 0.5) / SAMPLES) / SIZE)
            red, green, blue, alpha = red + r * a, green + g * a, blue + b * a, alpha + a
        rows += bytes((round(c / alpha) if alpha else 0) for c in (red, green, blue)) + bytes([round(alpha / SAMPLES**2)])


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


header = struct.pack(">IIBBBBB", SIZE, SIZE, 8, 6, 0, 0, 0)
png = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(rows), 9)) + chunk(b"IEND", b"")
pathlib.Path(__file__).with_name("icon.png").write_bytes(png)
