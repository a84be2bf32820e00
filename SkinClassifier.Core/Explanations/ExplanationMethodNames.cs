namespace SkinClassifier.Explanations;

/// <summary>The methods' names: one in files and on the command line, one for people.</summary>
internal static class ExplanationMethodNames
{
    private static readonly (ExplanationMethod Method, string Name, string Title)[] All =
    [
        (ExplanationMethod.GradCam, "gradcam", "Grad-CAM"),
        (ExplanationMethod.GradCamPlusPlus, "gradcam++", "Grad-CAM++"),
        (ExplanationMethod.HiResCam, "hirescam", "HiResCAM"),
        (ExplanationMethod.LayerCam, "layercam", "LayerCAM"),
        (ExplanationMethod.Occlusion, "occlusion", "Occlusion"),
        (ExplanationMethod.IntegratedGradients, "integrated-gradients", "Integrated gradients"),
    ];

    /// <summary>All names, in the order of the enumeration.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. All.Select(m => m.Name)];

    /// <summary>The name in files and on the command line, for example "gradcam++".</summary>
    public static string NameOf(ExplanationMethod method) => All.First(m => m.Method == method).Name;

    /// <summary>The name for people, for example "Grad-CAM++".</summary>
    public static string TitleOf(ExplanationMethod method) => All.First(m => m.Method == method).Title;

    /// <summary>The method of a name in files and on the command line.</summary>
    public static ExplanationMethod Of(string name) => All.First(m => m.Name == name).Method;

    /// <summary>Whether the method reads a feature map of the network, which can be chosen.</summary>
    public static bool ReadsLayer(ExplanationMethod method) => method is not (ExplanationMethod.Occlusion or ExplanationMethod.IntegratedGradients);
}
