"""Records what PyTorch's networks compute: torchvision's, and where it has none the small ones of reference_networks.py, with weights from an integer formula, in architectures.json.

Run:  python3 record_architectures.py      (PyTorch 1.13 and torchvision 0.14 recorded the committed file; about a minute)

u(i) = h / 2^32 with, in 32-bit arithmetic, s = FNV-1a of the parameter's name & 0x7fffffff,
h = i * 2654435761 + s * 40503 + 12345;  h = (h ^ (h >> 15)) * 2246822519;  h = h ^ (h >> 13).
running_var and one-axis weights: 0.5 + u;  running_mean, biases and other one-axis parameters: 0.2 u - 0.1;
everything else: (2 u - 1) sqrt(gain / product of all lengths but the first), gain 4.5 where GAIN names no other.  All rounded to float32, then computed in float64.
The picture is 2 u - 1 with s = 1, the gradient of the scores 2 u - 1 with s = 101; BatchNormalization is frozen.
"""
import json
import numpy as np
import torch
import torchvision.models as models
import reference_networks


def unit(count, seed):
    mask = np.uint64(2 ** 32 - 1)
    h = (np.arange(count, dtype=np.uint64) * np.uint64(2654435761) + np.uint64(seed * 40503 + 12345)) & mask
    h = ((h ^ (h >> np.uint64(15))) * np.uint64(2246822519)) & mask
    return (h ^ (h >> np.uint64(13))).astype(np.float64) / 2.0 ** 32


def fnv(text):
    h = 2166136261
    for c in text.encode():
        h = ((h ^ c) * 16777619) & 0xFFFFFFFF
    return h


def weights(name, shape, gain):
    u = unit(int(np.prod(shape)), fnv(name) & 0x7FFFFFFF)
    if name.endswith("running_var") or (len(shape) == 1 and name.endswith(".weight")):
        u = 0.5 + u
    elif len(shape) == 1:
        u = 0.2 * u - 0.1
    else:
        u = (2 * u - 1) * np.sqrt(gain / np.prod(shape[1:]))
    return torch.from_numpy(u.astype(np.float32).reshape(shape))


def short(values, count=8):
    return [float(f"{v:.7g}") for v in values.detach().double().reshape(-1)[:count].tolist()]


def norm(values):
    return float(f"{values.detach().double().norm().item():.7g}")


NETWORKS = {"mobilenet_v2": 96, "mobilenet_v3_large": 96, "resnet18": 64, "resnet50": 64, "inception_v3": 107, "efficientnet_b0": 64,
            "efficientnet_v2_s": 64, "densenet121": 64, "convnext_tiny": 64, "squeezenet1_1": 79, "vgg16": 96,
            "mobilenet_v1": 64, "resnet_v2_50": 64, "resnet_v2_101": 64, "xception": 96}
GAIN = {"efficientnet_v2_s": 3.0, "resnet_v2_50": 2.0, "resnet_v2_101": 2.0}  # with 4.5 their gradients depend on the last bits of float32
result = {}
for name, size in NETWORKS.items():
    extra = {"aux_logits": False, "init_weights": False, "transform_input": False} if name == "inception_v3" else {}
    network = (getattr(reference_networks, name)(10) if hasattr(reference_networks, name) else getattr(models, name)(weights=None, num_classes=10, **extra)).eval()
    names = []
    with torch.no_grad():
        for key, value in network.state_dict().items():
            if not key.endswith("num_batches_tracked"):
                value.copy_(weights(key, tuple(value.shape), GAIN.get(name, 4.5)))
                names.append(f"{key}:{value.numel()}")
    network = network.double()
    x = torch.from_numpy((2 * unit(3 * size * size, 1) - 1).astype(np.float32).astype(np.float64).reshape(1, 3, size, size)).requires_grad_(True)
    kept = {}
    last = network.features[-1] if name == "squeezenet1_1" else [m for m in network.modules() if isinstance(m, torch.nn.Linear)][-1]
    last.register_forward_hook(lambda m, i, o: kept.update(features=o.mean((2, 3)) if name == "squeezenet1_1" else i[0]))
    y = network(x)
    y.backward(torch.from_numpy((2 * unit(10, 101) - 1).astype(np.float32).astype(np.float64).reshape(1, 10)))
    first = next(network.parameters())
    result[name] = {"size": size, "gain": GAIN.get(name, 4.5), "parameters": len(names), "names": fnv("\n".join(sorted(names))),
                    "scores": short(y, 10), "features": short(kept["features"]), "featureNorm": norm(kept["features"]),
                    "inputGradient": short(x.grad), "inputGradientNorm": norm(x.grad),
                    "firstWeightGradient": short(first.grad), "firstWeightGradientNorm": norm(first.grad)}
    print(name, result[name]["scores"][:3], result[name]["featureNorm"], result[name]["inputGradientNorm"], flush=True)

with open("architectures.json", "w") as f:
    f.write("{\n" + ",\n".join(f"{json.dumps(k)}:{json.dumps(v)}" for k, v in result.items()) + "\n}\n")
