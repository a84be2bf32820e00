using System.Numerics.Tensors;
using SkinClassifier.Common;

namespace SkinClassifier.Calibration;

/// <summary>
/// Tells whether an image is like the training images. It is compared with the mean of each class in a <see cref="FeatureSpace"/>:
/// u = min_c d_c²/s_c + e/ρ, with d_c² the squared Mahalanobis distance to class c, s_c its median over the validation images of that class (so that a class that
/// scatters more is not called foreign), e the residual and ρ its median. <see cref="FamiliarityResult.Familiarity"/> is the rank of u among the validation
/// images, (1 + number of validation images with u or more) / (1 + their number): of images like them at most 5 % get 0.05 or less.
/// Stored are directions, means of classes with at least <see cref="MinClassImages"/> images, and ranks; never the features of one image. A class with fewer
/// images has no mean of its own: its images are compared with the means of the others.
/// </summary>
internal sealed class Familiarity
{
    /// <summary>Familiarity up to which an image is not like the training images.</summary>
    public const float Limit = 0.05f;

    /// <summary>Fewest training images of a class whose mean is stored.</summary>
    public const int MinClassImages = 5;

    /// <summary>Fewest images that are not trained on, to rank new ones among.</summary>
    public const int MinRanked = 20;

    /// <summary>Most ranks that are stored.</summary>
    internal const int MaxRanks = 1000;

    /// <summary>Most bytes that <see cref="Write"/> writes.</summary>
    internal const int MaxBytes = 2_000_000;

    /// <summary>Most classes with a mean of their own: 64 · 1000 numbers.</summary>
    internal const int MaxCenters = 1000;

    private const double Prior = 10;

    private readonly float[] _centers, _scales, _ranks;
    private readonly float _residualScale;

    private Familiarity(FeatureSpace space, float[] centers, float[] scales, float residualScale, float[] ranks)
    {
        Space = space;
        (_centers, _scales, _residualScale, _ranks) = (centers, scales, residualScale, ranks);
    }

    /// <summary>The space of the features; a gallery of similar images uses it, too.</summary>
    public FeatureSpace Space { get; }

    /// <summary>Measures training images, and ranks new ones among images that were not trained on.</summary>
    /// <param name="train">Features of the training images [N,D].</param>
    /// <param name="trainLabels">Their classes [N].</param>
    /// <param name="validation">Features of the images that were not trained on [M,D], seen as new images will be.</param>
    /// <param name="validationLabels">Their classes [M].</param>
    /// <param name="classes">K.</param>
    /// <param name="workers">Who computes; their number does not change a bit.</param>
    /// <param name="reason">A sentence when there is no result, else null.</param>
    public static Familiarity? Fit(ReadOnlySpan<float> train, IReadOnlyList<int> trainLabels, ReadOnlySpan<float> validation,
        IReadOnlyList<int> validationLabels, int classes, WorkerPool workers, out string? reason)
    {
        reason = null;
        if (validationLabels.Count < MinRanked)
            reason = $"expected at least {MinRanked} images that were not trained on, received {validationLabels.Count}";
        else if (!TensorPrimitives.IsFiniteAll(train) || !TensorPrimitives.IsFiniteAll(validation))
            reason = "expected finite features, received infinity or not-a-number";
        if (reason is not null)
            return null;
        int length = validation.Length / validationLabels.Count;
        FeatureSpace? space = FeatureSpace.Fit(train, length, trainLabels, classes, workers);
        if (space is null)
        {
            reason = $"expected training images that differ to the network, at least {FeatureSpace.ImagesPerDimension} of them, received "
                + $"{trainLabels.Count}{(trainLabels.Count < FeatureSpace.ImagesPerDimension ? "" : " that are all the same to it")}";
            return null;
        }
        (float[] centers, int[] owners) = Centers(space, train, trainLabels, classes);
        return Rank(space, centers, owners, validation, validationLabels);
    }

    /// <summary>Measures an image. Allocates nothing.</summary>
    /// <param name="features">Its features [D].</param>
    /// <param name="logits">Its values before the softmax; empty: there are none.</param>
    public FamiliarityResult Measure(ReadOnlySpan<float> features, ReadOnlySpan<float> logits = default)
    {
        Span<float> coordinates = stackalloc float[FeatureSpace.MaxDimensions];
        coordinates = coordinates[..Space.Dimensions];
        float residual = Space.Project(features, coordinates) / _residualScale, distance = Distance(coordinates);
        return new FamiliarityResult(RankOf(distance + residual), distance, residual, logits.IsEmpty ? null : Energy(logits));
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
                residual = reader.ReadNumbers(1, where), ranks = reader.ReadNumbers(InRange(reader.ReadInt32(), 1, MaxRanks, "ranks", where), where);
            if (scales.Append(residual[0]).Any(s => s <= 0))
                throw new InvalidContentException($"{where}: familiarity: expected scales above 0. The file is damaged; save the model again.");
            if (!ranks.SequenceEqual(ranks.Order()))
                throw new InvalidContentException($"{where}: familiarity: expected ascending ranks. The file is damaged; save the model again.");
            return new Familiarity(space, centers, scales, residual[0], ranks);
        }
        catch (EndOfStreamException error)
        {
            throw new InvalidContentException($"{where}: familiarity: the file ends too early. It is damaged; save the model again.", error);
        }
    }

    private static int InRange(int value, int low, int high, string what, string where) => value >= low && value <= high ? value
        : throw new InvalidContentException($"{where}: familiarity: expected {low} to {high} {what}, received {value}. The file is damaged; save the model again.");

    /// <summary>Means of the classes with enough images, and which classes these are; the mean of all images where no class has enough.</summary>
    private static (float[] Centers, int[] Owners) Centers(FeatureSpace space, ReadOnlySpan<float> features, IReadOnlyList<int> labels, int classes)
    {
        int r = space.Dimensions;
        double[] sums = new double[(classes + 1) * r];
        int[] counts = new int[classes + 1];
        float[] coordinates = new float[r];
        for (int n = 0; n < labels.Count; n++)
        {
            space.Project(features.Slice(n * space.Length, space.Length), coordinates);
            foreach (int c in (ReadOnlySpan<int>)[labels[n], classes])
            {
                counts[c]++;
                for (int i = 0; i < r; i++)
                    sums[c * r + i] += coordinates[i];
            }
        }
        int[] owners = [.. Enumerable.Range(0, classes).Where(c => counts[c] >= MinClassImages).OrderByDescending(c => counts[c]).Take(MaxCenters).Order()];
        if (owners.Length == 0)
            owners = [classes];
        return ([.. owners.SelectMany(c => Enumerable.Range(0, r).Select(i => (float)(sums[c * r + i] / counts[c])))], owners);
    }

    /// <summary>
    /// Scales and ranks. The scale of a class is the median of its validation images, drawn towards that of all images as if there were ten more of those.
    /// </summary>
    private static Familiarity Rank(FeatureSpace space, float[] centers, int[] owners, ReadOnlySpan<float> features, IReadOnlyList<int> labels)
    {
        int count = labels.Count, r = space.Dimensions;
        float[] coordinates = new float[count * r], residuals = new float[count];
        for (int n = 0; n < count; n++)
            residuals[n] = space.Project(features.Slice(n * space.Length, space.Length), coordinates.AsSpan(n * r, r));
        float Squared(int image, int center) => Square(TensorPrimitives.Distance<float>(coordinates.AsSpan(image * r, r), centers.AsSpan(center * r, r)));
        List<float>[] own = [.. owners.Select(_ => new List<float>())];
        float[] nearest = new float[count];
        for (int n = 0; n < count; n++)
        {
            nearest[n] = Enumerable.Range(0, owners.Length).Min(c => Squared(n, c));
            int center = Array.IndexOf(owners, labels[n]);
            if (center >= 0)
                own[center].Add(Squared(n, center));
        }
        float[] known = [.. own.SelectMany(o => o)];
        double usual = Median(known.Length > 0 ? known : nearest);
        float[] scales = [.. own.Select(o => (float)Math.Max(1e-6, (o.Count * (o.Count > 0 ? Median([.. o]) : 0) + Prior * usual) / (o.Count + Prior)))];
        Familiarity unranked = new(space, centers, scales, (float)Math.Max(1e-9, Median(residuals)), []);
        float[] all = new float[count];
        for (int n = 0; n < count; n++)
            all[n] = unranked.Distance(coordinates.AsSpan(n * r, r)) + residuals[n] / unranked._residualScale;
        Array.Sort(all);
        float[] ranks = count <= MaxRanks ? all : [.. Enumerable.Range(0, MaxRanks).Select(i => all[(int)((i + 0.5) * count / MaxRanks)])];
        return new Familiarity(space, centers, scales, unranked._residualScale, ranks);
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
