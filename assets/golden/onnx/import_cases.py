"""Makes import_cases.zip: small ONNX files with what exporters of all ages write, an input and what ONNX Runtime computes for each.

Run: python3 import_cases.py        (needs numpy, onnx, torch; node with onnxruntime-node through NODE_PATH)
Two sources: nodes written by hand with the onnx package (every opset trap), and blocks of known networks exported by PyTorch.
"""
import io
import os
import subprocess
import tempfile
import zipfile
import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

here = os.path.dirname(os.path.abspath(__file__))
cases = {}


def f32(values):
    return np.asarray(values, np.float32)


def i64(values):
    return np.asarray(values, np.int64)


def case(name, nodes, opset, shape=("N", 4, 6, 6), ir=7, check=True, outputs=("y",), batch=2, expected=None, **weights):
    """One file. Weights are arrays by name; a tuple stands for coarse random numbers of that shape. Opsets below 7, which ONNX
    Runtime does not run, come with a function that computes the expected output."""
    rng = np.random.default_rng(abs(hash_of(name)) % 2**32)
    initializers = []
    for key, value in weights.items():
        if isinstance(value, tuple):
            value = coarse(rng.standard_normal(value) * 0.5)
        initializers.append(value if isinstance(value, onnx.TensorProto) else numpy_helper.from_array(value, key))
    inputs = [helper.make_tensor_value_info("x", TensorProto.FLOAT, list(shape))]
    if ir < 4:
        inputs += [helper.make_tensor_value_info(w.name, w.data_type, list(w.dims)) for w in initializers]
    results = [helper.make_tensor_value_info(o, TensorProto.FLOAT, None) for o in outputs]
    graph = helper.make_graph(nodes, name, inputs, results, initializers)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], producer_name="import_cases.py", ir_version=ir)
    x = picture([d if isinstance(d, int) else batch for d in shape])
    cases[name] = (model.SerializeToString(), x, expected and expected(x, {w.name: numpy_helper.to_array(w) for w in initializers}))


def coarse(values):
    """Multiples of 1/32: they pack well."""
    return (np.round(np.asarray(values) * 32) / 32).astype(np.float32)


def picture(shape):
    return (((np.arange(np.prod(shape)) * 37) % 101 - 50) / 25).astype(np.float32).reshape(shape)


def hash_of(text):
    value = 2166136261
    for c in text.encode():
        value = (value ^ c) * 16777619 % 2**32
    return value


N = helper.make_node

# Clip, Dropout, Softmax, BatchNormalization
case("clip 6", [N("Clip", ["x"], ["y"], min=-0.5, max=0.7)], 9)
case("clip 6 without bounds", [N("Clip", ["x"], ["y"])], 10)
case("clip 11 only max", [N("Clip", ["x", "", "hi"], ["y"])], 11, hi=f32(0.25))
case("clip 13 bounds from constants", [N("Constant", [], ["lo"], value=numpy_helper.from_array(f32(-0.1))), N("Constant", [], ["hi"], value_float=0.5), N("Clip", ["x", "lo", "hi"], ["y"])], 13)
case("dropout 7", [N("Dropout", ["x"], ["y", "mask"], ratio=0.4)], 9)
case("dropout 12 training_mode false", [N("Dropout", ["x", "r", "t"], ["y"])], 12, r=f32(0.4), t=np.array(False))
case("softmax 11 default axis", [N("Softmax", ["x"], ["y"])], 11)
case("softmax 11 axis 2", [N("Softmax", ["x"], ["y"], axis=2)], 11)
case("softmax 11 axis 0", [N("Softmax", ["x"], ["y"], axis=0)], 11, shape=("N", 5))
case("softmax 13 axis 1", [N("Softmax", ["x"], ["y"], axis=1)], 13)
case("log softmax 9", [N("LogSoftmax", ["x"], ["y"], axis=1)], 9, shape=("N", 7))
bn = dict(s=(4,), b=(4,), m=(4,), v=f32([0.5, 1, 2, 0.1]))
case("batch normalization 8", [N("BatchNormalization", ["x", "s", "b", "m", "v"], ["y"], epsilon=1e-3, momentum=0.8)], 8, ir=3, **bn)
case("batch normalization 9", [N("BatchNormalization", ["x", "s", "b", "m", "v"], ["y"])], 9, ir=4, **bn)
case("batch normalization 14", [N("BatchNormalization", ["x", "s", "b", "m", "v"], ["y"], training_mode=0)], 14, **bn)
case("batch normalization 15 vectors", [N("BatchNormalization", ["x", "s", "b", "m", "v"], ["y"])], 15, shape=("N", 4), **bn)
case("instance normalization", [N("InstanceNormalization", ["x", "s", "b"], ["y"], epsilon=1e-3)], 9, s=(4,), b=(4,))
case("layer normalization 17", [N("LayerNormalization", ["x", "s", "b"], ["y"], axis=-1, epsilon=1e-6)], 17, ir=8, s=(6,), b=(6,))
case("layer normalization 17 without bias", [N("LayerNormalization", ["x", "s"], ["y"], axis=2)], 17, ir=8, s=(6, 6))
case("lrn", [N("LRN", ["x"], ["y"], size=3, alpha=0.01, beta=0.6, bias=1.5)], 9)

# elementwise, all ages
for op in ["Relu", "Sigmoid", "Tanh", "Abs", "Neg", "Exp", "Ceil", "Floor", "Erf", "Elu", "Softplus", "HardSigmoid", "LeakyRelu", "Identity", "Softsign", "Selu"]:
    case(op.lower(), [N(op, ["x"], ["y"])], 9)
case("hard swish 14", [N("HardSwish", ["x"], ["y"])], 14)
case("hard sigmoid attributes", [N("HardSigmoid", ["x"], ["y"], alpha=1 / 6, beta=0.5)], 9)
case("leaky relu alpha", [N("LeakyRelu", ["x"], ["y"], alpha=0.2)], 9)
case("elu alpha", [N("Elu", ["x"], ["y"], alpha=0.7)], 9)
case("sqrt of square", [N("Mul", ["x", "x"], ["q"]), N("Sqrt", ["q"], ["y"])], 9)
case("log of exp", [N("Exp", ["x"], ["q"]), N("Log", ["q"], ["y"])], 9)
case("reciprocal", [N("Exp", ["x"], ["q"]), N("Reciprocal", ["q"], ["y"])], 9)
case("prelu channels", [N("PRelu", ["x", "s"], ["y"])], 9, s=(4, 1, 1))
case("prelu 6 vector slope", [N("PRelu", ["x", "s"], ["y"])], 6, ir=3, s=(4,), expected=lambda x, w: np.where(x < 0, x * w["s"].reshape(4, 1, 1), x))
case("pow integer exponent", [N("Pow", ["x", "e"], ["y"])], 13, e=i64(2))
case("pow float exponent", [N("Pow", ["x", "e"], ["y"])], 9, e=f32(3))
for op in ["Add", "Sub", "Mul", "Div"]:
    case(f"{op.lower()} broadcast channels", [N(op, ["x", "p"], ["y"])], 9, p=(4, 1, 1))
    case(f"{op.lower()} constant on the left", [N(op, ["p", "x"], ["y"])], 13, p=(1, 6))
case("add 6 broadcast axis 1", [N("Add", ["x", "p"], ["y"], broadcast=1, axis=1)], 6, ir=3, p=(4,), expected=lambda x, w: x + w["p"].reshape(4, 1, 1))
case("mul 6 broadcast", [N("Mul", ["x", "p"], ["y"], broadcast=1)], 6, ir=3, p=(6,), expected=lambda x, w: x * w["p"])
case("sum max min of three", [N("Sum", ["x", "p", "q"], ["a"]), N("Max", ["a", "q"], ["b"]), N("Min", ["b", "p", "x"], ["y"])], 9, p=(4, 1, 1), q=(6,))
case("mean of two", [N("Mean", ["x", "p"], ["y"])], 9, p=(4, 1, 1))
case("where with known condition", [N("Where", ["c", "x", "p"], ["y"])], 9, c=np.array([[True], [False], [True], [False]]).reshape(4, 1, 1), p=(6,))

# convolution and pooling
case("conv same upper stride 2", [N("Conv", ["x", "w"], ["y"], auto_pad="SAME_UPPER", strides=[2, 2], kernel_shape=[3, 3])], 11, w=(5, 4, 3, 3))
case("conv same lower", [N("Conv", ["x", "w", "b"], ["y"], auto_pad="SAME_LOWER", kernel_shape=[2, 2])], 11, w=(5, 4, 2, 2), b=(5,))
case("conv valid dilated", [N("Conv", ["x", "w"], ["y"], auto_pad="VALID", dilations=[2, 2])], 11, w=(5, 4, 3, 3))
case("conv grouped asymmetric", [N("Conv", ["x", "w", "b"], ["y"], group=2, pads=[0, 1, 2, 1])], 9, w=(6, 2, 3, 3), b=(6,))
case("max pool 8 with indices", [N("MaxPool", ["x"], ["y", "i"], kernel_shape=[3, 3], strides=[2, 2], pads=[1, 1, 1, 1])], 8)
case("max pool 10 ceil", [N("MaxPool", ["x"], ["y"], kernel_shape=[3, 3], strides=[2, 2], ceil_mode=1)], 10)
case("max pool 11 dilated", [N("MaxPool", ["x"], ["y"], kernel_shape=[2, 2], dilations=[2, 2])], 11)
case("max pool 12 same upper", [N("MaxPool", ["x"], ["y"], kernel_shape=[3, 3], strides=[2, 2], auto_pad="SAME_UPPER")], 12)
case("average pool 7 with pad", [N("AveragePool", ["x"], ["y"], kernel_shape=[3, 3], pads=[1, 1, 1, 1], count_include_pad=1)], 7, ir=3)
case("average pool 10 ceil", [N("AveragePool", ["x"], ["y"], kernel_shape=[3, 3], strides=[2, 2], ceil_mode=1)], 10)
case("average pool same upper without pad", [N("AveragePool", ["x"], ["y"], kernel_shape=[3, 3], auto_pad="SAME_UPPER")], 11)
case("average pool 19 dilated", [N("AveragePool", ["x"], ["y"], kernel_shape=[2, 2], dilations=[2, 2])], 19, ir=9)
case("global pools", [N("GlobalMaxPool", ["x"], ["a"]), N("GlobalAveragePool", ["x"], ["b"]), N("Add", ["a", "b"], ["y"])], 9)

# reductions
case("reduce mean 11 axes attribute", [N("ReduceMean", ["x"], ["y"], axes=[2, 3], keepdims=0)], 11)
case("reduce mean 13 negative axes", [N("ReduceMean", ["x"], ["y"], axes=[-1, -2])], 13)
case("reduce mean 18 axes input", [N("ReduceMean", ["x", "a"], ["y"], keepdims=0)], 18, ir=8, a=i64([2, 3]))
case("reduce sum 11", [N("ReduceSum", ["x"], ["y"], axes=[1], keepdims=1)], 11)
case("reduce sum 13", [N("ReduceSum", ["x", "a"], ["y"], keepdims=0)], 13, a=i64([1, 3]))
case("reduce max 12", [N("ReduceMax", ["x"], ["y"], axes=[3])], 12)
case("reduce max 18", [N("ReduceMax", ["x", "a"], ["y"], keepdims=0)], 18, ir=8, a=i64([-1]))

# matrices and layout
case("gemm 6 broadcast", [N("Flatten", ["x"], ["f"]), N("Gemm", ["f", "w", "b"], ["y"], broadcast=1, transB=1)], 6, ir=3, w=(3, 144), b=(3,), expected=lambda x, w: x.reshape(2, -1) @ w["w"].T + w["b"])
case("gemm 11 without C", [N("Flatten", ["x"], ["f"]), N("Gemm", ["f", "w"], ["y"], alpha=0.5)], 11, w=(144, 3))
case("matmul add", [N("GlobalAveragePool", ["x"], ["g"]), N("Flatten", ["g"], ["f"]), N("MatMul", ["f", "w"], ["m"]), N("Add", ["m", "b"], ["y"])], 9, w=(4, 3), b=(3,))
case("matmul with transposed weight", [N("GlobalAveragePool", ["x"], ["g"]), N("Flatten", ["g"], ["f"]), N("Transpose", ["w"], ["t"], perm=[1, 0]), N("MatMul", ["f", "t"], ["y"])], 13, w=(3, 4))
case("reshape 1 attribute", [N("Reshape", ["x"], ["y"], shape=[0, -1])], 1, ir=3)
case("reshape zero and minus one", [N("Reshape", ["x", "s"], ["y"])], 9, s=i64([0, 2, -1, 6]))
case("reshape with the batch size as a literal", [N("Reshape", ["x", "s"], ["y"])], 9, shape=(1, 4, 6, 6), s=i64([1, 144]))
case("reshape by shape arithmetic", [N("Shape", ["x"], ["s"]), N("Gather", ["s", "zero"], ["n"]), N("Unsqueeze", ["n"], ["n1"], axes=[0]), N("Concat", ["n1", "rest"], ["t"], axis=0), N("Reshape", ["x", "t"], ["y"])], 11, zero=i64(0), rest=i64([4, 36]))
case("reshape by shape 15 start", [N("Shape", ["x"], ["n"], start=0, end=1), N("Concat", ["n", "rest"], ["t"], axis=0), N("Reshape", ["x", "t"], ["y"])], 15, rest=i64([-1]))
case("reshape by slice and product", [N("Shape", ["x"], ["s"]), N("Slice", ["s", "one", "nine"], ["c"]), N("ReduceProd", ["c"], ["p"], keepdims=1), N("Slice", ["s", "zero", "one"], ["n"]), N("Concat", ["n", "p"], ["t"], axis=0), N("Cast", ["t"], ["t32"], to=TensorProto.INT32), N("Cast", ["t32"], ["t64"], to=TensorProto.INT64), N("Reshape", ["x", "t64"], ["y"])], 13, zero=i64([0]), one=i64([1]), nine=i64([9]))
case("transpose", [N("Transpose", ["x"], ["y"], perm=[0, 2, 3, 1])], 9)
case("transpose default", [N("Transpose", ["x"], ["t"]), N("Transpose", ["t"], ["y"])], 9)
case("concat 3 maps", [N("Relu", ["x"], ["r"]), N("Concat", ["x", "r", "x"], ["y"], axis=1)], 9)
case("concat with a weight", [N("Concat", ["x", "w"], ["y"], axis=2)], 13, shape=(1, 4, 6, 6), w=(1, 4, 2, 6))
case("split 2", [N("Split", ["x"], ["a", "b"], axis=1, split=[1, 3]), N("Concat", ["b", "a"], ["y"], axis=1)], 9)
case("split 11 equal", [N("Split", ["x"], ["a", "b"], axis=1), N("Add", ["a", "b"], ["y"])], 11)
case("split 13", [N("Split", ["x", "s"], ["a", "b"], axis=-1), N("Concat", ["b", "a"], ["y"], axis=-1)], 13, s=i64([2, 4]))
case("split 18 num_outputs", [N("Split", ["x"], ["a", "b"], axis=1, num_outputs=2), N("Mul", ["a", "b"], ["y"])], 18, ir=8)
case("slice 1", [N("Slice", ["x"], ["y"], starts=[1, 0], ends=[3, -1], axes=[1, 2])], 9)
case("slice 10 with steps", [N("Slice", ["x", "s", "e", "a", "t"], ["y"])], 11, s=i64([-1, 0]), e=i64([-100, 9223372036854775807]), a=i64([2, 3]), t=i64([-1, 2]))
case("squeeze 11", [N("GlobalAveragePool", ["x"], ["g"]), N("Squeeze", ["g"], ["y"], axes=[2, 3])], 11)
case("squeeze 13", [N("GlobalAveragePool", ["x"], ["g"]), N("Squeeze", ["g", "a"], ["y"])], 13, a=i64([-1, -2]))
case("unsqueeze 11 and 13", [N("Unsqueeze", ["x", "a"], ["y"])], 13, a=i64([1, -1]))
case("pad 2", [N("Pad", ["x"], ["y"], pads=[0, 0, 1, 0, 0, 0, 2, 1], value=0.5)], 9)
case("pad 11 asymmetric", [N("Pad", ["x", "p", "v"], ["y"], mode="constant")], 11, p=i64([0, 0, 0, 0, 0, 0, 1, 1]), v=f32(-1))
case("pad 11 reflect", [N("Pad", ["x", "p"], ["y"], mode="reflect")], 11, p=i64([0, 0, 2, 1, 0, 0, 1, 2]))
case("pad 13 edge", [N("Pad", ["x", "p"], ["y"], mode="edge")], 13, p=i64([0, 0, 2, 1, 0, 0, 1, 2]))
case("pad 18 axes", [N("Pad", ["x", "p", "", "a"], ["y"])], 18, ir=8, p=i64([1, 0, 0, 2]), a=i64([2, 3]))
case("gather channels", [N("Gather", ["x", "i"], ["y"], axis=1)], 9, i=i64([2, 1, 0]))
case("gather one channel", [N("Gather", ["x", "i"], ["y"], axis=1)], 13, i=i64(-1))
case("expand", [N("GlobalAveragePool", ["x"], ["g"]), N("Expand", ["g", "s"], ["y"])], 9, s=i64([1, 4, 3, 2]))
case("upsample 7", [N("Upsample", ["x"], ["y"], mode="nearest", scales=[1.0, 1.0, 2.0, 3.0])], 7, ir=3)
case("upsample 9 linear", [N("Upsample", ["x", "s"], ["y"], mode="linear")], 9, s=f32([1, 1, 2, 2]))
case("resize 10", [N("Resize", ["x", "s"], ["y"], mode="nearest")], 10, s=f32([1, 1, 2, 2]))
case("resize 11 half pixel", [N("Resize", ["x", "roi", "s"], ["y"], mode="linear", coordinate_transformation_mode="half_pixel")], 11, roi=f32([]), s=f32([1, 1, 2, 1.5]))
case("resize 13 sizes", [N("Resize", ["x", "", "", "z"], ["y"], mode="linear", coordinate_transformation_mode="align_corners")], 13, shape=(1, 4, 6, 6), z=i64([1, 4, 9, 4]))
case("depth to space", [N("DepthToSpace", ["x"], ["y"], blocksize=2)], 11)

# operators of newer opsets, and the corners of the definitions: rounding, attributes, broadcasting, padding, empty and one-element values
case("group normalization 18 per group", [N("GroupNormalization", ["x", "s", "b"], ["y"], num_groups=2, epsilon=1e-3)], 18, ir=8, s=(2,), b=(2,))
case("group normalization 21 per channel", [N("GroupNormalization", ["x", "s", "b"], ["y"], num_groups=2)], 21, ir=10, s=(4,), b=(4,))
case("gelu 20", [N("Gelu", ["x"], ["y"])], 20, ir=9)
case("gelu 20 tanh", [N("Gelu", ["x"], ["y"], approximate="tanh")], 20, ir=9)
case("swish 24", [N("Swish", ["x"], ["y"], alpha=1.5)], 24, ir=11)
case("equal and where", [N("Floor", ["x"], ["f"]), N("Equal", ["f", "p"], ["e"]), N("Where", ["e", "x", "q"], ["y"])], 11, p=f32([-1, 0, 1, -2, 0, 1]), q=f32(7).reshape(()))
case("equal cast to float", [N("Ceil", ["x"], ["f"]), N("Equal", ["f", "p"], ["e"]), N("Cast", ["e"], ["y"], to=TensorProto.FLOAT)], 13, p=f32([1]))
for opset, extra in ((11, {}), (12, {"select_last_index": 1}), (13, {"keepdims": 0})):
    case(f"arg max {opset}", [N("Floor", ["x"], ["f"]), N("ArgMax", ["f"], ["i"], axis=-1 if opset > 11 else 1, **extra), N("Cast", ["i"], ["y"], to=TensorProto.FLOAT)], opset)
case("cast to integers and back", [N("Mul", ["x", "three"], ["m"]), N("Cast", ["m"], ["i"], to=TensorProto.INT32), N("Cast", ["i"], ["y"], to=TensorProto.FLOAT)], 13, three=f32([3.3]))
case("cast to bool and back", [N("Relu", ["x"], ["r"]), N("Cast", ["r"], ["b"], to=TensorProto.BOOL), N("Cast", ["b"], ["y"], to=TensorProto.FLOAT)], 13)
case("ceil and floor of halves", [N("Mul", ["x", "k"], ["m"]), N("Ceil", ["m"], ["c"]), N("Floor", ["m"], ["f"]), N("Sub", ["c", "f"], ["d"]), N("Add", ["d", "c"], ["y"])], 13, k=f32(12.5))
for mode in ("round_prefer_floor", "round_prefer_ceil", "floor", "ceil"):
    for transformation in ("asymmetric", "half_pixel"):
        case(f"resize 11 nearest {mode} {transformation}", [N("Resize", ["x", "roi", "s"], ["y"], mode="nearest", nearest_mode=mode, coordinate_transformation_mode=transformation)], 11, roi=f32([]), s=f32([1, 1, 1.5, 0.5]))
case("resize 13 pytorch half pixel to one column", [N("Resize", ["x", "", "", "z"], ["y"], mode="linear", coordinate_transformation_mode="pytorch_half_pixel")], 13, shape=(1, 4, 6, 6), z=i64([1, 4, 3, 1]))
case("resize 18 axes", [N("Resize", ["x", "", "s"], ["y"], mode="linear", axes=[2, 3])], 18, ir=8, s=f32([2, 0.5]))
case("pad 19 wrap", [N("Pad", ["x", "p"], ["y"], mode="wrap")], 19, ir=9, p=i64([0, 0, 2, 1, 0, 0, 1, 3]))
case("pad 11 negative", [N("Pad", ["x", "p"], ["y"])], 11, p=i64([0, 0, -1, 2, 0, 0, -2, -3]))
case("conv of lines", [N("Conv", ["x", "w", "b"], ["y"], strides=[2], pads=[2, 1], dilations=[2])], 11, shape=("N", 3, 9), w=(4, 3, 3), b=(4,))
case("conv same lower stride 2", [N("Conv", ["x", "w"], ["y"], auto_pad="SAME_LOWER", strides=[2, 2])], 13, w=(3, 4, 3, 3))
case("max pool same lower", [N("MaxPool", ["x"], ["y"], kernel_shape=[2, 3], strides=[2, 2], auto_pad="SAME_LOWER")], 12)
case("max pool ceil with pads", [N("MaxPool", ["x"], ["y"], kernel_shape=[2, 3], strides=[2, 2], pads=[1, 1, 0, 1], ceil_mode=1)], 13)
case("max pool of lines", [N("MaxPool", ["x"], ["y"], kernel_shape=[3], strides=[2], ceil_mode=1)], 12, shape=("N", 2, 8))
case("average pool ceil with counted pads", [N("AveragePool", ["x"], ["y"], kernel_shape=[3, 3], strides=[2, 2], pads=[1, 1, 1, 1], ceil_mode=1, count_include_pad=1)], 19, ir=9)
case("average pool same lower counted", [N("AveragePool", ["x"], ["y"], kernel_shape=[3, 3], strides=[2, 2], auto_pad="SAME_LOWER", count_include_pad=1)], 11)
case("gemm all attributes", [N("Flatten", ["x"], ["f"]), N("Gemm", ["f", "w", "c"], ["y"], alpha=0.5, beta=2.0, transB=1)], 13, w=(3, 144), c=f32(0.25).reshape(()))
case("matmul of stacks", [N("MatMul", ["x", "w"], ["y"])], 13, w=(1, 4, 6, 2))
case("matmul with a vector", [N("MatMul", ["x", "w"], ["y"])], 13, w=(6,))
case("softmax 13 default axis", [N("Softmax", ["x"], ["y"])], 13)
case("log softmax 13 axis 1", [N("LogSoftmax", ["x"], ["y"], axis=1)], 13)
case("prelu 16 one slope", [N("PRelu", ["x", "s"], ["y"])], 16, ir=8, s=f32([0.2]))
case("pow with broadcasting", [N("Abs", ["x"], ["a"]), N("Pow", ["a", "e"], ["y"])], 15, ir=8, e=f32([0.5, 1, 2, 3, 1.5, 0]))
case("sum of one and scalars", [N("Sum", ["x"], ["a"]), N("Max", ["a", "p"], ["b"]), N("Min", ["b"], ["y"])], 13, p=f32(0.5).reshape(()))
case("scalars on both sides", [N("Mul", ["p", "x"], ["a"]), N("Sub", ["a", "q"], ["b"]), N("Div", ["q", "p"], ["c"]), N("Add", ["c", "b"], ["y"])], 13, p=f32(2).reshape(()), q=f32([3]).reshape(1, 1, 1))
case("an empty piece of a split", [N("Split", ["x", "s"], ["a", "b"], axis=1), N("Concat", ["b", "a"], ["y"], axis=1)], 13, s=i64([4, 0]))
case("an empty slice joined again", [N("Slice", ["x", "s", "e", "a"], ["z"]), N("Concat", ["z", "x"], ["y"], axis=2)], 13, s=i64([3]), e=i64([3]), a=i64([2]))
case("reduce sum with nothing to reduce", [N("ReduceSum", ["x", "a"], ["y"], noop_with_empty_axes=1)], 13, a=i64([]))
case("reduce mean 18 kept", [N("ReduceMean", ["x", "a"], ["y"], keepdims=1)], 18, ir=8, a=i64([-3, 2]))
case("expand by broadcasting", [N("Expand", ["x", "s"], ["y"])], 13, shape=("N", 4, 1, 6), s=i64([3, 1]))
case("gather with a table of indices", [N("Gather", ["x", "i"], ["y"], axis=2)], 13, i=i64([[0, -1], [3, 3]]))
case("slice 13 backwards to the end", [N("Slice", ["x", "s", "e", "a", "t"], ["y"])], 13, s=i64([9223372036854775807]), e=i64([-9223372036854775807]), a=i64([-1]), t=i64([-2]))
case("clip 13 of one bound above", [N("Clip", ["x", "lo"], ["y"])], 13, lo=f32(0.3))
case("dropout 13 with mask", [N("Dropout", ["x"], ["y", "m"])], 13)
case("lrn wide", [N("LRN", ["x"], ["y"], size=7, alpha=0.5, beta=0.75, bias=2.0)], 13)
case("shape 15 without the batch", [N("Shape", ["x"], ["s"], start=1, end=-1), N("Concat", ["minus", "s", "last"], ["t"], axis=0), N("Reshape", ["x", "t"], ["y"])], 15, ir=8, minus=i64([-1]), last=i64([6]))

# weights in all forms
half = np.linspace(-1, 1, 4 * 4).reshape(4, 4, 1, 1)
for kind, tensor in {
    "float16": numpy_helper.from_array(half.astype(np.float16), "w"),
    "double": numpy_helper.from_array(half.astype(np.float64), "w"),
}.items():
    case(f"weight in {kind}", [N("Cast", ["w"], ["w32"], to=TensorProto.FLOAT), N("Conv", ["x", "w32"], ["y"])], 13, w=tensor)
typed16 = helper.make_tensor("w", TensorProto.FLOAT16, [4, 4, 1, 1], half.astype(np.float16).flatten().tolist())
case("weight in typed float16", [N("Cast", ["w"], ["w32"], to=TensorProto.FLOAT), N("Conv", ["x", "w32"], ["y"])], 13, w=typed16)
case("weight as a constant node", [N("Constant", [], ["w"], value=numpy_helper.from_array(half.astype(np.float32))), N("Conv", ["x", "w"], ["y"])], 9)
case("weight folded from pieces", [N("Mul", ["w", "s"], ["ws"]), N("Reshape", ["ws", "t"], ["w4"]), N("Conv", ["x", "w4"], ["y"])], 13, w=(5, 4), s=(5, 1), t=i64([5, 4, 1, 1]))
case("constants of every form", [
    N("Constant", [], ["a"], value_floats=[0.5, 1, 2, -1, 0.25, 3]), N("Constant", [], ["b"], value_int=2), N("Cast", ["b"], ["bf"], to=1), N("Constant", [], ["c"], value_ints=[0, -1]),
    N("ConstantOfShape", ["d"], ["e"], value=numpy_helper.from_array(f32([0.75]))), N("Mul", ["x", "a"], ["m"]), N("Add", ["m", "bf"], ["n"]), N("Sub", ["n", "e"], ["o"]), N("Reshape", ["o", "c"], ["y"])], 13, d=i64([6]))
case("keras normalization and padding", [N("Transpose", ["x"], ["t"], perm=[0, 3, 1, 2]), N("Sub", ["t", "mean"], ["u"]), N("Div", ["u", "std"], ["v"]), N("Pad", ["v", "p"], ["w"]), N("Conv", ["w", "k"], ["c"], strides=[2, 2]), N("Relu", ["c"], ["r"]), N("ReduceMean", ["r"], ["m"], axes=[2, 3], keepdims=1), N("Squeeze", ["m", "a"], ["s"]), N("MatMul", ["s", "d"], ["y"])], 13,
     shape=("N", 8, 8, 3), mean=f32([0.4, 0.5, 0.6]).reshape(3, 1, 1), std=f32([0.2, 0.3, 0.4]).reshape(3, 1, 1), p=i64([0, 0, 0, 0, 0, 0, 1, 1]), k=(6, 3, 3, 3), a=i64([2, 3]), d=(6, 5))
case("nodes out of order", [N("Relu", ["a"], ["y"]), N("Neg", ["x"], ["a"])], 13)


def exported():
    """Blocks of known networks as PyTorch writes them."""
    import torch
    from torch import nn
    import torch.nn.functional as F
    torch.manual_seed(3)

    class Squeeze(nn.Module):
        def __init__(self, c, gate):
            super().__init__()
            self.a, self.b, self.gate = nn.Conv2d(c, 2, 1), nn.Conv2d(2, c, 1), gate

        def forward(self, x):
            return x * self.gate(self.b(F.relu(self.a(x.mean((2, 3), keepdim=True)))))

    class Residual(nn.Module):
        def __init__(self):
            super().__init__()
            self.a, self.b, self.n = nn.Conv2d(4, 4, 3, padding=1, bias=False), nn.Conv2d(4, 4, 3, padding=1, bias=False), nn.BatchNorm2d(4)

        def forward(self, x):
            return F.relu(x + self.b(F.relu(self.n(self.a(x)))))

    class ConvNext(nn.Module):
        def __init__(self):
            super().__init__()
            self.d, self.n, self.u, self.v, self.g = nn.Conv2d(4, 4, 7, padding=3, groups=4), nn.LayerNorm(4, eps=1e-6), nn.Linear(4, 16), nn.Linear(16, 4), nn.Parameter(torch.rand(4))

        def forward(self, x):
            y = self.n(self.d(x).permute(0, 2, 3, 1))
            return x + (self.g * self.v(F.gelu(self.u(y)))).permute(0, 3, 1, 2)

    class Inception(nn.Module):
        def __init__(self):
            super().__init__()
            self.a, self.b = nn.Conv2d(4, 3, 1), nn.Conv2d(4, 2, 3, padding=1)

        def forward(self, x):
            x = torch.cat((torch.unsqueeze(x[:, 0], 1) * 0.9 + 0.1, x[:, 1:]), 1)
            return torch.cat([self.a(F.avg_pool2d(x, 3, 1, 1)), self.b(x), F.max_pool2d(x, 3, 1, 1)], 1)

    class Shuffle(nn.Module):
        def forward(self, x):
            n, c, h, w = x.size()
            a, b = x.view(n, 2, c // 2, h, w).transpose(1, 2).contiguous().view(n, -1, h, w).chunk(2, dim=1)
            return torch.cat((a, b * 2), 1)

    class SamePadding(nn.Module):
        def __init__(self):
            super().__init__()
            self.w = nn.Parameter(torch.randn(5, 4, 3, 3))

        def forward(self, x):
            h, w = x.shape[-2:]
            ph, pw = max((-(-h // 2) - 1) * 2 + 3 - h, 0), max((-(-w // 2) - 1) * 2 + 3 - w, 0)
            return F.conv2d(F.pad(x, [pw // 2, pw - pw // 2, ph // 2, ph - ph // 2]), self.w, stride=2)

    class Head(nn.Module):
        def __init__(self, how):
            super().__init__()
            self.how, self.fc = how, nn.Linear(4, 3)

        def forward(self, x):
            if self.how == "view":
                x = F.adaptive_avg_pool2d(x, 1)
                x = x.view(x.size(0), -1)
            elif self.how == "flatten":
                x = torch.flatten(F.adaptive_avg_pool2d(x, 1), 1)
            elif self.how == "squeeze":
                x = F.adaptive_avg_pool2d(x, 1).squeeze(-1).squeeze(-1)
            else:
                x = x.mean([2, 3])
            return F.softmax(self.fc(F.dropout(x, 0.2, self.training)), dim=1)

    class Attention(nn.Module):
        def __init__(self):
            super().__init__()
            self.q = nn.Linear(4, 12)

        def forward(self, x):
            b = x.shape[0]
            q, k, v = self.q(x.flatten(2).transpose(1, 2)).reshape(b, -1, 3, 2, 2).permute(2, 0, 3, 1, 4)
            return (torch.softmax(q @ k.transpose(-2, -1) * 0.7, -1) @ v).transpose(1, 2).reshape(b, -1, 4)

    class Weighted(nn.Module):
        def __init__(self):
            super().__init__()
            self.w = nn.Parameter(torch.randn(5, 4, 3, 3))

        def forward(self, x):
            w = self.w
            return F.conv2d(x, (w - w.mean((1, 2, 3), keepdim=True)) / torch.sqrt(w.var((1, 2, 3), keepdim=True, unbiased=False) + 1e-5), padding=1)

    conv = lambda: nn.Conv2d(4, 4, 3, padding=1)
    nets = {
        "residual": Residual(), "mobilenet v3": nn.Sequential(conv(), nn.Hardswish(), Squeeze(4, nn.Hardsigmoid())), "efficientnet": nn.Sequential(conv(), nn.BatchNorm2d(4), nn.SiLU(), Squeeze(4, nn.Sigmoid())),
        "relu6": nn.Sequential(conv(), nn.ReLU6()), "convnext": ConvNext(), "inception": Inception(), "shuffle": Shuffle(), "same padding": SamePadding(), "attention": Attention(), "standardised weights": Weighted(),
        "group norm": nn.Sequential(conv(), nn.GroupNorm(2, 4)), "instance norm": nn.Sequential(conv(), nn.InstanceNorm2d(4, affine=True)), "prelu": nn.Sequential(conv(), nn.PReLU(4)),
        "upsample bilinear": nn.Upsample(scale_factor=2, mode="bilinear", align_corners=False), "upsample nearest": nn.Upsample(scale_factor=2), "interpolate size": nn.Upsample((9, 5), mode="bilinear", align_corners=True),
        "adaptive pool 2": nn.AdaptiveAvgPool2d(2), "ceil pool": nn.MaxPool2d(3, 2, ceil_mode=True), "reflection pad": nn.Sequential(nn.ReflectionPad2d((1, 2, 0, 1)), nn.Conv2d(4, 2, 3)), "pixel shuffle": nn.PixelShuffle(2), "mish": nn.Mish(),
        "head view": Head("view"), "head flatten": Head("flatten"), "head squeeze": Head("squeeze"), "head mean": Head("mean"), "gelu tanh": nn.Sequential(nn.Conv2d(4, 2, 1), nn.GELU(approximate="tanh")),
    }
    for name, net in nets.items():
        net.eval()
        with torch.no_grad():
            for p in net.modules():
                if isinstance(p, nn.BatchNorm2d):
                    p.running_mean.normal_(0, 0.3)
                    p.running_var.uniform_(0.5, 2)
            for p in [*net.parameters(), *net.buffers()]:
                if p.is_floating_point():
                    p.copy_(torch.round(p * 32) / 32)
        for opset in (9, 13) if name in ("upsample bilinear", "head view", "efficientnet", "convnext") else (11, 17):
            x = torch.from_numpy(picture((2, 4, 6, 6)))
            buffer = io.BytesIO()
            try:
                torch.onnx.export(net, x, buffer, opset_version=opset, input_names=["x"], output_names=["y"], dynamic_axes={"x": {0: "batch"}}, do_constant_folding=opset != 11)
            except Exception as e:
                print("not exported:", name, opset, str(e).splitlines()[0][:80])
                continue
            cases[f"torch {name} {opset}"] = (buffer.getvalue(), x.numpy(), None)
        if name in ("residual", "head view", "shuffle", "same padding", "efficientnet"):
            x, buffer = torch.from_numpy(picture((1, 4, 6, 6))), io.BytesIO()
            torch.onnx.export(net, x, buffer, opset_version=13, input_names=["x"], output_names=["y"])
            cases[f"torch {name} fixed batch"] = (buffer.getvalue(), x.numpy(), None)


exported()
with tempfile.TemporaryDirectory() as folder:
    names, lines = {}, []
    for i, (name, (model, x, expected)) in enumerate(cases.items()):
        names[name] = i
        open(os.path.join(folder, f"{i}.onnx"), "wb").write(model)
        np.save(os.path.join(folder, f"{i}.in.npy"), x)
        if expected is not None:
            np.save(os.path.join(folder, f"{i}.out.npy"), expected.astype(np.float32))
        else:
            lines.append(f"{i}.onnx\t{i}.in.npy\t{i}.out.npy")
    subprocess.run(["node", os.path.join(here, "run_ort_many.cjs")], cwd=folder, input="\n".join(lines).encode())
    with zipfile.ZipFile(os.path.join(here, "import_cases.zip"), "w", zipfile.ZIP_DEFLATED) as archive:
        kept = 0
        for name, i in names.items():
            if not os.path.exists(os.path.join(folder, f"{i}.out.npy")):
                print("ONNX Runtime does not run:", name)
                continue
            kept += 1
            for suffix, ending in (("onnx", "onnx"), ("in.npy", "input.npy"), ("out.npy", "output.npy")):
                archive.writestr(zipfile.ZipInfo(f"{name}.{ending}", (2020, 1, 1, 0, 0, 0)), open(os.path.join(folder, f"{i}.{suffix}"), "rb").read(), zipfile.ZIP_DEFLATED)
print(kept, "cases")
