using SkinClassifier.Backbones.Networks;

namespace SkinClassifier.Backbones;

/// <summary>All built-in networks. To add one: its file in Networks, one line below, its cases in the tests.</summary>
public static class ArchitectureCatalog
{
    /// <summary>All built-in networks, by name.</summary>
    public static IReadOnlyList<Architecture> All { get; } =
    [
        ConvNextNetwork.Tiny,
        DenseNetNetwork.Architecture,
        EfficientNetNetwork.B0,
        EfficientNetNetwork.V2S,
        InceptionV3Network.Architecture,
        MobileNetV1Network.Architecture,
        MobileNetV2Network.Architecture,
        MobileNetV3LargeNetwork.Architecture,
        ResNetNetwork.ResNet18,
        ResNetNetwork.ResNet50,
        ResNetV2Network.ResNetV2With50Layers,
        ResNetV2Network.ResNetV2With101Layers,
        SmallCnnNetwork.Architecture,
        SqueezeNetNetwork.Architecture,
        Vgg16Network.Architecture,
        XceptionNetwork.Architecture,
    ];
}
