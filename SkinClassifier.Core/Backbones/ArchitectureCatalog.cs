namespace SkinClassifier.Backbones;

/// <summary>All built-in networks. To add one: its file here, one line below, its cases in the tests.</summary>
public static class ArchitectureCatalog
{
    /// <summary>All built-in networks, by name.</summary>
    public static IReadOnlyList<Architecture> All { get; } =
    [
        MobileNetV2Network.Architecture,
        SmallCnnNetwork.Architecture,
    ];
}
