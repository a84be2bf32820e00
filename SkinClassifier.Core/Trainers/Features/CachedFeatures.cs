using SkinClassifier.Data;
using SkinClassifier.Trainers.Networks;

namespace SkinClassifier.Trainers.Features;

/// <summary>What earlier runs have left of the features of some images; nothing is computed.</summary>
internal static class CachedFeatures
{
    /// <summary>Looks into the cache of a run's network.</summary>
    /// <param name="options">The run; its workspace holds the cache.</param>
    /// <param name="examples">The images; those without <see cref="ImageExample.ContentHash"/> are not found.</param>
    /// <returns>Features [N,D], D, and which of the N are there; null: none.</returns>
    public static (float[] Rows, int Length, bool[] IsKnown)? Find(ImageClassificationTrainerOptions options, IReadOnlyList<ImageExample> examples)
    {
        if (options.WorkspacePath is not { } folder || !Directory.Exists(folder) || !Directory.EnumerateFiles(folder, FeatureCache.Pattern).Any())
            return null;
        LoadedBackbone backbone = LoadedBackbone.Load(options);
        int length = backbone.FeatureCount;
        // A damaged file is told when the features are computed.
        FeatureCache cache = new(folder, FeatureCache.NameOf(backbone.Features, backbone.Preprocessor), length, _ => { });
        if (cache.Count == 0)
            return null;
        float[] rows = new float[checked(examples.Count * length)];
        bool[] isKnown = [.. examples.Select((e, i) => e.ContentHash is { } hash && cache.TryGet(hash, rows.AsSpan(i * length, length)))];
        return (rows, length, isKnown);
    }
}
