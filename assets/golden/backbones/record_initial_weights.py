"""Records mean and standard deviation of torchvision's first weights, for some parameters of every network, in initial_weights.json.

Run:  python3 record_initial_weights.py      (torchvision 0.14 recorded the committed file)
"""
import json
import torch
import torchvision.models as models

NETWORKS = ["mobilenet_v2", "mobilenet_v3_large", "resnet18", "resnet50", "inception_v3", "efficientnet_b0", "efficientnet_v2_s", "densenet121",
            "convnext_tiny", "squeezenet1_1", "vgg16"]
result = {}
for name in NETWORKS:
    torch.manual_seed(1)
    extra = {"aux_logits": False, "init_weights": True} if name == "inception_v3" else {}
    parameters = dict(getattr(models, name)(weights=None, num_classes=10, **extra).named_parameters())
    large = [k for k, v in parameters.items() if v.numel() >= 2000]
    chosen = large[:: max(1, len(large) // 8)] + list(parameters)[-2:] + list(parameters)[:3]
    result[name] = {k: [float(f"{parameters[k].mean().item():.5g}"), float(f"{parameters[k].std(unbiased=False).item():.5g}")] for k in dict.fromkeys(chosen)}

with open("initial_weights.json", "w") as f:
    f.write("{\n" + ",\n".join(f"{json.dumps(k)}:{json.dumps(v)}" for k, v in result.items()) + "\n}\n")
