using System.Globalization;
using SkinClassifier.Explanations;

namespace SkinClassifier.MLNet.Rows;

/// <summary>How heat maps are computed, as a saved model holds it.</summary>
internal static class ExplanationSettings
{
    private const string Method = "explanationMethod", Label = "explanationLabel", Layer = "explanationLayer", Fill = "explanationFill",
        PatchSize = "explanationPatchSize", PatchStride = "explanationPatchStride", Steps = "explanationSteps";

    /// <summary>Settings by name; what is left to its default is not there.</summary>
    public static Dictionary<string, string> Of(ExplanationOptions options)
    {
        Dictionary<string, string> settings = new()
        {
            [Method] = options.Method.ToString(),
            [Fill] = options.Fill.ToString(),
            [Steps] = options.IntegrationSteps.ToString(CultureInfo.InvariantCulture),
        };
        foreach ((string name, object? value) in new (string, object?)[] { (Label, options.Label), (Layer, options.Layer),
            (PatchSize, options.PatchSize), (PatchStride, options.PatchStride) })
            if (value is not null)
                settings.Add(name, Convert.ToString(value, CultureInfo.InvariantCulture)!);
        return settings;
    }

    /// <summary>The options of settings; the default ones where a file has none.</summary>
    public static ExplanationOptions Read(IReadOnlyDictionary<string, string> settings)
    {
        return !settings.ContainsKey(Method) ? new() : new()
        {
            Method = Enum.Parse<ExplanationMethod>(settings[Method]),
            Label = settings.GetValueOrDefault(Label),
            Layer = settings.GetValueOrDefault(Layer),
            Fill = Enum.Parse<ExplanationFill>(settings[Fill]),
            PatchSize = Number(PatchSize),
            PatchStride = Number(PatchStride),
            IntegrationSteps = Number(Steps)!.Value,
        };

        int? Number(string name) => settings.TryGetValue(name, out string? text) ? int.Parse(text, CultureInfo.InvariantCulture) : null;
    }
}
