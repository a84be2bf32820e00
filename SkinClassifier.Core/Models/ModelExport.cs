using SkinClassifier.Common;
using SkinClassifier.Execution;
using SkinClassifier.Onnx;
using SkinClassifier.Tensors;

namespace SkinClassifier.Models;

/// <summary>Writing a model's network as plain ONNX, with proof that the file says the same.</summary>
internal static class ModelExport
{
    /// <summary>Largest difference of a probability that is accepted between the model and the written file.</summary>
    public const float Tolerance = 1e-4f;

    /// <summary>
    /// Writes the network with its metadata (<see cref="NetworkMetadata"/>), reads it again, runs both on two seeded images and only then lets the
    /// file take its name.
    /// </summary>
    /// <returns>The largest difference of a score.</returns>
    /// <exception cref="InvalidContentException">The written network gives other scores; no file is left.</exception>
    public static float WriteVerified(ImageClassificationModel model, string path, OnnxExportOptions? options = null, float tolerance = Tolerance)
    {
        ArgumentNullException.ThrowIfNull(model);
        using MemoryStream buffer = new();
        OnnxModel.Write(model.Network, buffer, ModelMetadata.For(model, options));
        OnnxModel written = OnnxModel.Load(buffer.GetBuffer().AsSpan(0, (int)buffer.Length), path);
        TensorShape shape = new(2, 3, model.Manifest.Height, model.Manifest.Width);
        float[] images = new float[shape.ElementCount], expected = new float[2 * model.Labels.Count], received = new float[expected.Length];
        SeededRandom random = new(1);
        foreach (ref float sample in images.AsSpan())
            sample = random.NextInt32(256);
        using (InferencePlan plan = InferencePlan.Create(model.Network, shape))
            plan.Run(images, expected);
        using (InferencePlan plan = InferencePlan.Create(written.Graph, shape))
            plan.Run(images, received);
        float difference = expected.Zip(received, (a, b) => MathF.Abs(a - b)).Max();
        if (!(difference <= tolerance))
            throw new InvalidContentException($"{path}: expected the exported network to give the model's scores within {tolerance}, received a "
                + $"difference of {difference}. Nothing was written; try another opset.");
        AtomicFile.Write(path, stream => stream.Write(buffer.GetBuffer(), 0, (int)buffer.Length));
        return difference;
    }
}
