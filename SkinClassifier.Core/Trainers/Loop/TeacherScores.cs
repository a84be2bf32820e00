using SkinClassifier.Common;
using SkinClassifier.Data;
using SkinClassifier.Execution;
using SkinClassifier.Imaging;
using SkinClassifier.Models;
using SkinClassifier.Tensors;

namespace SkinClassifier.Trainers.Loop;

/// <summary>Gives a teacher's probabilities for the batches of a loop, in the order of the student's classes.</summary>
internal abstract class TeacherScores : IDisposable
{
    /// <summary>Fills the probabilities [N,K] for the batch that <paramref name="source"/> gave last.</summary>
    /// <param name="source">Where the batch comes from.</param>
    /// <param name="input">The batch as the student gets it.</param>
    /// <param name="shape">Shape of <paramref name="input"/>.</param>
    /// <param name="probabilities">Receives [N,K].</param>
    public abstract void Fill(BatchSource source, ReadOnlySpan<float> input, TensorShape shape, Span<float> probabilities);

    /// <inheritdoc/>
    public virtual void Dispose() { }

    /// <summary>Position of each of the student's labels among the teacher's.</summary>
    /// <exception cref="ArgumentException">The two do not know the same labels.</exception>
    public static int[] Match(ImageClassificationModel teacher, IReadOnlyList<string> labels)
    {
        Func<string, int?> known = ClassNames.Finder(teacher.Labels);
        int[] order = [.. labels.Select(label => known(label) ?? -1)];
        return teacher.Labels.Count == labels.Count && order.All(i => i >= 0)
            ? order
            : throw new ArgumentException($"Teacher: expected a model for the labels {string.Join(", ", labels)}, received one for "
                + $"{string.Join(", ", teacher.Labels)}. Labels must agree by name; their order does not matter.", nameof(teacher));
    }
}

/// <summary>Probabilities that were computed once for plain images, row by row like the features.</summary>
internal sealed class TeacherTable(float[] rows, int classes) : TeacherScores
{
    /// <inheritdoc/>
    public override void Fill(BatchSource source, ReadOnlySpan<float> input, TensorShape shape, Span<float> probabilities)
    {
        ReadOnlySpan<int> indices = source.Indices;
        for (int i = 0; i < indices.Length; i++)
            rows.AsSpan(indices[i] * classes, classes).CopyTo(probabilities[(i * classes)..]);
    }
}

/// <summary>
/// Runs the teacher on the very images that the student gets, augmented and mixed. When it wants another size, they are scaled
/// (triangle filter) as whole images of 8 bits a sample.
/// </summary>
internal sealed class TeacherNetwork(ImageClassificationModel model, IReadOnlyList<string> labels, WorkerPool workers) : TeacherScores
{
    private readonly int[] _order = Match(model, labels);
    private InferencePlan? _plan;
    private float[] _input = [], _output = [];

    /// <inheritdoc/>
    public override void Fill(BatchSource source, ReadOnlySpan<float> input, TensorShape shape, Span<float> probabilities)
    {
        int count = shape[0], width = model.Manifest.Width, height = model.Manifest.Height, length = 3 * width * height;
        if (_plan is null || _plan.InputShape[0] != count)
        {
            _plan?.Dispose();
            _plan = InferencePlan.Create(model.Network, new TensorShape(count, 3, height, width), new PlanOptions { Workers = workers });
            (_input, _output) = (new float[count * length], new float[count * _order.Length]);
        }
        if (shape[2] == height && shape[3] == width)
            input.CopyTo(_input);
        else
        {
            float[] images = input.ToArray();
            workers.Run(count, n =>
                Scale(images.AsSpan(n * images.Length / count, images.Length / count), shape[3], shape[2],
                    new ImagePreprocessor(width, height, ResizeKind.Stretch), _input.AsSpan(n * length, length)));
        }
        _plan.Run(_input, _output);
        for (int n = 0; n < count; n++)
            for (int c = 0; c < _order.Length; c++)
                probabilities[n * _order.Length + c] = _output[n * _order.Length + _order[c]];
    }

    /// <summary>
    /// A sentence for people where the teacher was trained on images that were fitted to its input in another way than those of the student are, which it
    /// scores; null where they are alike. Another size of the same shape is no difference, and colors are corrected inside each network.
    /// </summary>
    public static string? Difference(ImageClassificationModel teacher, ImagePreprocessor student)
    {
        ImagePreprocessor own = teacher.Preprocessor;
        return own.Resize == student.Resize && own.HasShapeOf(student) ? null
            : $"The teacher was trained on images that are fitted to {own.Width}×{own.Height} by {Name(own)}, and scores this network's, fitted to "
                + $"{student.Width}×{student.Height} by {Name(student)}, which it knows less well. Give both the same "
                + $"{nameof(ImageClassificationTrainerOptions)}.{nameof(ImageClassificationTrainerOptions.Resize)} and shape.";

        static string Name(ImagePreprocessor images) => images.Resize.ToString().ToLowerInvariant();
    }

    /// <inheritdoc/>
    public override void Dispose() => _plan?.Dispose();

    private static void Scale(ReadOnlySpan<float> planes, int width, int height, ImagePreprocessor size, Span<float> destination)
    {
        RgbImage image = new(width, height);
        Span<byte> pixels = image.Pixels;
        int plane = width * height;
        for (int i = 0; i < plane; i++)
            for (int c = 0; c < 3; c++)
                pixels[3 * i + c] = (byte)Math.Clamp(planes[c * plane + i] + 0.5f, 0, 255);
        size.Apply(image, destination);
    }
}
