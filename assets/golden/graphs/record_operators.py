"""Records outputs and gradients of PyTorch for the operators of SkinClassifier.Graphs in operators.json.

Run:  python3 record_operators.py      (PyTorch 1.13 recorded the committed file)

Input element i of a case with seed s is  low + (high - low) * h / 2^32  rounded to float32, where in 32-bit arithmetic
h = i * 2654435761 + s * 40503 + 12345;  h = (h ^ (h >> 15)) * 2246822519;  h = h ^ (h >> 13).  Inputs have seeds 1, 2, ... and upstream gradients of outputs 101, 102, ... within -1 .. 1.
The test computes the same numbers, so that only results are stored.
"""
import json
import numpy as np
import torch
import torch.nn.functional as F


def numbers(shape, seed, low=-1.0, high=1.0):
    count = int(np.prod(shape, dtype=np.int64))
    i = np.arange(count, dtype=np.uint64)
    mask = np.uint64(2 ** 32 - 1)
    h = (i * np.uint64(2654435761) + np.uint64(seed * 40503 + 12345)) & mask
    h = ((h ^ (h >> np.uint64(15))) * np.uint64(2246822519)) & mask
    unit = (h ^ (h >> np.uint64(13))).astype(np.float64) / 2.0 ** 32
    return torch.from_numpy((low + (high - low) * unit).astype(np.float32).reshape(shape))


def rounded(tensor):
    return [float(f"{v:.7g}") for v in tensor.detach().double().reshape(-1).tolist()]


cases = []


def case(name, op, shapes, function, attributes=None, constants=None, training=False, ranges=None, fixed=(), running=None):
    """Runs function(*inputs) in PyTorch and stores outputs and gradients of all inputs not in fixed."""
    ranges = ranges or {}
    inputs = [None if s is None else numbers(s, k + 1, *ranges.get(k, (-1.0, 1.0))) for k, s in enumerate(shapes)]
    for k, t in enumerate(inputs):
        if t is not None and k not in fixed:
            t.requires_grad_(True)
    outputs = function(*inputs)
    outputs = list(outputs) if isinstance(outputs, (tuple, list)) else [outputs]
    if any(o.requires_grad for o in outputs):
        torch.autograd.backward(outputs, [numbers(o.shape, 101 + k) for k, o in enumerate(outputs)])
    cases.append({
        "name": name, "op": op, "training": training,
        "attributes": attributes or {}, "constants": {str(k): v for k, v in (constants or {}).items()},
        "inputs": [None if s is None else {"shape": list(s), "range": list(ranges.get(k, (-1.0, 1.0)))} for k, s in enumerate(shapes)],
        "outputs": [{"shape": list(o.shape), "values": rounded(o)} for o in outputs],
        "gradients": [None if t is None or t.grad is None else rounded(t.grad) for t in inputs],
        "running": None if running is None else [rounded(r) for r in running()],
    })


# Convolution
case("conv", "Conv", [(2, 3, 6, 5), (4, 3, 3, 3), (4,)], lambda x, w, b: F.conv2d(x, w, b, padding=1), {"pads": [1, 1, 1, 1]})
case("conv strides dilations", "Conv", [(1, 4, 9, 8), (4, 2, 3, 2), (4,)],
     lambda x, w, b: F.conv2d(x, w, b, stride=(2, 1), padding=(2, 1), dilation=(2, 3), groups=2),
     {"strides": [2, 1], "pads": [2, 1, 2, 1], "dilations": [2, 3], "group": 2})
case("conv depthwise", "Conv", [(1, 4, 5, 5), (4, 1, 3, 3)], lambda x, w: F.conv2d(x, w, padding=1, stride=2, groups=4),
     {"pads": [1, 1, 1, 1], "strides": [2, 2], "group": 4})
case("conv asymmetric", "Conv", [(1, 2, 5, 6), (2, 2, 3, 3)], lambda x, w: F.conv2d(F.pad(x, (0, 2, 1, 0)), w), {"pads": [1, 0, 0, 2]})
case("conv 1-D", "Conv", [(2, 2, 8), (3, 2, 3), (3,)], lambda x, w, b: F.conv1d(x, w, b, stride=2, padding=1), {"strides": [2], "pads": [1, 1]})
# Pooling
for ceil in (False, True):
    case(f"max pool ceil {ceil}", "MaxPool", [(1, 2, 7, 6)], lambda x: F.max_pool2d(x, 3, 2, 1, ceil_mode=ceil),
         {"kernel_shape": [3, 3], "strides": [2, 2], "pads": [1, 1, 1, 1], "ceil_mode": int(ceil)})
    for count in (False, True):
        case(f"average pool ceil {ceil} count {count}", "AveragePool", [(1, 2, 6, 7)],
             lambda x: F.avg_pool2d(x, 3, 2, 1, ceil_mode=ceil, count_include_pad=count),
             {"kernel_shape": [3, 3], "strides": [2, 2], "pads": [1, 1, 1, 1], "ceil_mode": int(ceil), "count_include_pad": int(count)})
case("max pool dilation", "MaxPool", [(1, 2, 8, 8)], lambda x: F.max_pool2d(x, 2, 1, 0, dilation=3),
     {"kernel_shape": [2, 2], "dilations": [3, 3]})
case("global average pool", "GlobalAveragePool", [(2, 3, 4, 5)], lambda x: F.adaptive_avg_pool2d(x, 1))


# Normalisation
def batch_norm(training, momentum):
    state = {}

    def run(x, scale, bias, mean, var):
        m, v = mean.detach().clone(), var.detach().clone()
        y = F.batch_norm(x, m, v, scale, bias, training, momentum, 1e-5)
        if training:  # PyTorch stores the unbiased batch variance, ONNX the population variance
            axes = [0] + list(range(2, x.dim()))
            v = var.detach() * (1 - momentum) + x.detach().var(axes, unbiased=False) * momentum
        state["running"] = (m, v)
        return y
    return run, lambda: state["running"]


for training, shape in ((True, (3, 2, 3, 4)), (False, (3, 2, 3, 4)), (True, (5, 3)), (True, (3, 2, 7))):
    run, running = batch_norm(training, 0.3)
    c = (shape[1],)
    case(f"batch normalization training {training} {len(shape)}-D", "BatchNormalization", [shape, c, c, c, c], run,
         {"momentum": {"f": 0.7}}, training=training, ranges={4: (0.5, 2.0)}, fixed=(3, 4), running=running)
case("softmax", "Softmax", [(3, 5)], lambda x: F.softmax(x * 1.0, -1))
case("softmax axis 1", "Softmax", [(2, 4, 3)], lambda x: F.softmax(x, 1), {"axis": 1}, ranges={0: (-8.0, 8.0)})
# Matrices
case("gemm", "Gemm", [(4, 3), (5, 4), (3, 5)], lambda a, b, c: 0.5 * (a.T @ b.T) + 2 * c,
     {"transA": 1, "transB": 1, "alpha": {"f": 0.5}, "beta": {"f": 2.0}})
case("gemm row", "Gemm", [(3, 4), (4, 5), (5,)], lambda a, b, c: a @ b + c)
case("matmul", "MatMul", [(2, 1, 3, 4), (3, 4, 2)], torch.matmul)
case("matmul vector", "MatMul", [(4,), (2, 4, 3)], torch.matmul)
# Elementwise
case("relu", "Relu", [(4, 9)], F.relu)
case("sigmoid", "Sigmoid", [(4, 9)], torch.sigmoid, ranges={0: (-12.0, 12.0)})
case("clip", "Clip", [(4, 9)], lambda x: x.clamp(0, 6), constants={1: {"f": 0.0}, 2: {"f": 6.0}}, ranges={0: (-3.0, 9.0)})
for op, function in (("Add", torch.add), ("Sub", torch.sub), ("Mul", torch.mul), ("Div", torch.div)):
    case(f"{op} channels", op, [(2, 3, 2, 2), (1, 3, 1, 1)], function, ranges={1: (0.5, 2.0)})
    case(f"{op} both repeat", op, [(3, 1, 2), (4, 1)], function, ranges={1: (0.5, 2.0)})
case("concat", "Concat", [(2, 2, 3), (2, 1, 3)], lambda a, b: torch.cat((a, b), 1), {"axis": 1})


# Activations and other functions of one or two inputs
wide = {0: (-5.0, 5.0)}
case("leaky relu", "LeakyRelu", [(4, 6)], lambda x: F.leaky_relu(x, 0.2), {"alpha": {"f": 0.2}})
case("prelu", "PRelu", [(2, 3, 4), (3, 1)], lambda x, s: F.prelu(x, s.reshape(-1)))
case("hard sigmoid", "HardSigmoid", [(4, 6)], F.hardsigmoid, {"alpha": {"f": 1 / 6}, "beta": {"f": 0.5}}, ranges=wide)
case("hard swish", "HardSwish", [(4, 6)], F.hardswish, ranges=wide)
case("swish", "Swish", [(4, 6)], F.silu, ranges=wide)
case("tanh", "Tanh", [(4, 6)], torch.tanh, ranges=wide)
case("erf", "Erf", [(4, 6)], torch.erf, ranges=wide)
case("gelu", "Gelu", [(4, 6)], F.gelu, ranges=wide)
case("gelu tanh", "Gelu", [(4, 6)], lambda x: F.gelu(x, approximate="tanh"), {"approximate": {"s": "tanh"}}, ranges=wide)
case("sqrt", "Sqrt", [(4, 6)], torch.sqrt, ranges={0: (0.1, 5.0)})
case("reciprocal", "Reciprocal", [(4, 6)], torch.reciprocal, ranges={0: (0.1, 5.0)})
case("exp", "Exp", [(4, 6)], torch.exp, ranges=wide)
case("log", "Log", [(4, 6)], torch.log, ranges={0: (0.1, 5.0)})
case("abs", "Abs", [(4, 6)], torch.abs)
case("neg", "Neg", [(4, 6)], torch.neg)
case("ceil", "Ceil", [(4, 6)], lambda x: torch.ceil(x).detach(), ranges=wide)
case("floor", "Floor", [(4, 6)], lambda x: torch.floor(x).detach(), ranges=wide)
case("pow", "Pow", [(2, 3, 2), (3, 1)], torch.pow, ranges={0: (0.2, 3.0), 1: (-2.0, 3.0)})
case("where", "Where", [(2, 3), (4, 2, 1), (3,)], lambda c, a, b: torch.where(c > 0, a, b), ranges={0: (0.1, 1.0)}, fixed=(0,))
case("sum", "Sum", [(2, 3), (3,), (2, 1)], lambda a, b, c: a + b + c)
case("max", "Max", [(2, 3), (3,), (2, 1)], lambda a, b, c: torch.maximum(torch.maximum(a, b), c))
case("min", "Min", [(4, 3), (4, 3)], torch.minimum)
# Normalisations
case("layer normalization", "LayerNormalization", [(3, 4, 5), (5,), (5,)], lambda x, w, b: F.layer_norm(x, (5,), w, b))
case("layer normalization axis 1", "LayerNormalization", [(3, 2, 4), (2, 4)], lambda x, w: F.layer_norm(x, (2, 4), w, None, 1e-3),
     {"axis": 1, "epsilon": {"f": 1e-3}})
case("instance normalization", "InstanceNormalization", [(2, 3, 2, 4), (3,), (3,)], lambda x, w, b: F.instance_norm(x, weight=w, bias=b))
case("group normalization", "GroupNormalization", [(2, 4, 3, 2), (4,), (4,)], lambda x, w, b: F.group_norm(x, 2, w, b), {"num_groups": 2})
case("lrn", "LRN", [(2, 6, 2, 2)], lambda x: F.local_response_norm(x, 3, 0.9, 0.6, 1.5),
     {"size": 3, "alpha": {"f": 0.9}, "beta": {"f": 0.6}, "bias": {"f": 1.5}}, ranges=wide)
case("log softmax", "LogSoftmax", [(3, 5)], lambda x: F.log_softmax(x, 1), ranges=wide)
case("global max pool", "GlobalMaxPool", [(2, 3, 4, 2)], lambda x: F.adaptive_max_pool2d(x, 1))
# Reductions
case("reduce mean", "ReduceMean", [(2, 3, 4, 2)], lambda x: x.mean((2, 3)), {"keepdims": 0}, {1: [2, 3]})
case("reduce sum", "ReduceSum", [(2, 3, 4)], lambda x: x.sum((0, 2), keepdim=True), constants={1: [0, 2]})
case("reduce max", "ReduceMax", [(2, 3, 4)], lambda x: x.amax(1), {"keepdims": 0}, {1: [1]})
case("argmax", "ArgMax", [(2, 5, 3)], lambda x: x.argmax(1).float(), {"axis": 1, "keepdims": 0})
# Layout
case("transpose", "Transpose", [(2, 3, 2, 2)], lambda x: x.permute(0, 2, 3, 1), {"perm": [0, 2, 3, 1]})
case("split", "Split", [(2, 5)], lambda x: x.split((3, 2), 1), {"axis": 1}, {1: [3, 2]})
case("slice", "Slice", [(3, 6, 2)], lambda x: x[1:, 1:5:2], constants={1: [1, 1], 2: [9, 5], 3: [0, 1], 4: [1, 2]})
case("slice backwards", "Slice", [(6,)], lambda x: x.flip(0)[:4], constants={1: [-1], 2: [1], 3: [0], 4: [-1]})
for mode, name in (("constant", "constant"), ("reflect", "reflect"), ("replicate", "edge"), ("circular", "wrap")):
    case(f"pad {name}", "Pad", [(1, 2, 3, 4)], lambda x: F.pad(x, (1, 2, 2, 1), mode=mode),
         {"mode": {"s": name}}, {1: [0, 0, 2, 1, 0, 0, 1, 2]})
case("expand", "Expand", [(3, 1)], lambda x: x.expand(2, 3, 4), constants={1: [2, 3, 4]})
case("gather", "Gather", [(2, 4, 3)], lambda x: x[:, [3, 0, -1]], {"axis": 1}, {1: [3, 0, -1]})
# Resize
case("resize nearest", "Resize", [(1, 2, 3, 4)], lambda x: F.interpolate(x, scale_factor=(2, 1.5), mode="nearest"),
     {"coordinate_transformation_mode": {"s": "asymmetric"}, "nearest_mode": {"s": "floor"}}, {2: {"fs": [1, 1, 2, 1.5]}})
case("resize linear", "Resize", [(1, 2, 3, 4)], lambda x: F.interpolate(x, size=(5, 3), mode="bilinear"),
     {"mode": {"s": "linear"}}, {3: [1, 2, 5, 3]})
case("resize linear align corners", "Resize", [(1, 2, 3, 4)], lambda x: F.interpolate(x, size=(5, 7), mode="bilinear", align_corners=True),
     {"mode": {"s": "linear"}, "coordinate_transformation_mode": {"s": "align_corners"}}, {3: [1, 2, 5, 7]})

with open("operators.json", "w") as f:
    f.write('{"cases":[\n' + ",\n".join(json.dumps(c, separators=(",", ":")) for c in cases) + "\n]}\n")
print(len(cases), "cases")
