"""Records operating points of one class against the rest: with scikit-learn where it has the measure, else with numpy by hand from the definition.

Run:  python3 record_operating.py > operating.json      (needs numpy and scikit-learn; recorded with scikit-learn 1.2)
Scores are thousandths, read as float32 on both sides. What is undefined is null.
"""
import json
import numpy as np
from sklearn import metrics as m

rng = np.random.default_rng(20261128)


def number(value):
    return None if value is None or not np.isfinite(value) else float(value)


def partial(truth, score):
    """The measure of the ISIC 2024 challenge, as its metric computes it: labels and scores turned round, area up to a false positive rate of 0.2, unscaled."""
    max_fpr = 0.2
    scaled = m.roc_auc_score(1 - truth, -score, max_fpr=max_fpr)
    return 0.5 * max_fpr ** 2 + (max_fpr - 0.5 * max_fpr ** 2) / (1.0 - 0.5) * (scaled - 0.5)


def point(truth, taken, prevalence, threshold):
    positives, negatives = truth.sum(), (1 - truth).sum()
    tp, fp = int((truth & taken).sum()), int(((1 - truth) & taken).sum())
    s, c = tp / positives, (negatives - fp) / negatives
    up, down = s * prevalence + (1 - c) * (1 - prevalence), c * (1 - prevalence) + (1 - s) * prevalence
    f = {b: number(m.fbeta_score(truth, taken, beta=b, zero_division=0)) for b in (0.5, 1, 2)}
    return {"threshold": threshold, "sensitivity": s, "specificity": c, "ppv": s * prevalence / up if up else None,
            "npv": c * (1 - prevalence) / down if down else None, "f0.5": f[0.5], "f1": f[1], "f2": f[2]}


def at(truth, score, prevalence, by, target):
    """The best threshold among all, one above every score included: by trying every one."""
    positives, negatives = truth.sum(), (1 - truth).sum()
    best = None
    for t in [np.inf] + sorted(set(score.tolist()), reverse=True):
        taken = (score >= t).astype(int)
        s, c = (truth & taken).sum() / positives, (negatives - ((1 - truth) & taken).sum()) / negatives
        kept, wanted = (c, s) if by == "specificity" else (s, c)
        if kept >= target and (best is None or (wanted, kept) > best[0]):
            best = ((wanted, kept), t, taken)
    return point(truth, best[2], prevalence, None if best[1] == np.inf else best[1])


def benefit(truth, score, prevalence):
    model, everyone = [], []
    positives, negatives = truth.sum(), (1 - truth).sum()
    for step in range(1, 100):
        t = step / 100
        taken = (score >= t).astype(int)
        s, a = (truth & taken).sum() / positives, ((1 - truth) & taken).sum() / negatives
        model.append(float(s * prevalence - a * (1 - prevalence) * t / (1 - t)))
        everyone.append(float(prevalence - (1 - prevalence) * t / (1 - t)))
    return {"model": model, "all": everyone}


def case(name, k, n, missing=(), coarse=1, stated=None, skill=1.5):
    allowed = [c for c in range(k) if c not in missing]
    y = rng.choice(allowed, n, p=rng.dirichlet(np.full(len(allowed), 2.0)))
    logits = rng.normal(size=(n, k))
    logits[np.arange(n), y] += skill
    s = np.exp(logits - logits.max(1, keepdims=True))
    s /= s.sum(1, keepdims=True)
    thousandths = (np.round(s * 1000 / coarse) * coarse).astype(int)
    scores = (thousandths / 1000).astype(np.float32).astype(np.float64)
    predicted = scores.argmax(1)
    classes = []
    for c in range(k):
        truth, score = (y == c).astype(int), scores[:, c]
        prevalence = stated.get(c, truth.mean()) if stated else truth.mean()
        if not 0 < truth.sum() < n:
            classes.append(None)
            continue
        precision, recall, _ = m.precision_recall_curve(truth, score)
        classes.append({
            "partialAuc": number(partial(truth, score)),
            "points": [point(truth, (predicted == c).astype(int), prevalence, None)]
            + [at(truth, score, prevalence, by, t) for by, t in (("specificity", 0.9), ("specificity", 0.95), ("sensitivity", 0.9), ("sensitivity", 0.95))],
            "averagePrecision": number(m.average_precision_score(truth, score)),
            "precision": precision[:-1][::-1].tolist(), "recall": recall[:-1][::-1].tolist(),
            "benefit": benefit(truth, score, prevalence),
        })
    return {"name": name, "classes": k, "actual": y.tolist(), "thousandths": thousandths.ravel().tolist(),
            "stated": {f"class {c}": v for c, v in (stated or {}).items()}, "expected": classes}


cases = [
    case("two classes", 2, 80),
    case("two classes at a stated prevalence", 2, 80, stated={1: 0.02}),
    case("seven classes", 7, 150, stated={0: 0.3, 6: 0.001}),
    case("many equal scores", 4, 90, coarse=100),
    case("a class without examples", 3, 50, missing=(1,)),
    case("no skill", 3, 60, skill=0.0),
    case("few of one class", 2, 25, coarse=50),
]
print("[\n" + ",\n".join(json.dumps(c, separators=(",", ":")) for c in cases) + "\n]")
