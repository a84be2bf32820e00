using SkinClassifier.Common;
using SkinClassifier.Models;

namespace SkinClassifier.Explanations;

/// <summary>
/// How the probability of a class falls while an image is replaced square by square. Whole squares are taken, in the order of the map and in random order
/// alike: single random pixels look like noise, which confuses a network more than any missing place. Source: Petsiuk et al., "RISE: Randomized Input Sampling
/// for Explanation of Black-box Models", 2018.
/// </summary>
internal sealed class DeletionCurve
{
    private readonly ImageScorer _scorer;
    private readonly float[] _input, _filled;
    private readonly int _width, _height, _cell, _columns, _rows, _label, _steps;

    /// <summary>Prepares the curves of one image.</summary>
    /// <param name="scorer">One view per image.</param>
    /// <param name="input">[3,H,W].</param>
    /// <param name="filled">What deleted squares show, [3,H,W].</param>
    /// <param name="width">W.</param>
    /// <param name="height">H.</param>
    /// <param name="label">Place of the class among the scores.</param>
    /// <param name="steps">Steps from the whole image to none of it.</param>
    public DeletionCurve(ImageScorer scorer, float[] input, float[] filled, int width, int height, int label, int steps)
    {
        (_scorer, _input, _filled, _width, _height, _label, _steps) = (scorer, input, filled, width, height, label, steps);
        _cell = Math.Max(1, NetworkMaps.DefaultPatch(width, height) / 2);
        (_columns, _rows) = ((width + _cell - 1) / _cell, (height + _cell - 1) / _cell);
        float[] scores = new float[scorer.OutputCount];
        scorer.Score(input, scores);
        Whole = scores[label];
        scorer.Score(filled, scores);
        Nothing = scores[label];
    }

    /// <summary>Probability of the class before the deletion.</summary>
    public double Whole { get; }

    /// <summary>Probability of the class when every square is deleted.</summary>
    public double Nothing { get; }

    /// <summary>
    /// Whether the class loses at least half of its probability in the end. A class that the network also sees in an image of nothing cannot be deleted, in
    /// whatever order.
    /// </summary>
    public bool IsTelling => Nothing <= Whole / 2;

    /// <summary>Area under the curve when the squares with the highest mean of a map go first; equal ones in random order.</summary>
    public double InOrderOf(ReadOnlySpan<float> map, ulong seed, CancellationToken cancellationToken)
    {
        double[] means = new double[_columns * _rows];
        for (int cell = 0; cell < means.Length; cell++)
        {
            (int left, int top, int right, int bottom) = Borders(cell);
            double sum = 0;
            for (int y = top; y < bottom; y++)
                foreach (float value in map[(y * _width + left)..(y * _width + right)])
                    sum += value;
            means[cell] = sum / ((right - left) * (bottom - top));
        }
        return Area([.. Shuffled(seed).OrderByDescending(cell => means[cell])], cancellationToken);
    }

    /// <summary>Area under the curve when the squares go in random order.</summary>
    public double InRandomOrder(ulong seed, CancellationToken cancellationToken) => Area(Shuffled(seed), cancellationToken);

    private int[] Shuffled(ulong seed)
    {
        int[] cells = [.. Enumerable.Range(0, _columns * _rows)];
        new SeededRandom(seed, 0x44454C).Shuffle<int>(cells);
        return cells;
    }

    private double Area(int[] order, CancellationToken cancellationToken)
    {
        int length = _input.Length, classes = _scorer.OutputCount;
        float[] image = [.. _input], images = new float[ImageScorer.Group * length], scores = new float[ImageScorer.Group * classes];
        double area = Whole / 2;
        for (int step = 1, done = 0; step <= _steps;)
        {
            int count = Math.Min(ImageScorer.Group, _steps - step + 1);
            for (int i = 0; i < count; i++)
            {
                for (int end = (int)((long)order.Length * (step + i) / _steps); done < end; done++)
                    Delete(image, order[done]);
                image.CopyTo(images, i * length);
            }
            _scorer.Score(images.AsSpan(0, count * length), scores.AsSpan(0, count * classes), cancellationToken);
            for (int i = 0; i < count; i++, step++)
                area += step == _steps ? Nothing / 2 : scores[i * classes + _label];
        }
        return area / _steps;
    }

    private void Delete(Span<float> image, int cell)
    {
        (int left, int top, int right, int bottom) = Borders(cell);
        for (int plane = 0; plane < image.Length; plane += _width * _height)
            for (int y = top; y < bottom; y++)
                _filled.AsSpan(plane + y * _width + left, right - left).CopyTo(image[(plane + y * _width + left)..]);
    }

    private (int Left, int Top, int Right, int Bottom) Borders(int cell)
    {
        int left = cell % _columns * _cell, top = cell / _columns * _cell;
        return (left, top, Math.Min(left + _cell, _width), Math.Min(top + _cell, _height));
    }
}
