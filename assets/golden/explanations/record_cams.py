"""Records the maps of pytorch-grad-cam for PyTorch's networks with weights from an integer formula, in cams.json.

Run:  python3 record_cams.py      (PyTorch 1.13, torchvision 0.14 and pytorch-grad-cam 1.5.5 recorded the committed file; some minutes)

Weights and picture come from the formula of ../backbones/record_architectures.py, computed in float64. The class is the one of ten whose Grad-CAM map
of the last layer has most places above 0, counted before ReLU: a map of zeros would show nothing. Of each map every STRIDE-th row and column is kept,
beginning with the middle one of the first STRIDE.
"""
import json
import os
import re
import sys
import numpy as np
import torch
import torchvision.models as models
from torch import nn
from pytorch_grad_cam import GradCAM, GradCAMPlusPlus, HiResCAM, LayerCAM
from pytorch_grad_cam.utils.model_targets import ClassifierOutputTarget

here = os.path.dirname(os.path.abspath(__file__))
text = open(os.path.join(here, "..", "backbones", "record_architectures.py")).read()
formula = {"np": np, "torch": torch}
exec("\n\n".join(re.findall(r"^def (?:unit|fnv|weights)\(.*?(?=^\S)", text, re.M | re.S)), formula)
STRIDE = 8
METHODS = {"GradCam": GradCAM, "GradCamPlusPlus": GradCAMPlusPlus, "HiResCam": HiResCAM, "LayerCam": LayerCAM}


class SmallCnn(nn.Module):
    """The project's own small network, with its parameter names."""

    def __init__(self, classes):
        super().__init__()
        channels = [3, 16, 32, 64, 128]
        for i in range(4):
            block = nn.Module()
            block.conv = nn.Conv2d(channels[i], channels[i + 1], 3, padding=1, bias=False)
            block.norm = nn.BatchNorm2d(channels[i + 1])
            block.pool = nn.MaxPool2d(2)
            setattr(self, f"block{i}", block)
        self.classifier = nn.Linear(128, classes)

    def forward(self, x):
        for i in range(4):
            block = getattr(self, f"block{i}")
            x = block.pool(torch.relu(block.norm(block.conv(x))))
        return self.classifier(x.mean((2, 3)))


# Network: size, factor of the weights, and for every layer our name ("" is the last feature map) with PyTorch's module.
CASES = {
    "mobilenet_v2": (96, 4.5, {"": "features.18", "features.8.conv.0.2": "features.8.conv.0"}),
    "resnet18": (96, 4.5, {"": "layer4.1", "layer2.0.conv2": "layer2.0.conv2"}),
    "efficientnet_b0": (96, 4.5, {"": "features.8", "features.4.1.block.1.2": "features.4.1.block.1"}),
    "vgg16": (96, 4.5, {"": "features.30"}),
    "small_cnn": (96, 4.5, {"": "block3.pool"}),
}
result = {}
for name, (size, gain, layers) in CASES.items():
    network = (SmallCnn(10) if name == "small_cnn" else getattr(models, name)(weights=None, num_classes=10)).eval()
    with torch.no_grad():
        for key, value in network.state_dict().items():
            if not key.endswith("num_batches_tracked"):
                value.copy_(formula["weights"](key, tuple(value.shape), gain))
    network = network.double()
    network.requires_grad_(False)
    modules = dict(network.named_modules())
    x = torch.from_numpy((2 * formula["unit"](3 * size * size, 1) - 1).astype(np.float32).astype(np.float64).reshape(1, 3, size, size)).requires_grad_(True)
    kept = {}
    hook = modules[layers[""]].register_forward_hook(lambda m, i, o: kept.update(a=o))
    scores = network(x)[0]
    hook.remove()
    shares = []
    for label in range(10):
        gradient, = torch.autograd.grad(scores[label], kept["a"], retain_graph=True)
        shares.append(((gradient.mean((2, 3), keepdim=True) * kept["a"]).sum(1) > 0).double().mean().item())
    label = int(np.argmax(shares))
    result[name] = {"size": size, "gain": gain, "label": label, "stride": STRIDE, "maps": []}
    for layer, module in layers.items():
        for method, Cam in METHODS.items():
            if method == "GradCamPlusPlus" and layer == "layer2.0.conv2":
                continue  # before a normalization the sum of activations has either sign, and the divisor comes near 0: float32 is not enough
            with Cam(model=network, target_layers=[modules[module]]) as cam:
                full = cam(input_tensor=x, targets=[ClassifierOutputTarget(label)])[0]
            assert full.shape == (size, size)
            few = full[STRIDE // 2::STRIDE, STRIDE // 2::STRIDE]
            result[name]["maps"].append({"layer": layer, "method": method, "mean": float(f"{full.mean(dtype=np.float64):.6f}"),
                                         "values": [float(f"{v:.5f}") for v in few.reshape(-1)]})
            print(name, layer, method, label, f"{shares[label]:.2f}", full.min(), full.max(), f"{full.mean():.4f}", flush=True)

with open(os.path.join(here, "cams.json"), "w") as f:
    f.write("{\n" + ",\n".join(f"{json.dumps(k)}:{json.dumps(v, separators=(',', ':'))}" for k, v in result.items()) + "\n}\n")
