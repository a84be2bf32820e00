using System.IO.Compression;
using Microsoft.ML;
using SkinClassifier.Metrics;
using SkinClassifier.Models.MlNet;

namespace SkinClassifier.MLNet.Saving;

/// <summary>
/// ML.NET's own predictor over a linear model in which class k reads value k: it gives the columns Score and PredictedLabel the names of the classes. It has
/// no public constructor, so its file is written and loaded.
/// </summary>
internal static class NamedScores
{
    /// <summary>Names of its columns; it takes no others.</summary>
    public const string Score = "Score", PredictedLabel = "PredictedLabel";

    /// <summary>The predictor.</summary>
    /// <param name="context">Loads it.</param>
    /// <param name="input">Column of the values.</param>
    /// <param name="length">Elements of that column; those behind the classes are not read.</param>
    /// <param name="labels">Names of the classes.</param>
    /// <param name="rule">Its values become the scores, and the largest decides. Default: the scores are those of the column.</param>
    public static ITransformer Load(MLContext context, string input, int length, IReadOnlyList<string> labels, DecisionRule? rule = null)
    {
        using MemoryStream stream = new();
        using (ZipArchive zip = new(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            Add(zip, "TrainingInfo/Version.txt", "1.0.0\n"u8.ToArray());
            Add(zip, "TransformerChain/Model/Model.key", MlNetChain.Linear(rule ?? DecisionRule.HighestScore, labels.Count, length));
            Add(zip, "TransformerChain/TrainSchema", IdvWriter.Write(new IdvColumn(input, Shape: [length]), new IdvColumn("Label", KeyNames: labels)));
            Add(zip, "TransformerChain/Model.key",
                new MlNetPartWriter(MlNetPartKind.Prediction).Name(input).Name("Label").Name(Score).Name(PredictedLabel).ToArray());
        }
        stream.Position = 0;
        return context.Model.Load(stream, out _);
    }

    private static void Add(ZipArchive zip, string name, byte[] content)
    {
        using Stream entry = zip.CreateEntry(name).Open();
        entry.Write(content);
    }
}
