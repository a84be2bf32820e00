"""Records the full lists of parameter names and shapes of torchvision's and timm's networks in weight_names.zip.

Run: python3 weight_names.py     (needs torch and torchvision)
torchvision's lists come from the networks themselves. timm's are written down here from its network definitions (stages of blocks and
the members of each block); a line is "name<tab>shape".
"""
import os
import zipfile
import torchvision

lists = {}
for ours, theirs in {"mobilenet_v2": "mobilenet_v2", "mobilenet_v3_large": "mobilenet_v3_large", "resnet18": "resnet18", "resnet50": "resnet50", "densenet121": "densenet121", "squeezenet1_1": "squeezenet1_1",
                     "efficientnet_b0": "efficientnet_b0", "efficientnet_v2_s": "efficientnet_v2_s", "convnext_tiny": "convnext_tiny", "vgg16": "vgg16", "inception_v3": "inception_v3"}.items():
    extra = {"init_weights": False} if ours == "inception_v3" else {}
    net = getattr(torchvision.models, theirs)(weights=None, **extra)
    lists[ours, "torchvision"] = [(n, tuple(t.shape)) for n, t in net.state_dict().items()]


class Names(list):
    def conv(self, name, out, inp, k=1, groups=1, bias=False):
        self.append((f"{name}.weight", (out, inp // groups, k, k)))
        if bias:
            self.append((f"{name}.bias", (out,)))

    def norm(self, name, c, running=True):
        self += [(f"{name}.weight", (c,)), (f"{name}.bias", (c,))]
        if running:
            self += [(f"{name}.running_mean", (c,)), (f"{name}.running_var", (c,)), (f"{name}.num_batches_tracked", ())]

    def dense(self, name, out, inp):
        self += [(f"{name}.weight", (out, inp)), (f"{name}.bias", (out,))]

    def se(self, name, c, reduced):
        self.conv(f"{name}.conv_reduce", reduced, c, bias=True)
        self.conv(f"{name}.conv_expand", c, reduced, bias=True)

    def separable(self, b, inp, out, k, reduced=0):
        self.conv(f"{b}.conv_dw", inp, inp, k, inp)
        self.norm(f"{b}.bn1", inp)
        if reduced:
            self.se(f"{b}.se", inp, reduced)
        self.conv(f"{b}.conv_pw", out, inp)
        self.norm(f"{b}.bn2", out)

    def inverted(self, b, inp, mid, out, k, reduced=0):
        self.conv(f"{b}.conv_pw", mid, inp)
        self.norm(f"{b}.bn1", mid)
        self.conv(f"{b}.conv_dw", mid, mid, k, mid)
        self.norm(f"{b}.bn2", mid)
        if reduced:
            self.se(f"{b}.se", mid, reduced)
        self.conv(f"{b}.conv_pwl", out, mid)
        self.norm(f"{b}.bn3", out)


def stem(c):
    names = Names()
    names.conv("conv_stem", c, 3, 3)
    names.norm("bn1", c)
    return names


def divisible(v, d=8):
    n = max(d, int(v + d / 2) // d * d)
    return n + d if n < 0.9 * v else n


n = stem(32)
inp = 32
for s, (out, repeats) in enumerate([(64, 1), (128, 2), (256, 2), (512, 6), (1024, 2)]):
    for i in range(repeats):
        n.separable(f"blocks.{s}.{i}", inp, out, 3)
        inp = out
n.dense("classifier", 1000, 1024)
lists["mobilenet_v1", "timm"] = n

n = stem(32)
n.separable("blocks.0.0", 32, 16, 3)
inp = 16
for s, (out, repeats) in enumerate([(24, 2), (32, 3), (64, 4), (96, 3), (160, 3), (320, 1)], 1):
    for i in range(repeats):
        n.inverted(f"blocks.{s}.{i}", inp, inp * 6, out, 3)
        inp = out
n.conv("conv_head", 1280, 320)
n.norm("bn2", 1280)
n.dense("classifier", 1000, 1280)
lists["mobilenet_v2", "timm"] = n

n = stem(16)
n.separable("blocks.0.0", 16, 16, 3)
inp = 16
for s, blocks in enumerate([[(64, 24, 3, 0), (72, 24, 3, 0)], [(72, 40, 5, 1), (120, 40, 5, 1), (120, 40, 5, 1)], [(240, 80, 3, 0), (200, 80, 3, 0), (184, 80, 3, 0), (184, 80, 3, 0)],
                            [(480, 112, 3, 1), (672, 112, 3, 1)], [(672, 160, 5, 1), (960, 160, 5, 1), (960, 160, 5, 1)]], 1):
    for i, (mid, out, k, squeeze) in enumerate(blocks):
        n.inverted(f"blocks.{s}.{i}", inp, mid, out, k, divisible(mid / 4) * squeeze)
        inp = out
n.conv("blocks.6.0.conv", 960, 160)
n.norm("blocks.6.0.bn1", 960)
n.conv("conv_head", 1280, 960, bias=True)
n.dense("classifier", 1000, 1280)
lists["mobilenet_v3_large", "timm"] = n

n = stem(32)
n.separable("blocks.0.0", 32, 16, 3, 8)
inp = 16
for s, (out, repeats, k) in enumerate([(24, 2, 3), (40, 2, 5), (80, 3, 3), (112, 3, 5), (192, 4, 5), (320, 1, 3)], 1):
    for i in range(repeats):
        n.inverted(f"blocks.{s}.{i}", inp, inp * 6, out, k, inp // 4)
        inp = out
n.conv("conv_head", 1280, 320)
n.norm("bn2", 1280)
n.dense("classifier", 1000, 1280)
lists["efficientnet_b0", "timm"] = n

n = stem(24)
for i in range(2):
    n.conv(f"blocks.0.{i}.conv", 24, 24, 3)
    n.norm(f"blocks.0.{i}.bn1", 24)
inp = 24
for s, out in ((1, 48), (2, 64)):
    for i in range(4):
        n.conv(f"blocks.{s}.{i}.conv_exp", inp * 4, inp, 3)
        n.norm(f"blocks.{s}.{i}.bn1", inp * 4)
        n.conv(f"blocks.{s}.{i}.conv_pwl", out, inp * 4)
        n.norm(f"blocks.{s}.{i}.bn2", out)
        inp = out
for s, (out, repeats, expansion) in enumerate([(128, 6, 4), (160, 9, 6), (256, 15, 6)], 3):
    for i in range(repeats):
        n.inverted(f"blocks.{s}.{i}", inp, inp * expansion, out, 3, inp // 4)
        inp = out
n.conv("conv_head", 1280, 256)
n.norm("bn2", 1280)
n.dense("classifier", 1000, 1280)
lists["efficientnet_v2_s", "timm"] = n

n = Names()
n.conv("stem.0", 96, 3, 4, bias=True)
n.norm("stem.1", 96, False)
inp = 96
for s, (c, depth) in enumerate([(96, 3), (192, 3), (384, 9), (768, 3)]):
    if s:
        n.norm(f"stages.{s}.downsample.0", inp, False)
        n.conv(f"stages.{s}.downsample.1", c, inp, 2, bias=True)
    for i in range(depth):
        b = f"stages.{s}.blocks.{i}"
        n.append((f"{b}.gamma", (c,)))
        n.conv(f"{b}.conv_dw", c, c, 7, c, bias=True)
        n.norm(f"{b}.norm", c, False)
        n.dense(f"{b}.mlp.fc1", 4 * c, c)
        n.dense(f"{b}.mlp.fc2", c, 4 * c)
    inp = c
n.norm("head.norm", 768, False)
n.dense("head.fc", 1000, 768)
lists["convnext_tiny", "timm"] = n

for ours, depths in (("resnet_v2_50", (3, 4, 6, 3)), ("resnet_v2_101", (3, 4, 23, 3))):
    n = Names()
    n.conv("stem.conv", 64, 3, 7)
    inp = 64
    for s, depth in enumerate(depths):
        out = 256 << s
        for i in range(depth):
            b = f"stages.{s}.blocks.{i}"
            if i == 0:
                n.conv(f"{b}.downsample.conv", out, inp)
            n.norm(f"{b}.norm1", inp)
            n.conv(f"{b}.conv1", out // 4, inp)
            n.norm(f"{b}.norm2", out // 4)
            n.conv(f"{b}.conv2", out // 4, out // 4, 3)
            n.norm(f"{b}.norm3", out // 4)
            n.conv(f"{b}.conv3", out, out // 4)
            inp = out
    n.norm("norm", 2048)
    n.conv("head.fc", 1000, 2048, bias=True)
    lists[ours, "timm"] = n

n = Names()
inp = 3
for index, c in zip((0, 2, 5, 7, 10, 12, 14, 17, 19, 21, 24, 26, 28), (64, 64, 128, 128, 256, 256, 256, 512, 512, 512, 512, 512, 512)):
    n.conv(f"features.{index}", c, inp, 3, bias=True)
    inp = c
n.conv("pre_logits.fc1", 4096, 512, 7, bias=True)
n.conv("pre_logits.fc2", 4096, 4096, bias=True)
n.dense("head.fc", 1000, 4096)
lists["vgg16", "timm"] = n

n = Names()
n.conv("conv1", 32, 3, 3)
n.norm("bn1", 32)
n.conv("conv2", 64, 32, 3)
n.norm("bn2", 64)
inp = 64
for block, (channels, starts, skips) in enumerate([((128, 128), 0, 1), ((256, 256), 1, 1), ((728, 728), 1, 1)] + [((728, 728, 728), 1, 0)] * 8 + [((728, 1024), 1, 1)], 1):
    b, first, index = f"block{block}", inp, starts
    if skips:
        n.conv(f"{b}.skip", channels[-1], inp)
        n.norm(f"{b}.skipbn", channels[-1])
    for c in channels:
        n.conv(f"{b}.rep.{index}.conv1", inp, inp, 3, inp)
        n.conv(f"{b}.rep.{index}.pointwise", c, inp)
        n.norm(f"{b}.rep.{index + 1}", c)
        index, inp = index + 3, c
for name, c in (("3", 1536), ("4", 2048)):
    n.conv(f"conv{name}.conv1", inp, inp, 3, inp)
    n.conv(f"conv{name}.pointwise", c, inp)
    n.norm(f"bn{name}", c)
    inp = c
n.dense("fc", 1000, 2048)
lists["xception", "timm"] = n

lists["densenet121", "old torchvision"] = [(name.replace(".norm1.", ".norm.1.").replace(".norm2.", ".norm.2.").replace(".conv1.", ".conv.1.").replace(".conv2.", ".conv.2."), shape) for name, shape in lists["densenet121", "torchvision"]]

with zipfile.ZipFile(os.path.join(os.path.dirname(os.path.abspath(__file__)), "weight_names.zip"), "w") as archive:
    for (network, source), names in lists.items():
        text = "".join(f"{name}\t{','.join(map(str, shape))}\n" for name, shape in names)
        archive.writestr(zipfile.ZipInfo(f"{network}.{source}.tsv", (2020, 1, 1, 0, 0, 0)), text, zipfile.ZIP_DEFLATED)
        print(network, source, len(names))
