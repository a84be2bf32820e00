"""Compares every built-in network at its own size with ONNX Runtime (files of opsets 9, 13 and 20) and with PyTorch, prints a table, and
records ONNX Runtime's scores in exports.json.

Write the files, one network after the other when the disk is small (vgg16 takes 1.7 GB), then run this:
  SKINCLASSIFIER_WRITE_NETWORKS=FOLDER dotnet test SkinClassifier.Tests -c Release --filter "FullyQualifiedName~ArchitectureExportTests"
  NODE_PATH=… python3 assets/golden/backbones/record_exports.py FOLDER
Large networks need the slow suite: --settings SkinClassifier.Tests/slow.runsettings.
Needs numpy, onnx, torch 1.13, torchvision 0.14, and node with onnxruntime-node (1.30.0 recorded the committed file). Differences are
relative to the largest score. The weights are in the files, under PyTorch's names: torchvision's network, or that of reference_networks.py.
"""
import json
import os
import subprocess
import sys
import numpy as np
import onnx
import onnx.numpy_helper
import torch
import torchvision.models as models
import reference_networks

folder, here = sys.argv[1], os.path.dirname(os.path.abspath(__file__))
target = os.path.join(here, "exports.json")
recorded = json.load(open(target)) if os.path.exists(target) else {}


def load(name):
    return np.load(os.path.join(folder, name))


def difference(a, b):
    return float(np.max(np.abs(a.astype(np.float64) - b)) / np.max(np.abs(b)))


def pytorch(name, picture):
    """The scores of PyTorch's network in float64 and how many tensors it shares with the file, or None where there is none."""
    extra = {"aux_logits": False, "init_weights": False, "transform_input": False} if name == "inception_v3" else {}
    if hasattr(reference_networks, name):
        network = getattr(reference_networks, name)(1000)
    elif hasattr(models, name):
        network = getattr(models, name)(weights=None, **extra)
    else:
        return None
    file = onnx.load(os.path.join(folder, f"{name}.13.onnx"))
    weights = {t.name: torch.from_numpy(onnx.numpy_helper.to_array(t).copy()) for t in file.graph.initializer}
    state = {k: weights[k].reshape(v.shape) for k, v in network.state_dict().items() if not k.endswith("num_batches_tracked")}
    network.load_state_dict(state, strict=False)
    with torch.no_grad():
        return network.double().eval()(torch.from_numpy(picture).double()).numpy()


print("| network | read again | ONNX Runtime, opset 9 | 13 | 20 | PyTorch |\n|---|---|---|---|---|---|")
for name in sorted({f.split(".")[0] for f in os.listdir(folder) if f.endswith(".input.npy")}):
    ours, cells = load(f"{name}.output.npy"), []
    for opset in (9, 13, 20):
        out = os.path.join(folder, f"{name}.{opset}.ort.npy")
        subprocess.run(["node", os.path.join(here, "..", "onnx", "run_ort.cjs"), os.path.join(folder, f"{name}.{opset}.onnx"), os.path.join(folder, f"{name}.input.npy"), out], check=True)
        theirs = np.load(out)
        cells.append(f"{difference(ours, theirs):.1e}")
        if opset == 13:
            recorded[name] = {"largest": float(f"{np.max(np.abs(theirs)):.7g}"), "scores": [float(f"{v:.7g}") for v in theirs.flatten()[:10]]}
    torch_scores = pytorch(name, load(f"{name}.input.npy"))
    cells.append("–" if torch_scores is None else f"{difference(ours, torch_scores):.1e}")
    print(f"| {name} | {difference(load(f'{name}.again.npy'), ours):.1e} | {' | '.join(cells)} |", flush=True)
with open(target, "w") as f:
    f.write("{\n" + ",\n".join(f"{json.dumps(k)}:{json.dumps(recorded[k])}" for k in sorted(recorded)) + "\n}\n")
