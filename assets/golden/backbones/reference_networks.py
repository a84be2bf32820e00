"""Networks that torchvision lacks, written from their papers with the parameter names of timm."""
import torch
from torch import nn


class Named(nn.Module):
    """A module from named parts that run one after the other."""

    def __init__(self, **parts):
        super().__init__()
        for name, part in parts.items():
            setattr(self, name, part)

    def forward(self, x):
        for part in self.children():
            x = part(x)
        return x


class BatchNormRelu(nn.BatchNorm2d):
    """BatchNormalization and ReLU under one name, as timm's BatchNormAct2d."""

    def forward(self, x):
        return torch.relu(super().forward(x))


class BatchNormRelu6(nn.BatchNorm2d):
    def forward(self, x):
        return super().forward(x).clamp(0, 6)


def conv(i, o, k, s=1, groups=1):
    return nn.Conv2d(i, o, k, s, k // 2, groups=groups, bias=False)


def head():
    return nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten())


def mobilenet_v1(classes):
    channels, stages = 32, []
    for o, repeats, stride in ((64, 1, 1), (128, 2, 2), (256, 2, 2), (512, 6, 2), (1024, 2, 2)):
        blocks = []
        for r in range(repeats):
            blocks.append(Named(conv_dw=conv(channels, channels, 3, stride if r == 0 else 1, channels), bn1=BatchNormRelu6(channels),
                                conv_pw=conv(channels, o, 1), bn2=BatchNormRelu6(o)))
            channels = o
        stages.append(nn.Sequential(*blocks))
    return Named(conv_stem=conv(3, 32, 3, 2), bn1=BatchNormRelu6(32), blocks=nn.Sequential(*stages), pool=head(), classifier=nn.Linear(1024, classes))


class PreActivation(nn.Module):
    def __init__(self, i, o, stride, first):
        super().__init__()
        middle = o // 4
        self.norm1 = BatchNormRelu(i)
        self.conv1 = conv(i, middle, 1)
        self.norm2 = BatchNormRelu(middle)
        self.conv2 = conv(middle, middle, 3, stride)
        self.norm3 = BatchNormRelu(middle)
        self.conv3 = conv(middle, o, 1)
        self.downsample = Named(conv=conv(i, o, 1, stride)) if first else None

    def forward(self, x):
        y = self.norm1(x)
        shortcut = x if self.downsample is None else self.downsample(y)
        return self.conv3(self.norm3(self.conv2(self.norm2(self.conv1(y))))) + shortcut


def resnet_v2(classes, repeats):
    channels, stages = 64, []
    for stage, count in enumerate(repeats):
        blocks = []
        for r in range(count):
            blocks.append(PreActivation(channels, 256 << stage, 2 if r == 0 and stage > 0 else 1, r == 0))
            channels = 256 << stage
        stages.append(Named(blocks=nn.Sequential(*blocks)))
    stem = Named(conv=conv(3, 64, 7, 2), pool=nn.MaxPool2d(3, 2, 1))
    return Named(stem=stem, stages=nn.Sequential(*stages), norm=BatchNormRelu(2048), head=Named(pool=head(), fc=nn.Linear(2048, classes)))


def resnet_v2_50(classes):
    return resnet_v2(classes, (3, 4, 6, 3))


def resnet_v2_101(classes):
    return resnet_v2(classes, (3, 4, 23, 3))


def separable(i, o):
    return Named(conv1=conv(i, i, 3, 1, i), pointwise=conv(i, o, 1))


class XceptionBlock(nn.Module):
    def __init__(self, i, channels, stride, relu_first=True):
        super().__init__()
        parts, inner = [], i
        for k, o in enumerate(channels):
            if k > 0 or relu_first:
                parts.append(nn.ReLU())
            parts += [separable(inner, o), nn.BatchNorm2d(o)]
            inner = o
        if stride != 1:
            parts.append(nn.MaxPool2d(3, stride, 1))
        self.rep = nn.Sequential(*parts)
        self.skip = None
        if stride != 1 or i != inner:
            self.skip = nn.Conv2d(i, inner, 1, stride, bias=False)
            self.skipbn = nn.BatchNorm2d(inner)

    def forward(self, x):
        return self.rep(x) + (x if self.skip is None else self.skipbn(self.skip(x)))


def xception(classes):
    parts = {"conv1": nn.Conv2d(3, 32, 3, 2, bias=False), "bn1": BatchNormRelu(32), "conv2": nn.Conv2d(32, 64, 3, bias=False), "bn2": BatchNormRelu(64),
             "block1": XceptionBlock(64, (128, 128), 2, False), "block2": XceptionBlock(128, (256, 256), 2), "block3": XceptionBlock(256, (728, 728), 2)}
    for k in range(4, 12):
        parts[f"block{k}"] = XceptionBlock(728, (728, 728, 728), 1)
    parts.update(block12=XceptionBlock(728, (728, 1024), 2), conv3=separable(1024, 1536), bn3=BatchNormRelu(1536),
                 conv4=separable(1536, 2048), bn4=BatchNormRelu(2048), pool=head(), fc=nn.Linear(2048, classes))
    return Named(**parts)
