using System.Numerics.Tensors;
using SkinClassifier.Common;

namespace SkinClassifier.Calibration;

/// <summary>
/// Tells whether an image is like the training images. It is compared with the mean of each class in a <see cref="FeatureSpace"/>:
/// u = min_c d_c²/s_c + e/ρ, with d_c² the squared Mahalanobis distance to class c, s_c its median over the validation images of that class (so that
/// a class that scatters more is not called foreign), e the residual and ρ its median. The distance finds what is not like the training images at
/// all; images of an unknown class show rather in the energy −ln Σ exp(logit). Both are brought to one scale by the validation images, (value −
/// median) / (95th percentile − median), and the larger one counts, the energy with a weight of 0.7: with more, images of rare classes would be
/// called foreign. <see cref="FamiliarityResult.Familiarity"/> is its rank, (1 + number of validation images with as much or more) / (1 + their
/// number): of images like them at most 5 % get 0.05 or less. Stored are directions, means of classes with at least <see cref="MinClassImages"/>
/// images, and ranks; never the features of one image. A class with fewer images has no mean of its own: its images are compared with the means of
/// the others.
/// </summary>
internal sealed class Familiarity
{
    /// <summary>Familiarity up to which an image is not like the training images.</summary>
    public const float Limit = 0.05f;

    /// <summary>Minimum number of training images of a class whose mean is stored.</summary>
    public const int MinClassImages = 5;

    /// <summary>Minimum number of images that are not trained on, to rank new ones among.</summary>
    public const int MinRanked = 20;

    /// <summary>Most ranks that are stored.</summary>
    internal const int MaxRanks = 1000;

    /// <summary>Most bytes that <see cref="Write"/> writes.</summary>
    internal const int MaxBytes = 2_000_000;

    /// <summary>Most classes with a mean of their own: 64 · 1000 numbers.</summary>
    internal const int MaxCenters = 1000;

    private const float EnergyWeight = 0.7f;
    private const double Prior = 10, LeastResidual = 1e-5; // less is rounding

    private readonly float[] _centers, _scales, _ranks;
    private readonly float _residualScale;
    private readonly UsualRange _distances;
    private readonly UsualRange? _energies;

    private Familiarity(FeatureSpace space, float[] centers, float[] scales, float residualScale, UsualRange distances, UsualRange? energies, float[] ranks)
    {
        Space = space;
        (_centers, _scales, _residualScale, _distances, _energies, _ranks) = (centers, scales, residualScale, distances, energies, ranks);
    }

    /// <summary>The space of the features; a gallery of similar images uses it, too.</summary>
    public FeatureSpace Space { get; }

    /// <summary>Measures training images, and ranks new ones among images that were not trained on.</summary>
    /// <param name="train">Features of the training images [N,D].</param>
    /// <param name="trainLabels">Their classes [N].</param>
    /// <param name="validation">Features of the images that were not trained on [M,D], seen as new images will be.</param>
    /// <param name="validationLabels">Their classes [M].</param>
    /// <param name="validationLogits">Their values before the softmax [M,L]; empty: the network has none.</param>
    /// <param name="classes">K.</param>
    /// <param name="workers">Who computes; their number does not change a bit.</param>
    /// <param name="reason">A sentence when there is no result, else null.</param>
    public static Familiarity? Fit(ReadOnlySpan<float> train, IReadOnlyList<int> trainLabels, ReadOnlySpan<float> validation,
        IReadOnlyList<int> validationLabels, ReadOnlySpan<float> validationLogits, int classes, WorkerPool workers, out string? reason)
    {
        reason = null;
        if (validationLabels.Count < MinRanked)
            reason = $"expected at least {MinRanked} images that were not trained on, received {validationLabels.Count}";
        else if (!TensorPrimitives.IsFiniteAll(train) || !TensorPrimitives.IsFiniteAll(validation) || !IsFinite(validationLogits))
            reason = "expected finite features, received infinity or not-a-number";
        if (reason is not null)
            return null;
        Centers? known = Centers.Of(train, validation.Length / validationLabels.Count, trainLabels, classes, workers);
        if (known is null)
            reason = TooAlike(trainLabels.Count);
        return known is null ? null : Rank(known, known.Measure(validation), validationLabels, Energies(validationLogits, validationLabels.Count));
    }

    /// <summary>
    /// As <see cref="Fit"/>, where there is no validation set: every training image is ranked as a space and means say that were made without its
    /// fold. Only for features that were not trained on these images: those of a frozen network.
    /// </summary>
    /// <param name="features">Features of the training images [N,D].</param>
    /// <param name="labels">Their classes [N].</param>
    /// <param name="logits">Values before the softmax [N,L] of networks that were not trained on the image; empty: there are none.</param>
    /// <param name="folds">Fold of each image [N], 0-based; images that belong together are in one.</param>
    /// <param name="classes">K.</param>
    /// <param name="workers">Who computes; their number does not change a bit.</param>
    /// <param name="reason">A sentence when there is no result, else null.</param>
    public static Familiarity? FitByFolds(float[] features, IReadOnlyList<int> labels, ReadOnlySpan<float> logits, IReadOnlyList<int> folds, int classes,
        WorkerPool workers, out string? reason)
    {
        reason = null;
        int count = labels.Count, length = count == 0 ? 0 : features.Length / count;
        if (count < MinRanked)
            reason = $"expected at least {MinRanked} images, received {count}";
        else if (!TensorPrimitives.IsFiniteAll<float>(features) || !IsFinite(logits))
            reason = "expected finite features, received infinity or not-a-number";
        if (reason is not null)
            return null;
        Centers? all = Centers.Of(features, length, labels, classes, workers);
        Distances distances = new(classes, count);
        for (int fold = 0; fold <= folds.Max() && all is not null; fold++)
        {
            int[] inside = [.. Enumerable.Range(0, count).Where(n => folds[n] == fold)], outside = [.. Enumerable.Range(0, count).Where(n => folds[n] != fold)];
            if (inside.Length == 0)
                continue;
            if (Centers.Of(Rows(features, length, outside), length, [.. outside.Select(n => labels[n])], classes, workers) is not { } centers)
                all = null;
            else
                distances.Put(inside, centers.Measure(Rows(features, length, inside)));
        }
        if (all is null)
            reason = TooAlike(count);
        return all is null ? null : Rank(all, distances, labels, Energies(logits, count));
    }

    /// <summary>Measures an image. Allocates nothing.</summary>
    /// <param name="features">Its features [D].</param>
    /// <param name="logits">Its values before the softmax; empty: there are none.</param>
    public FamiliarityResult Measure(ReadOnlySpan<float> features, ReadOnlySpan<float> logits = default)
    {
        Span<float> coordinates = stackalloc float[FeatureSpace.MaxDimensions];
        coordinates = coordinates[..Space.Dimensions];
        float residual = Space.Project(features, coordinates) / _residualScale, distance = Distance(coordinates);
        float? energy = logits.IsEmpty ? null : Energy(logits);
        float strangeness = _distances.Of(distance + residual);
        if (_energies is { } range && energy is { } value)
            strangeness = Math.Max(strangeness, EnergyWeight * range.Of(value));
        return new FamiliarityResult(RankOf(strangeness), strangeness, distance, residual, energy);
    }

    /// <summary>−ln Σ exp(logit) (W. Liu et al., NeurIPS 2020).</summary>
    public static float Energy(ReadOnlySpan<float> logits)
    {
        float max = TensorPrimitives.Max(logits);
        double sum = 0;
        foreach (float logit in logits)
            sum += Math.Exp(logit - max);
        return (float)-(max + Math.Log(sum));
    }

    /// <summary>Writes everything, at most <see cref="MaxBytes"/>.</summary>
    public void Write(BinaryWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        Space.Write(writer);
        writer.Write(_scales.Length);
        writer.WriteNumbers(_centers);
        writer.WriteNumbers(_scales);
        writer.Write(_residualScale);
        _distances.Write(writer);
        writer.Write(_energies.HasValue);
        _energies?.Write(writer);
        writer.Write(_ranks.Length);
        writer.WriteNumbers(_ranks);
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <param name="reader">At the first number.</param>
    /// <param name="where">The file, for messages.</param>
    /// <exception cref="InvalidContentException">Sizes or numbers that cannot be; the file ends before.</exception>
    public static Familiarity Read(BinaryReader reader, string where)
    {
        ArgumentNullException.ThrowIfNull(reader);
        try
        {
            FeatureSpace space = FeatureSpace.Read(reader, where);
            int count = InRange(reader.ReadInt32(), 1, MaxCenters, "classes", where);
            float[] centers = reader.ReadNumbers(count * space.Dimensions, where), scales = reader.ReadNumbers(count, where),
                residual = reader.ReadNumbers(1, where);
            UsualRange distances = UsualRange.Read(reader, where);
            UsualRange? energies = reader.ReadBoolean() ? UsualRange.Read(reader, where) : null;
            float[] ranks = reader.ReadNumbers(InRange(reader.ReadInt32(), 1, MaxRanks, "ranks", where), where);
            if (scales.Append(residual[0]).Any(s => s <= 0))
                throw new InvalidContentException($"{where}: familiarity: expected scales above 0. The file is damaged; save the model again.");
            if (!ranks.SequenceEqual(ranks.Order()))
                throw new InvalidContentException($"{where}: familiarity: expected ascending ranks. The file is damaged; save the model again.");
            return new Familiarity(space, centers, scales, residual[0], distances, energies, ranks);
        }
        catch (EndOfStreamException error)
        {
            throw new InvalidContentException($"{where}: familiarity: the file ends too early. It is damaged; save the model again.", error);
        }
    }

    private static int InRange(int value, int low, int high, string what, string where) => value >= low && value <= high ? value
        : throw new InvalidContentException(
            $"{where}: familiarity: expected {low} to {high} {what}, received {value}. The file is damaged; save the model again.");

    private static bool IsFinite(ReadOnlySpan<float> values) => values.IsEmpty || TensorPrimitives.IsFiniteAll(values);

    private static string TooAlike(int images) => "expected training images that differ to the network, at least "
        + $"{FeatureSpace.ImagesPerDimension} of them, received {images}{(images < FeatureSpace.ImagesPerDimension ? "" : " that are all the same to it")}";

    private static float[] Rows(float[] features, int length, int[] images)
    {
        float[] rows = new float[images.Length * length];
        for (int i = 0; i < images.Length; i++)
            features.AsSpan(images[i] * length, length).CopyTo(rows.AsSpan(i * length));
        return rows;
    }

    /// <summary>
    /// Scales and ranks. The scale of a class is the median of its own images, drawn towards that of all images as if there were ten more of those.
    /// </summary>
    private static Familiarity Rank(Centers known, Distances distances, IReadOnlyList<int> labels, float[] energies)
    {
        int count = labels.Count;
        List<float>[] own = [.. known.Owners.Select(_ => new List<float>())];
        for (int n = 0; n < count; n++)
            if (Array.IndexOf(known.Owners, labels[n]) is >= 0 and int center && float.IsFinite(distances.Squared(n, labels[n])))
                own[center].Add(distances.Squared(n, labels[n]));
        float[] ownOfAll = [.. own.SelectMany(o => o)];
        double usual = Median(ownOfAll.Length > 0 ? ownOfAll : [.. Enumerable.Range(0, count).Select(n => distances.Nearest(n))]);
        float[] scales = [.. own.Select(o => (float)Math.Max(1e-6, (o.Count * (o.Count > 0 ? Median([.. o]) : 0) + Prior * usual) / (o.Count + Prior)))];
        float residual = (float)Math.Max(LeastResidual, Median(distances.Residuals));
        float[] all = new float[count];
        for (int n = 0; n < count; n++)
        {
            float nearest = float.PositiveInfinity;
            for (int i = 0; i < scales.Length; i++)
                nearest = Math.Min(nearest, distances.Squared(n, known.Owners[i]) / scales[i]);
            all[n] = float.IsFinite(nearest) ? nearest + distances.Residuals[n] / residual : 1e30f; // no mean in its fold
        }
        UsualRange range = UsualRange.Of(all);
        UsualRange? energyRange = energies.Length == 0 ? null : UsualRange.Of(energies);
        for (int n = 0; n < count; n++)
            all[n] = energyRange is { } e ? Math.Max(range.Of(all[n]), EnergyWeight * e.Of(energies[n])) : range.Of(all[n]);
        Array.Sort(all);
        float[] ranks = count <= MaxRanks ? all : [.. Enumerable.Range(0, MaxRanks).Select(i => all[(int)((i + 0.5) * count / MaxRanks)])];
        return new Familiarity(known.Space, known.Means, scales, residual, range, energyRange, ranks);
    }

    private static float[] Energies(ReadOnlySpan<float> logits, int count)
    {
        float[] energies = new float[logits.IsEmpty ? 0 : count];
        for (int n = 0; n < energies.Length; n++)
            energies[n] = Energy(logits.Slice(n * (logits.Length / count), logits.Length / count));
        return energies;
    }

    private static double Median(float[] values)
    {
        float[] sorted = [.. values];
        Array.Sort(sorted);
        return sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[sorted.Length / 2 - 1] + (double)sorted[sorted.Length / 2]) / 2;
    }

    private static float Square(float value) => value * value;

    private float Distance(ReadOnlySpan<float> coordinates)
    {
        float best = float.PositiveInfinity;
        for (int c = 0; c < _scales.Length; c++)
            best = Math.Min(best, Square(TensorPrimitives.Distance(coordinates, _centers.AsSpan(c * Space.Dimensions, Space.Dimensions))) / _scales[c]);
        return best;
    }

    private float RankOf(float score)
    {
        int low = 0, high = _ranks.Length;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (_ranks[middle] < score)
                low = middle + 1;
            else
                high = middle;
        }
        return (1f + _ranks.Length - low) / (1 + _ranks.Length);
    }
}
