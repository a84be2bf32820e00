"""Makes small_network.onnx with the onnx package and records what ONNX Runtime computes for small_network.input.npy.

Run: python3 small_network.py    (needs numpy, onnx; node with onnxruntime-node for the last step: see run_ort.cjs)
The file holds on purpose what exporters like to write: weights listed as inputs too, typed and raw data, a float16 weight behind
a Cast, and the chain Shape -> Gather -> Unsqueeze -> Concat -> Reshape in front of the last layer.
"""
import os
import subprocess
import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

here = os.path.dirname(os.path.abspath(__file__))
rng = np.random.default_rng(7)


def weight(name, *shape):
    return numpy_helper.from_array((rng.standard_normal(shape) * 0.3).astype(np.float32), name)


typed = helper.make_tensor("bn.scale", TensorProto.FLOAT, [4], [0.9, 1.1, 1.0, 0.8])
half = numpy_helper.from_array((rng.standard_normal((3, 4)) * 0.3).astype(np.float16), "fc.weight16")
weights = [
    weight("conv1.weight", 4, 3, 3, 3), weight("conv1.bias", 4), typed, weight("bn.bias", 4), weight("bn.mean", 4),
    numpy_helper.from_array(np.abs(rng.standard_normal(4)).astype(np.float32) + 0.5, "bn.var"),
    weight("conv2.weight", 4, 1, 3, 3), half, weight("fc.bias", 3),
    numpy_helper.from_array(np.array(0, np.int64), "zero"), numpy_helper.from_array(np.array([0], np.int64), "axis0"),
    numpy_helper.from_array(np.array([-1], np.int64), "minus1"), numpy_helper.from_array(np.array(6, np.float32), "six"),
]
nodes = [
    helper.make_node("Conv", ["input", "conv1.weight", "conv1.bias"], ["c1"], kernel_shape=[3, 3], strides=[2, 2], pads=[1, 1, 1, 1]),
    helper.make_node("BatchNormalization", ["c1", "bn.scale", "bn.bias", "bn.mean", "bn.var"], ["b1"], epsilon=1e-3),
    helper.make_node("Clip", ["b1", "", "six"], ["r1"]),
    helper.make_node("Conv", ["r1", "conv2.weight"], ["c2"], kernel_shape=[3, 3], auto_pad="SAME_UPPER", group=4),
    helper.make_node("Add", ["c2", "r1"], ["sum"]),
    helper.make_node("GlobalAveragePool", ["sum"], ["pooled"]),
    helper.make_node("Shape", ["pooled"], ["shape"]),
    helper.make_node("Gather", ["shape", "zero"], ["batch"], axis=0),
    helper.make_node("Unsqueeze", ["batch", "axis0"], ["batch1"]),
    helper.make_node("Concat", ["batch1", "minus1"], ["target"], axis=0),
    helper.make_node("Reshape", ["pooled", "target"], ["features"]),
    helper.make_node("Cast", ["fc.weight16"], ["fc.weight"], to=TensorProto.FLOAT),
    helper.make_node("Gemm", ["features", "fc.weight", "fc.bias"], ["logits"], transB=1),
    helper.make_node("Softmax", ["logits"], ["probabilities"], axis=1),
]
picture = helper.make_tensor_value_info("input", TensorProto.FLOAT, ["N", 3, 12, 12])
inputs = [picture] + [helper.make_tensor_value_info(w.name, w.data_type, list(w.dims)) for w in weights]
outputs = [helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, ["N", 3])]
graph = helper.make_graph(nodes, "small", inputs, outputs, weights)
model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], producer_name="onnx package", ir_version=7)
onnx.checker.check_model(model)
onnx.save(model, os.path.join(here, "small_network.onnx"))
np.save(os.path.join(here, "small_network.input.npy"), rng.standard_normal((2, 3, 12, 12)).astype(np.float32))
subprocess.run(["node", os.path.join(here, "run_ort.cjs"), "small_network.onnx", "small_network.input.npy", "small_network.output.npy"], cwd=here, check=True)
