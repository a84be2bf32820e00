using SkinClassifier.Models;

namespace SkinClassifier.Explanations;

/// <summary>By how much the probability of a class falls when a square patch covers a place.</summary>
internal static class OcclusionMap
{
    /// <summary>
    /// Slides the patch over the input; the last patch of a row and column ends at the border. A pixel gets the mean over the patches that cover it.
    /// </summary>
    /// <param name="scorer">One view per image.</param>
    /// <param name="input">[3,H,W].</param>
    /// <param name="width">W.</param>
    /// <param name="height">H.</param>
    /// <param name="label">Place of the class among the scores.</param>
    /// <param name="filled">What a patch shows, [3,H,W].</param>
    /// <param name="patch">Side of the patch.</param>
    /// <param name="stride">Pixels from one patch to the next.</param>
    /// <param name="cancellationToken">Stops between and inside the runs of the network.</param>
    public static HeatMap Compute(ImageScorer scorer, ReadOnlySpan<float> input, int width, int height, int label, ReadOnlySpan<float> filled, int patch,
        int stride, CancellationToken cancellationToken)
    {
        int[] columns = Starts(width, patch, stride), rows = Starts(height, patch, stride);
        int plane = width * height, length = input.Length, total = columns.Length * rows.Length, classes = scorer.OutputCount;
        float[] images = new float[Math.Min(ImageScorer.Group, total) * length], scores = new float[Math.Min(ImageScorer.Group, total) * classes];
        scorer.Score(input, scores.AsSpan(0, classes), cancellationToken);
        float whole = scores[label];
        double[] sums = new double[plane];
        int[] counts = new int[plane];
        for (int first = 0; first < total; first += ImageScorer.Group)
        {
            int count = Math.Min(ImageScorer.Group, total - first);
            for (int i = 0; i < count; i++)
            {
                Span<float> image = images.AsSpan(i * length, length);
                input.CopyTo(image);
                int corner = rows[(first + i) / columns.Length] * width + columns[(first + i) % columns.Length];
                for (int start = corner; start < length; start += plane)
                    for (int y = 0; y < patch; y++)
                        filled.Slice(start + y * width, patch).CopyTo(image[(start + y * width)..]);
            }
            scorer.Score(images.AsSpan(0, count * length), scores.AsSpan(0, count * classes), cancellationToken);
            for (int i = 0; i < count; i++)
            {
                int corner = rows[(first + i) / columns.Length] * width + columns[(first + i) % columns.Length];
                double fall = whole - scores[i * classes + label];
                for (int y = 0; y < patch; y++)
                    for (int p = corner + y * width; p < corner + y * width + patch; p++)
                    {
                        sums[p] += fall;
                        counts[p]++;
                    }
            }
        }
        float[] raw = new float[plane];
        for (int p = 0; p < plane; p++)
            raw[p] = (float)(sums[p] / counts[p]);
        return new HeatMap(raw, HeatMap.ZeroToMax(raw), null);
    }

    private static int[] Starts(int length, int patch, int stride)
    {
        int last = length - patch;
        return [.. Enumerable.Range(0, last / stride + 1).Select(i => i * stride), .. last % stride == 0 ? [] : (int[])[last]];
    }
}
