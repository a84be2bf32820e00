"""Records McNemar's and DeLong's tests of two classifiers, by hand with numpy and the distributions of SciPy.

Run:  python3 record_comparisons.py > comparisons.json      (needs numpy and scipy; recorded with scipy 1.10)
DeLong is computed from the definition, by comparing every example of the class with every other. Scores are thousandths, read as float32 on both sides.
"""
import json
import numpy as np
from scipy import stats

rng = np.random.default_rng(20261129)


def delong(y, c, s1, s2):
    pos, neg = np.where(y == c)[0], np.where(y != c)[0]
    if len(pos) == 0 or len(neg) == 0:
        return None
    places = []
    for s in (s1[:, c], s2[:, c]):
        psi = (s[pos][:, None] > s[neg][None, :]) + 0.5 * (s[pos][:, None] == s[neg][None, :])
        places.append((psi.mean(1), psi.mean(0)))
    areas = [p[0].mean() for p in places]
    if len(pos) < 2 or len(neg) < 2:
        return {"first": areas[0], "second": areas[1], "z": None, "p": None, "low": None, "high": None}
    s10, s01 = np.cov(places[0][0], places[1][0]), np.cov(places[0][1], places[1][1])
    s = s10 / len(pos) + s01 / len(neg)
    variance = s[0, 0] + s[1, 1] - 2 * s[0, 1]
    difference = areas[0] - areas[1]
    z = difference / np.sqrt(variance) if variance > 1e-30 else None
    half = stats.norm.ppf(0.975) * np.sqrt(max(variance, 0))
    return {"first": areas[0], "second": areas[1], "z": z, "p": None if z is None else float(2 * stats.norm.sf(abs(z))),
            "low": difference - half, "high": difference + half}


def case(name, k, n, skill1, skill2, coarse=1, missing=()):
    y = rng.choice([c for c in range(k) if c not in missing], n)
    scores = []
    for skill in (skill1, skill2):
        logits = rng.normal(size=(n, k))
        logits[np.arange(n), y] += skill
        s = np.exp(logits - logits.max(1, keepdims=True))
        s /= s.sum(1, keepdims=True)
        scores.append((np.round(s * 1000 / coarse) * coarse).astype(int))
    s1, s2 = ((t / 1000).astype(np.float32).astype(np.float64) for t in scores)
    right1, right2 = s1.argmax(1) == y, s2.argmax(1) == y
    b, c = int((right1 & ~right2).sum()), int((~right1 & right2).sum())
    chi = (abs(b - c) - 1) ** 2 / (b + c) if b + c else None
    return {"name": name, "classes": k, "actual": y.tolist(), "first": scores[0].ravel().tolist(), "second": scores[1].ravel().tolist(),
            "b": b, "c": c, "chi": chi, "chiP": 1 if chi is None else float(stats.chi2.sf(chi, 1)),
            "exactP": 1 if b + c == 0 else float(stats.binomtest(min(b, c), b + c).pvalue), "delong": [delong(y, k_, s1, s2) for k_ in range(k)]}


cases = [
    case("two classes", 2, 120, 1.0, 0.6),
    case("seven classes", 7, 200, 2.0, 0.5),
    case("equal scores", 3, 90, 1.0, 1.0, coarse=100),
    case("a class without examples", 3, 60, 1.0, 0.2, missing=(1,)),
    case("far apart", 2, 300, 3.0, -1.0),
    case("one example of a class", 2, 2, 1.0, 1.0),
]
print("[\n" + ",\n".join(json.dumps(c, separators=(",", ":")) for c in cases) + "\n]")
