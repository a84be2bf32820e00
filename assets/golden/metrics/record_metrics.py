"""Records the figures of metrics.json as scikit-learn computes them, for random cases: 2 to 12 classes, missing classes, ties, constant predictions.

Run:  python3 record_metrics.py > metrics.json      (needs numpy and scikit-learn; recorded with scikit-learn 1.2)
Scores are thousandths, read as float32 on both sides. A figure that is undefined is null.
"""
import json, warnings
import numpy as np
from sklearn import metrics as m

warnings.filterwarnings("ignore")
rng = np.random.default_rng(20240917)


def number(value):
    return None if value is None or not np.isfinite(value) else float(value)


def figures(y, s, k):
    p, n = s.argmax(1), len(y)
    present = [c for c in range(k) if (y == c).any()]
    top, right = s.max(1), p == y
    bins = np.clip(np.ceil(top * 15).astype(int) - 1, 0, 14)
    prior = np.array([(y == c).mean() for c in range(k)])
    prior_loss = -sum(v * np.log(v) for v in prior if v > 0)
    loss = float(-np.log(np.clip(s[np.arange(n), y], 1e-15, 1)).mean())
    prf = m.precision_recall_fscore_support(y, p, labels=present, zero_division=0)
    auc = {c: m.roc_auc_score(y == c, s[:, c]) for c in present if 0 < (y == c).sum() < n}
    order = np.argsort(-s, axis=1, kind="stable")[:, :3]
    one = len(present) == 1
    every = m.precision_recall_fscore_support(y, p, labels=range(k), zero_division=0)
    confusion = m.confusion_matrix(y, p, labels=range(k))
    per_class = []
    for c in range(k):
        support, predicted, hit = int((y == c).sum()), int((p == c).sum()), int(((y == c) & (p == c)).sum())
        others = n - support
        per_class.append({
            "support": support,
            "precision": number(every[0][c]) if predicted else None,
            "recall": number(every[1][c]) if support else None,
            "f1": number(every[2][c]) if support else None,
            "specificity": number((others - (predicted - hit)) / others) if others else None,
            "auc": number(auc.get(c)),
            "averagePrecision": number(m.average_precision_score(y == c, s[:, c])) if support else None,
        })
    return {
        "microAccuracy": number(m.accuracy_score(y, p)),
        "macroAccuracy": number(np.mean([(p[y == c] == c).mean() for c in present])),
        "logLoss": number(loss),
        "logLossReduction": None if one else number(1 - loss / prior_loss),
        "macroPrecision": number(prf[0].mean()),
        "macroRecall": number(prf[1].mean()),
        "macroF1": number(prf[2].mean()),
        "weightedF1": number(m.f1_score(y, p, average="weighted")),
        "macroAuc": number(np.mean(list(auc.values()))) if auc else None,
        "matthewsCorrelation": None if one else number(m.matthews_corrcoef(y, p)),
        "cohenKappa": number(m.cohen_kappa_score(y, p)),
        "expectedCalibrationError": number(sum(abs(top[bins == b].mean() - right[bins == b].mean()) * (bins == b).mean() for b in range(15) if (bins == b).any())),
        "top3Accuracy": number((order == y[:, None]).any(1).mean()),
        "confusionMatrix": confusion.tolist(),
        "perClass": per_class,
    }


def case(name, k, n, missing=(), coarse=1, constant=None, perfect=False, skill=1.5):
    allowed = [c for c in range(k) if c not in missing]
    y = rng.choice(allowed, n, p=rng.dirichlet(np.full(len(allowed), 2.0)))
    logits = rng.normal(size=(n, k))
    logits[np.arange(n), y] += 50 if perfect else skill
    if constant is not None:
        logits[:, constant] += 60
    s = np.exp(logits - logits.max(1, keepdims=True))
    s /= s.sum(1, keepdims=True)
    thousandths = (np.round(s * 1000 / coarse) * coarse).astype(int)
    scores = (thousandths / 1000).astype(np.float32).astype(np.float64)
    return {"name": name, "classes": k, "actual": y.tolist(), "thousandths": thousandths.ravel().tolist(), "expected": figures(y, scores, k)}


cases = [
    case("two classes", 2, 60),
    case("three classes", 3, 50),
    case("seven classes", 7, 120),
    case("twelve classes", 12, 90),
    case("a class without examples", 5, 60, missing=(2,)),
    case("three classes without examples", 6, 40, missing=(0, 3, 5)),
    case("many equal scores", 4, 80, coarse=250),
    case("equal scores and a missing class", 5, 70, coarse=200, missing=(4,)),
    case("everything taken for one class", 4, 40, constant=1),
    case("perfect", 5, 40, perfect=True),
    case("no skill", 6, 60, skill=0.0),
    case("examples of one class only", 3, 20, missing=(0, 2)),
    case("one class only, all right", 3, 20, missing=(0, 2), perfect=True),
    case("two examples", 2, 2),
    case("one example", 3, 1),
]
print("[\n" + ",\n".join(json.dumps(c, separators=(",", ":")) for c in cases) + "\n]")
