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
        string[] errors = [.. Errors(options, model.Labels, model.Manifest.Width, model.Manifest.Height)];
        return errors.Length == 0 ? options : throw new ArgumentException(string.Join(' ', errors), nameof(options));
    }

    /// <summary>Place of a class among the scores.</summary>
    public static int PlaceOf(string label, ImageClassificationModel model) => model.Labels.TakeWhile(l => l != label).Count();

    /// <summary>What is wrong with options; without a model only what is wrong for all of them.</summary>
    /// <param name="options">The options.</param>
    /// <param name="labels">The classes; null: not known yet.</param>
    /// <param name="width">Columns of the network's input; 0: not known yet.</param>
    /// <param name="height">Rows of the network's input; 0: not known yet.</param>
    public static IEnumerable<string> Errors(ExplanationOptions options, IReadOnlyList<string>? labels = null, int width = 0, int height = 0)
    {
        int side = width > 0 ? Math.Min(width, height) : int.MaxValue;
        int patch = options.PatchSize ?? (width > 0 ? NetworkMaps.DefaultPatch(width, height) : int.MaxValue);
        if (!Enum.IsDefined(options.Method))
            yield return $"Method: expected a method of explanation, received {(int)options.Method}.";
        if (!Enum.IsDefined(options.Fill))
            yield return $"Fill: expected mean, black or blur, received {(int)options.Fill}.";
        if (options.Label is { } label && labels is not null && !labels.Contains(label, StringComparer.Ordinal))
            yield return $"Label: expected one of {string.Join(", ", labels)}, received '{label}'.{NearestWord.Question(label, labels)}";
        if (options.Layer is not null && options.Method is ExplanationMethod.Occlusion or ExplanationMethod.IntegratedGradients)
            yield return $"Layer: expected none for a method that reads no feature map, received '{options.Layer}'. Leave it out, or use a CAM method.";
        if (patch < 1 || patch > side)
            yield return $"PatchSize: expected "
                + $"{(width > 0 ? $"1 to {side} pixels, the shorter side of the network's input" : "at least 1 pixel")}, received {patch}.";
        else if (options.PatchStride is { } stride && (stride < 1 || stride > patch))
            yield return $"PatchStride: expected 1 to {patch} pixels, the size of the patch, received {stride}.";
        if (options.IntegrationSteps is < 1 or > MaxSteps)
            yield return $"IntegrationSteps: expected 1 to {MaxSteps}, received {options.IntegrationSteps}.";
    }
}
