"""Records what scikit-image says of one drawn image: expected.json. Run: python3 make.py (scikit-image 0.19.3, NumPy 1.24, SciPy 1.10)."""
import json
import math
import os

import numpy as np
import scipy.ndimage
import skimage
from skimage import color, feature, filters, measure

W, H = 200, 150


def source():
    """The image that SkinFeatureGoldenTests.Source draws: whole numbers only, so that both give the same pixels."""
    y, x = np.mgrid[0:H, 0:W].astype(np.int64)
    noise = (x * 7919 + y * 104729 + x * y * 31) % 23
    u, v = (x - 90) * 4 + (y - 80) * 3, (y - 80) * 4 - (x - 90) * 3
    inside = u * u * 9 + v * v * 25 < 1440000 + 4000 * (x - 90) * ((y // 7) % 3)
    corner = (x < 9) & (y < 12)
    dark = inside | corner
    r = np.where(dark, 90 + noise * 2 + x // 10, 205 + noise - y // 8)
    g = np.where(dark, 55 + noise + y // 9, 150 + noise + x // 12)
    b = np.where(dark, 45 + noise * 3 % 31, 125 + (noise * 5 + x) % 29)
    return np.stack([r, g, b], axis=-1).astype(np.uint8)


image = source()
gray = color.rgb2gray(image)
levels = np.rint(255 * gray).astype(np.uint8)
lab = color.rgb2lab(image)
out = {"scikit-image": skimage.__version__}

lab32 = lab.astype(np.float32)
out["labMean"] = [float(lab[..., c].mean()) for c in range(3)]
out["labFirst"] = [float(v) for v in lab[0, 0]]
moments = []
for c in range(3):
    p = lab[..., c]
    d = p - p.mean()
    moments += [float(p.mean()), float(p.std()), float(np.cbrt((d ** 3).mean()))]
out["colorMoments"] = moments
histograms = []
for c, (low, high) in enumerate([(0, 100), (-20, 60), (-20, 60)]):
    counts, _ = np.histogram(np.clip(lab32[..., c], low, high), bins=8, range=(low, high))
    histograms += [float(n) / (W * H) for n in counts]
out["colorHistograms"] = histograms

glcm = []
angles = [0, math.pi / 4, math.pi / 2, 3 * math.pi / 4]
for distance in (1, 3):
    matrix = feature.graycomatrix(levels // 16, [distance], angles, levels=16, symmetric=True, normed=True)
    for name in ("contrast", "dissimilarity", "homogeneity", "energy", "correlation"):
        glcm.append(float(feature.graycoprops(matrix, name).mean()))
out["grayCooccurrence"] = glcm

lbp = []
for points, radius in ((8, 1), (16, 2)):
    codes = feature.local_binary_pattern(levels, points, radius, method="uniform").astype(int)
    lbp += [float(n) / (W * H) for n in np.bincount(codes.ravel(), minlength=points + 2)]
out["localBinaryPatterns"] = lbp

part = gray[20:116, 50:146]
out["orientedGradients"] = [float(v) for v in feature.hog(part, orientations=9, pixels_per_cell=(32, 32), cells_per_block=(3, 3), block_norm="L2-Hys")]

blurred = filters.gaussian(255 * gray, sigma=2, mode="nearest", preserve_range=True)
bytes_ = np.rint(blurred).astype(np.uint8)
out["otsu"] = int(filters.threshold_otsu(bytes_))
labels = measure.label(bytes_ <= out["otsu"], connectivity=2)
largest = max(measure.regionprops(labels), key=lambda r: r.area)
mask = scipy.ndimage.binary_fill_holes(labels == largest.label)
region = measure.regionprops(mask.astype(int))[0]
diagonal = math.hypot(W, H)
perimeter = measure.perimeter(mask, 4)
cy, cx = region.centroid


def asymmetry(angle):
    ys, xs = np.nonzero(mask)
    dx, dy = xs - cx, ys - cy
    c, s = math.cos(2 * angle), math.sin(2 * angle)
    mx, my = np.floor(cx + c * dx + s * dy + 0.5).astype(int), np.floor(cy + s * dx - c * dy + 0.5).astype(int)
    known = (mx >= 0) & (my >= 0) & (mx < W) & (my < H)
    return float(1 - np.count_nonzero(mask[my[known], mx[known]]) / len(xs))


# regionprops measures the angle from the row axis; from the column axis towards the rows it is 90° less it.
long_axis = math.pi / 2 - region.orientation
border = mask & ~scipy.ndimage.binary_erosion(mask, border_value=0)
ys, xs = np.nonzero(border)
radius = np.hypot(ys - cy, xs - cx)
down, right = np.gradient(np.pad(blurred, 1, mode="edge"))
steepness = np.hypot(down[1:-1, 1:-1], right[1:-1, 1:-1])
out["lesionPixels"] = int(mask.sum())
out["shape"] = [
    float(mask.mean()), 4 * math.pi * float(mask.sum()) / perimeter ** 2, perimeter / diagonal, float(region.equivalent_diameter_area) / diagonal,
    float(region.major_axis_length) / diagonal, float(region.minor_axis_length) / diagonal, float(region.eccentricity),
    asymmetry(long_axis), asymmetry(long_axis + math.pi / 2), float(radius.std() / radius.mean()), float(steepness[border].mean()),
    float(math.hypot(cx - (W - 1) / 2, cy - (H - 1) / 2) / (diagonal / 2)),
]
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "expected.json"), "w") as file:
    json.dump(out, file, indent=1)
    file.write("\n")
