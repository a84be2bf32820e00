using SkinClassifier.Calibration;
using SkinClassifier.Common;
using SkinClassifier.Data;
using SkinClassifier.Execution;

namespace SkinClassifier.Models;

/// <summary>What a model said about consecutive images of a dataset, before anything is measured. It can be written and read, so that several processes
/// share the images of one evaluation.</summary>
/// <param name="Positions">Positions of the images that could be read, in the dataset.</param>
/// <param name="Scores">Their probabilities [N,K].</param>
/// <param name="Findings">What the model's checks and its gallery say of them; null: it has none.</param>
/// <param name="Skipped">Images that could not be read.</param>
internal sealed record EvaluationPart(
    int[] Positions, float[] Scores, IReadOnlyList<ImageFindings>? Findings, IReadOnlyList<SkippedFile> Skipped)
{
    /// <summary>Images that pass through the network together. Parts that begin at a multiple of it give the scores of one run, bit for bit.</summary>
    public const int BatchSize = 2 * ImageScorer.Group;

    private const int Neighbors = 5;

    /// <summary>Scores images.</summary>
    /// <param name="model">The model.</param>
    /// <param name="data">The dataset.</param>
    /// <param name="options">How.</param>
    /// <param name="first">Position of the first image.</param>
    /// <param name="count">Number of images.</param>
    /// <exception cref="ArgumentException">The data have a label that the model does not know.</exception>
    public static EvaluationPart Score(ImageClassificationModel model, ImageDataset data, EvaluationOptions options, int first, int count)
    {
        ModelEvaluation.MapLabels(model, data);
        WorkerPool workers = options.Threads == 0 ? WorkerPool.Shared : new WorkerPool(options.Threads);
        BatchLoader loader =
            new(data.Examples, model.Preprocessor, new BatchLoaderOptions { BatchSize = BatchSize, Decoder = options.Decoder, Workers = workers });
        using ImageInspector scorer = new(model, new PlanOptions { Workers = workers }, options.TestTimeAugmentation, options.UsePolicy,
            model.HasGallery ? Neighbors : 0);
        List<ImageFindings> findings = [];
        List<int> positions = new(count);
        float[] scores = new float[count * scorer.OutputCount];
        foreach (ImageBatch batch in loader.Load([.. Enumerable.Range(first, count)], cancellationToken: options.CancellationToken))
        {
            findings.AddRange(scorer.Score(batch.Pixels, scores.AsSpan(positions.Count * scorer.OutputCount, batch.Count * scorer.OutputCount), batch.Sizes,
                options.CancellationToken) ?? []);
            positions.AddRange(batch.Indices);
            options.Progress?.Invoke(positions.Count + loader.Skipped.Count, count);
        }
        return new EvaluationPart([.. positions], scores[..(positions.Count * scorer.OutputCount)], scorer.Inspects ? findings : null, loader.Skipped);
    }

    /// <summary>Writes it, little endian.</summary>
    public void Write(BinaryWriter writer)
    {
        writer.Write(Positions.Length);
        writer.Write(Scores.Length);
        foreach (int position in Positions)
            writer.Write(position);
        foreach (float score in Scores)
            writer.Write(score);
        writer.Write(Findings is not null);
        foreach (ImageFindings found in Findings ?? [])
            Write(writer, found);
        writer.Write(Skipped.Count);
        foreach (SkippedFile file in Skipped)
        {
            writer.Write(file.Path);
            writer.Write(file.Reason);
        }
    }

    /// <summary>Reads what <see cref="Write(BinaryWriter)"/> wrote.</summary>
    /// <param name="reader">Where from.</param>
    /// <param name="quality">The limits of the model's checks; null: it has none.</param>
    public static EvaluationPart Read(BinaryReader reader, ImageQuality? quality)
    {
        int images = reader.ReadInt32(), values = reader.ReadInt32();
        int[] positions = Many(images, reader.ReadInt32);
        float[] scores = Many(values, reader.ReadSingle);
        ImageFindings[]? findings = reader.ReadBoolean() ? Many(images, () => ReadFindings(reader, quality)) : null;
        return new EvaluationPart(positions, scores, findings, Many(reader.ReadInt32(), () => new SkippedFile(reader.ReadString(), reader.ReadString())));
    }

    private static void Write(BinaryWriter writer, ImageFindings found)
    {
        writer.Write(found.Familiarity is not null);
        if (found.Familiarity is { } familiarity)
        {
            writer.Write(familiarity.Familiarity);
            writer.Write(familiarity.Strangeness);
            writer.Write(familiarity.Distance);
            writer.Write(familiarity.Residual);
            writer.Write(familiarity.Energy is not null);
            writer.Write(familiarity.Energy ?? 0);
        }
        writer.Write(found.Measures is not null);
        if (found.Measures is { } measures)
        {
            writer.Write(measures.Brightness);
            writer.Write(measures.Contrast);
            writer.Write(measures.Sharpness);
            writer.Write(measures.Glare);
            writer.Write(measures.ShorterSide);
        }
        writer.Write((int)found.Problems);
        writer.Write(found.Similar.Count);
        foreach (SimilarImage similar in found.Similar)
        {
            writer.Write(similar.Id);
            writer.Write(similar.Label);
            writer.Write(similar.Distance);
        }
    }

    private static ImageFindings ReadFindings(BinaryReader reader, ImageQuality? quality)
    {
        FamiliarityResult? familiarity = null;
        if (reader.ReadBoolean())
        {
            float value = reader.ReadSingle(), strangeness = reader.ReadSingle(), distance = reader.ReadSingle(), residual = reader.ReadSingle();
            bool hasEnergy = reader.ReadBoolean();
            float energy = reader.ReadSingle();
            familiarity = new FamiliarityResult(value, strangeness, distance, residual, hasEnergy ? energy : null);
        }
        QualityMeasures? measures = reader.ReadBoolean()
            ? new QualityMeasures(reader.ReadSingle(), reader.ReadSingle(), reader.ReadSingle(), reader.ReadSingle(), reader.ReadInt32()) : null;
        return new ImageFindings
        {
            Familiarity = familiarity,
            Measures = measures,
            Quality = measures is null ? null : quality,
            Problems = (QualityProblems)reader.ReadInt32(),
            Similar = Many(reader.ReadInt32(), () => new SimilarImage(reader.ReadString(), reader.ReadString(), reader.ReadSingle())),
        };
    }

    private static T[] Many<T>(int count, Func<T> read)
    {
        T[] all = new T[count];
        for (int i = 0; i < count; i++)
            all[i] = read();
        return all;
    }
}
