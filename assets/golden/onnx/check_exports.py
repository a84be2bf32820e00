"""Gives the files that the test RoundTripTests.EveryOpsetGivesTheSameNumbers wrote to onnx.checker and ONNX Runtime, compares the
outputs of all opsets with each other, and records those of opset 13 (or of the lowest there is) in operator_cases.json.

Run: dotnet test SkinClassifier.Tests -c Release --filter "FullyQualifiedName~RoundTripTests"
     python3 assets/golden/onnx/check_exports.py SkinClassifier.Tests/bin/Release/net10.0/onnx-exports
Needs numpy, onnx, and node with onnxruntime-node (NODE_PATH).
"""
import json
import os
import re
import subprocess
import sys
import numpy as np
import onnx

folder, here = sys.argv[1], os.path.dirname(os.path.abspath(__file__))
# ONNX Runtime runs LRN with odd sizes only.
files = sorted(f for f in os.listdir(folder) if f.endswith(".onnx") and not f.startswith("lrn_even_size"))
newest = onnx.defs.onnx_opset_version()
jobs, faults = [], []
for f in files:
    case, opset = re.match(r"(.*)\.(\d+)\.onnx$", f).groups()
    if int(opset) <= newest:
        try:
            onnx.checker.check_model(onnx.load(os.path.join(folder, f)))
        except onnx.checker.ValidationError as e:
            faults.append(f"{f}: {str(e).splitlines()[0]}")
    jobs.append((case, int(opset), f))
assert not faults, "\n" + "\n".join(faults)
script = os.path.join(here, "run_ort_many.cjs")
lines = "\n".join(f"{f}\t{case}.input.npy\t{case}.{opset}.output.npy" for case, opset, f in jobs)
subprocess.run(["node", script], cwd=folder, input=lines.encode(), check=True)
recorded, worst = {}, 0.0
for case in sorted({j[0] for j in jobs}):
    opsets = sorted(o for c, o, _ in jobs if c == case)
    base = 13 if 13 in opsets else opsets[0]
    expected = np.load(os.path.join(folder, f"{case}.{base}.output.npy"))
    for opset in opsets:
        difference = np.max(np.abs(np.load(os.path.join(folder, f"{case}.{opset}.output.npy")) - expected), initial=0) / max(1e-6, np.max(np.abs(expected), initial=0))
        worst = max(worst, difference)
        assert difference < 1e-5, (case, opset, difference)
    name = onnx.load(os.path.join(folder, f"{case}.{base}.onnx")).doc_string
    name, sha256 = name.split("|")
    recorded[name] = {"sha256": sha256, "output": [float(f"{v:.7g}") for v in expected.flatten()]}
with open(os.path.join(here, "operator_cases.json"), "w") as out:
    out.write("{\n" + ",\n".join(f"{json.dumps(n)}: {json.dumps(v, separators=(',', ':'))}" for n, v in recorded.items()) + "\n}\n")
print(f"{len(jobs)} files of {len(recorded)} cases pass; largest difference between opsets {worst:.2g}")
