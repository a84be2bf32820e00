using SkinClassifier.Common;
using SkinClassifier.Models;

namespace SkinClassifier.Explanations;

/// <summary>What the options of an explanation may be.</summary>
internal static class ExplanationRules
{
    private const int MaxSteps = 1000;

    /// <summary>The options, or the default ones where there are none.</summary>
    /// <exception cref="ArgumentException">Options do not fit the model; the text names all of them.</exception>
    public static ExplanationOptions Checked(ExplanationOptions? options, ImageClassificationModel model)
    {
        options ??= new ExplanationOptions();
        string[] errors = [.. Errors(options, model)];
        return errors.Length == 0 ? options : throw new ArgumentException(string.Join(' ', errors), nameof(options));
    }

    /// <summary>Place of a class among the scores.</summary>
    public static int PlaceOf(string label, ImageClassificationModel model) => model.Labels.TakeWhile(l => l != label).Count();

    private static IEnumerable<string> Errors(ExplanationOptions options, ImageClassificationModel model)
    {
        int side = Math.Min(model.Manifest.Width, model.Manifest.Height);
        int patch = options.PatchSize ?? NetworkMaps.DefaultPatch(model.Manifest.Width, model.Manifest.Height);
        if (!Enum.IsDefined(options.Method))
            yield return $"Method: expected a method of explanation, received {(int)options.Method}.";
        if (!Enum.IsDefined(options.Fill))
            yield return $"Fill: expected mean, black or blur, received {(int)options.Fill}.";
        if (options.Label is { } label && !model.Labels.Contains(label, StringComparer.Ordinal))
            yield return $"Label: expected one of {string.Join(", ", model.Labels)}, received '{label}'.{NearestWord.Question(label, model.Labels)}";
        if (options.Layer is not null && options.Method is ExplanationMethod.Occlusion or ExplanationMethod.IntegratedGradients)
            yield return $"Layer: expected none for a method that reads no feature map, received '{options.Layer}'. Leave it out, or use a CAM method.";
        if (patch < 1 || patch > side)
            yield return $"PatchSize: expected 1 to {side} pixels, the shorter side of the network's input, received {patch}.";
        else if (options.PatchStride is { } stride && (stride < 1 || stride > patch))
            yield return $"PatchStride: expected 1 to {patch} pixels, the size of the patch, received {stride}.";
        if (options.IntegrationSteps is < 1 or > MaxSteps)
            yield return $"IntegrationSteps: expected 1 to {MaxSteps}, received {options.IntegrationSteps}.";
    }
}
