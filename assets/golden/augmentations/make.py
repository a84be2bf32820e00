#!/usr/bin/env python3
"""Records what Pillow, SciPy and Python's colorsys make of a small picture, for the tests of the augmentations.

Run in this folder with Pillow, NumPy and SciPy installed:  python3 make.py
Result: expected.json, cases of { name, arguments, width, height, pixels (base64 of the RGB bytes) }.
"""
import base64, colorsys, json
import numpy as np
from PIL import Image, ImageEnhance, ImageOps
from scipy import ndimage


def source(h, w):
    """Sample c of pixel (x, y): a smooth wave and a little noise, without random numbers."""
    y, x, c = np.mgrid[0:h, 0:w, 0:3].astype(np.int64)
    return ((x * 11 + y * 7 * (c + 1) + c * 60 + (x * y * (5 - c)) // 3 + (x * 7919 + y * 104729 + c * 1299709) % 23) % 256).astype(np.uint8)


cases = []


def case(name, pixels, *arguments):
    pixels = np.ascontiguousarray(pixels, dtype=np.uint8)
    cases.append({"name": name, "arguments": list(arguments), "width": pixels.shape[1], "height": pixels.shape[0],
                  "pixels": base64.b64encode(pixels.tobytes()).decode()})


def rounded(v):
    return np.clip(np.floor(np.asarray(v, dtype=np.float64) + 0.5), 0, 255).astype(np.uint8)


p = source(14, 19)
im = Image.fromarray(p)
for f in (0.0, 0.6, 1.3):
    case("brightness", np.array(ImageEnhance.Brightness(im).enhance(f)), f)
    case("contrast", np.array(ImageEnhance.Contrast(im).enhance(f)), f)
    case("sharpness", np.array(ImageEnhance.Sharpness(im).enhance(f * 1.5)), f * 1.5)
case("gray", np.repeat(np.array(im.convert("L"))[..., None], 3, 2))


def hsv(change):
    out = np.zeros(p.shape)
    for y in range(p.shape[0]):
        for x in range(p.shape[1]):
            out[y, x] = colorsys.hsv_to_rgb(*change(*colorsys.rgb_to_hsv(*(p[y, x] / 255.0))))
    return rounded(out * 255)


for f in (0.0, 0.5, 1.7):
    case("saturation", hsv(lambda h, s, v: (h, min(1.0, s * f), v)), f)
for d in (40.0, -75.0, 180.0):
    case("hue", hsv(lambda h, s, v: ((h + d / 360) % 1.0, s, v)), d)
for sigma in (0.8, 2.5):
    case("gaussian_blur", np.stack([rounded(ndimage.gaussian_filter(p[..., c].astype(np.float64), sigma, mode="reflect", truncate=3)) for c in range(3)], 2), sigma)
maps = ((0.9, -0.35, 4.2, 0.3, 1.1, -2.7), (1.6, 0.4, -5.0, -0.2, 1.5, -3.0))
for m in maps:
    h, w = 12, 17
    y, x = np.mgrid[0:h, 0:w] + 0.5
    at = [m[3] * x + m[4] * y + m[5] - 0.5, m[0] * x + m[1] * y + m[2] - 0.5]
    for fill, mode in (("nearest", "nearest"), ("reflect", "reflect"), ("constant", "grid-constant"), ("wrap", "grid-wrap")):
        planes = [ndimage.map_coordinates(p[..., c].astype(np.float64), at, order=1, mode=mode, cval=(200, 100, 50)[c], prefilter=False) for c in range(3)]
        case("affine_" + fill, rounded(np.stack(planes, 2)), *m)
for power in (1.0, 6.0):
    v = p / 255.0
    e = (v ** power).reshape(-1, 3).mean(0) ** (1 / power)
    e /= np.sqrt((e ** 2).sum())
    case("shades_of_gray", rounded(p / (e * np.sqrt(3))), power)
big = source(40, 41) // 2 + 30
im = Image.fromarray(big)
case("posterize", np.array(ImageOps.posterize(im, 3)), 3.0)
case("solarize", np.array(ImageOps.solarize(im, 90)), 90.0)
case("stretch", np.array(ImageOps.autocontrast(im)))
case("equalize", np.array(ImageOps.equalize(im)))

with open("expected.json", "w") as f:
    f.write("[\n" + ",\n".join(json.dumps(c) for c in cases) + "\n]\n")
print(len(cases), "cases")
