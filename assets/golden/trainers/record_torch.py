"""Records torch.json: losses, optimizers and schedules as PyTorch 1.13 computes them. record_torch.py > torch.json"""
import json, torch, torch.nn as nn, torch.nn.functional as F
torch.manual_seed(1)
r = lambda t: [round(float(v), 9) for v in t.flatten()]
out = {"losses": [], "optimizers": [], "schedules": []}

def loss(name, kind, scores, targets, weights, smoothing, gamma, f):
    z = scores.clone().double().requires_grad_(True); l = f(z); l.backward()
    out["losses"].append(dict(name=name, kind=kind, scores=r(scores), targets=r(targets), classes=targets.shape[1],
                              weights=r(weights) if weights is not None else [], smoothing=smoothing, gamma=gamma, loss=float(l), gradient=r(z.grad)))
N, K = 6, 4
z = torch.round(torch.randn(N, K) * 2 * 1000) / 1000; y = torch.tensor([0, 3, 1, 1, 2, 0]); hot = F.one_hot(y, K).float(); w = torch.tensor([0.5, 2.0, 1.0, 3.25])
mix = torch.round(torch.softmax(torch.randn(N, K), 1) * 64) / 64; mix[:, 0] += 1 - mix.sum(1)
loss("plain", "CrossEntropy", z, hot, None, 0, 2, lambda s: F.cross_entropy(s, y))
loss("weights", "CrossEntropy", z, hot, w, 0, 2, lambda s: F.cross_entropy(s, y, weight=w.double()))
loss("smoothing", "CrossEntropy", z, hot, None, 0.1, 2, lambda s: F.cross_entropy(s, y, label_smoothing=0.1))
loss("weights and smoothing", "CrossEntropy", z, hot, w, 0.1, 2, lambda s: F.cross_entropy(s, y, weight=w.double(), label_smoothing=0.1))
loss("soft targets", "CrossEntropy", z, mix, None, 0, 2, lambda s: F.cross_entropy(s, mix.double()))
loss("soft targets smoothed", "CrossEntropy", z, mix, None, 0.2, 2, lambda s: F.cross_entropy(s, mix.double(), label_smoothing=0.2))
loss("huge scores", "CrossEntropy", z * 100, hot, None, 0, 2, lambda s: F.cross_entropy(s, y))
prior = torch.log(torch.tensor([0.5, 0.125, 0.0625, 0.3125]))
loss("logit adjustment", "CrossEntropy", z, hot, None, 0, 2, lambda s: F.cross_entropy(s + prior.double(), y)); out["losses"][-1]["offsets"] = r(prior)
z1 = z[:, :1]; y2 = torch.tensor([0, 1, 1, 0, 1, 0]); hot2 = F.one_hot(y2, 2).float(); w2 = torch.tensor([0.75, 2.5])
loss("plain", "Binary", z1, hot2, None, 0, 2, lambda s: F.binary_cross_entropy_with_logits(s[:, 0], y2.double()))
loss("weights", "Binary", z1, hot2, w2, 0, 2, lambda s: F.binary_cross_entropy_with_logits(s[:, 0], y2.double(), weight=w2.double()[y2], reduction="sum") / w2[y2].sum())
loss("smoothing", "Binary", z1, hot2, None, 0.1, 2, lambda s: F.binary_cross_entropy_with_logits(s[:, 0], y2.double() * 0.9 + 0.05))
loss("plain", "Hinge", z, hot, None, 0, 2, lambda s: F.multi_margin_loss(s, y))
loss("weights", "Hinge", z, hot, w, 0, 2, lambda s: F.multi_margin_loss(s, y, weight=w.double(), reduction="sum") / w[y].sum())
def focal(s, gamma, weight):
    lp = F.log_softmax(s, 1).gather(1, y[:, None])[:, 0]; q = weight[y] if weight is not None else torch.ones(N)
    return (-(1 - lp.exp()) ** gamma * lp * q).sum() / q.sum()
loss("gamma 2", "Focal", z, hot, None, 0, 2, lambda s: focal(s, 2, None))
loss("gamma 1.5 weights", "Focal", z, hot, w, 0, 1.5, lambda s: focal(s, 1.5, w.double()))
loss("gamma 0", "Focal", z, hot, None, 0, 0, lambda s: F.cross_entropy(s, y))

def optimizer(name, kind, momentum, nesterov, decay, rate, make):
    p = nn.Parameter(torch.round(torch.randn(19) * 1000) / 1000); start = r(p); o = make([p]); grads = []
    for step in range(5):
        p.grad = torch.round(torch.randn(19) * 1000) / 1000; grads.append(r(p.grad)); o.step()
    out["optimizers"].append(dict(name=name, kind=kind, momentum=momentum, nesterov=nesterov, decay=decay, rate=rate, start=start, gradients=grads, end=r(p.detach())))
optimizer("sgd", "Sgd", 0, False, 0, 0.1, lambda p: torch.optim.SGD(p, 0.1))
optimizer("sgd momentum decay", "Sgd", 0.9, False, 0.01, 0.1, lambda p: torch.optim.SGD(p, 0.1, momentum=0.9, weight_decay=0.01))
optimizer("sgd nesterov decay", "Sgd", 0.9, True, 0.01, 0.1, lambda p: torch.optim.SGD(p, 0.1, momentum=0.9, weight_decay=0.01, nesterov=True))
optimizer("adam", "Adam", 0, False, 0, 0.01, lambda p: torch.optim.Adam(p, 0.01))
optimizer("adam decay", "Adam", 0, False, 0.1, 0.01, lambda p: torch.optim.Adam(p, 0.01, weight_decay=0.1))
optimizer("adamw", "AdamW", 0, False, 0.1, 0.01, lambda p: torch.optim.AdamW(p, 0.01, weight_decay=0.1))
optimizer("rmsprop", "RmsProp", 0, False, 0, 0.01, lambda p: torch.optim.RMSprop(p, 0.01))
optimizer("rmsprop momentum decay", "RmsProp", 0.9, False, 0.1, 0.01, lambda p: torch.optim.RMSprop(p, 0.01, weight_decay=0.1, momentum=0.9))

L = torch.optim.lr_scheduler
def schedule(name, make, total=40, per_epoch=10, per_step=True):
    p = nn.Parameter(torch.zeros(1)); o = torch.optim.SGD([p], 1.0, momentum=0.9); s = make(o); rates = []; momenta = []
    for step in range(total):
        rates.append(o.param_groups[0]["lr"]); momenta.append(o.param_groups[0]["momentum"]); o.step()
        if per_step or (step + 1) % per_epoch == 0: s.step()
    out["schedules"].append(dict(name=name, total=total, perEpoch=per_epoch, factors=rates, momenta=momenta, losses=[]))
schedule("cosine", lambda o: L.CosineAnnealingLR(o, 40))
schedule("one-cycle", lambda o: L.OneCycleLR(o, 1.0, total_steps=40))
schedule("one-cycle long", lambda o: L.OneCycleLR(o, 1.0, total_steps=97), total=97, per_epoch=9)
schedule("polynomial", lambda o: L.PolynomialLR(o, 40, power=2.0))
schedule("exponential staircase", lambda o: L.ExponentialLR(o, 0.94), per_step=False)
schedule("step", lambda o: L.StepLR(o, 2, gamma=0.1), per_step=False)
losses = [1.0, 0.9, 0.95, 0.91, 0.9, 0.89999, 0.93, 0.8, 0.85, 0.81, 0.82, 0.83, 0.84, 0.85, 0.86, 0.87]
p = nn.Parameter(torch.zeros(1)); o = torch.optim.SGD([p], 1.0); s = L.ReduceLROnPlateau(o, factor=0.3, patience=3); rates = []
for l in losses: rates.append(o.param_groups[0]["lr"]); s.step(l)
out["schedules"].append(dict(name="plateau", total=len(losses), perEpoch=1, factors=rates, momenta=[0.9] * len(losses), losses=losses))

loss("plain", "BinaryHinge", z1, hot2, None, 0, 2, lambda s: F.relu(1 - s[:, 0] * (2 * y2 - 1)).mean())
loss("weights", "BinaryHinge", z1, hot2, w2, 0, 2, lambda s: (F.relu(1 - s[:, 0] * (2 * y2 - 1)) * w2.double()[y2]).sum() / w2[y2].sum())
schedule("cosine to a tenth", lambda o: L.CosineAnnealingLR(o, 40, eta_min=0.1))
schedule("step gamma", lambda o: L.StepLR(o, 1, gamma=0.5), per_step=False)
schedule("exponential rate", lambda o: L.ExponentialLR(o, 0.8), per_step=False)
schedule("one-cycle parameters", lambda o: L.OneCycleLR(o, 1.0, total_steps=40, pct_start=0.2, div_factor=10, final_div_factor=100, base_momentum=0.8, max_momentum=0.9))
schedule("warm-up", lambda o: L.SequentialLR(o, [L.LinearLR(o, start_factor=0.1, end_factor=1.0, total_iters=9), L.CosineAnnealingLR(o, 30)], milestones=[10]))
schedule("constant", lambda o: L.ConstantLR(o, factor=1.0))

# Distillation: (1 - w) * cross entropy + w * T^2 * KL(teacher || student), teacher given as probabilities.
out["distillation"] = []
teacher = torch.softmax(torch.randn(N, K) * 3, 1); teacher[2] = torch.tensor([0.0, 1.0, 0.0, 0.0])
for weight, temp in ((0.5, 2.0), (1.0, 1.0), (0.25, 5.0)):
    s = z.clone().double().requires_grad_(True); t = teacher.double().clamp(min=1e-12)
    l = (1 - weight) * F.cross_entropy(s, y) + weight * temp ** 2 * F.kl_div(F.log_softmax(s / temp, 1), F.softmax(t.log() / temp, 1), reduction="batchmean"); l.backward()
    out["distillation"].append(dict(name=f"weight {weight} temperature {temp}", scores=r(z), targets=r(hot), teacher=r(teacher), classes=K, weight=weight, temperature=temp, loss=float(l), gradient=r(s.grad)))

# Stochastic weight averaging: the running mean of weights, and BatchNormalization statistics over all batches of an epoch.
from torch.optim.swa_utils import AveragedModel, update_bn
m = nn.Linear(5, 3); average = AveragedModel(m); steps = []
for step in range(4):
    with torch.no_grad(): [p.copy_(torch.round(torch.randn(p.shape) * 1000) / 1000) for p in m.parameters()]
    steps.append(r(m.weight)); average.update_parameters(m)
bn = nn.BatchNorm2d(3); batches = [torch.round(torch.randn(4, 3, 6, 5) * 40 + 100 + 20 * i) for i in range(3)]; update_bn(batches, bn)
n = 4 * 6 * 5
out["averaging"] = dict(steps=steps, mean=r(average.module.weight), batches=[r(b) for b in batches], shape=[4, 3, 6, 5], runningMean=r(bn.running_mean), runningVariance=r(bn.running_var * (n - 1) / n))

# Shades of grey as a plain formula on pictures of 0 to 255.
pictures = torch.round(torch.rand(2, 3, 7, 9) * torch.tensor([200.0, 140.0, 90.0])[None, :, None, None]); pictures[1, 2] = 0
def shades(x, p=6):
    e = (x.double() ** p).mean((2, 3), keepdim=True).clamp(min=0.00025) ** (1 / p)
    return (x * (e ** 2).mean(1, keepdim=True).sqrt() / e).clamp(0, 255)
out["constancy"] = dict(shape=[2, 3, 7, 9], pictures=r(pictures), balanced=r(shades(pictures)))

# Momentum that changes from step to step, as OneCycleLR does with it: beta 1 of Adam, momentum of SGD.
out["cycled"] = []
for name, kind, nesterov, make in (("adamw", "AdamW", False, lambda p: torch.optim.AdamW(p, 0.01, weight_decay=0.1)), ("sgd nesterov", "Sgd", True, lambda p: torch.optim.SGD(p, 0.01, momentum=0.9, weight_decay=0.1, nesterov=True)), ("rmsprop", "RmsProp", False, lambda p: torch.optim.RMSprop(p, 0.01, weight_decay=0.1, momentum=0.9))):
    p = nn.Parameter(torch.round(torch.randn(19) * 1000) / 1000); start = r(p); o = make([p]); s = L.OneCycleLR(o, 0.01, total_steps=12); grads = []
    for step in range(12):
        p.grad = torch.round(torch.randn(19) * 1000) / 1000; grads.append(r(p.grad)); o.step(); s.step() if step < 11 else None
    out["cycled"].append(dict(name=name, kind=kind, nesterov=nesterov, decay=0.1, rate=0.01, start=start, gradients=grads, end=r(p.detach())))
print(json.dumps(out))
