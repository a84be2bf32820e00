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

    private const string Probabilities = "Probabilities";

    /// <summary>Which of the predictor's two columns the rows have already and must keep.</summary>
    /// <param name="fitted">The rows' columns.</param>
    /// <param name="made">Names of the new columns.</param>
    public static string[] Kept(DataViewSchema fitted, params ReadOnlySpan<string> made)
    {
        List<string> kept = [];
        foreach (string name in (ReadOnlySpan<string>)[Score, PredictedLabel])
            if (fitted.GetColumnOrNull(name) is not null && !made.Contains(name))
                kept.Add(name);
        return [.. kept];
    }

    /// <summary>
    /// Adds the predictor to a saved chain, makes columns of its two, and takes the two out again; columns that the rows have under these names are put
    /// aside meanwhile.
    /// </summary>
    /// <param name="chain">The chain, in which <see cref="SavedChain.Values"/> holds the values.</param>
    /// <param name="labels">Names of the classes.</param>
    /// <param name="length">Elements of that column.</param>
    /// <param name="kept">What the rows keep.</param>
    /// <param name="rule">Decides, where the highest score does not; null: the highest score.</param>
    /// <param name="make">Makes the columns.</param>
    /// <param name="made">Their names.</param>
    public static void Add(ChainBuilder chain, IReadOnlyList<string> labels, int length, IReadOnlyList<string> kept, DecisionRule? rule, Action make,
        params string[] made)
    {
        foreach (string name in kept)
        {
            chain.Expect(name);
            chain.Copy(Aside(name), name);
        }
        chain.Add(Load(chain.Context, SavedChain.Values, length, labels));
        if (rule is not null)
        {
            // A second predictor decides; its scores are the rule's values, so the probabilities come back after it.
            chain.Copy(Aside(Probabilities), Score);
            chain.Add(Load(chain.Context, SavedChain.Values, length, labels, rule));
            chain.Copy(Score, Aside(Probabilities));
            chain.Drop(Aside(Probabilities));
        }
        make();
        chain.Drop([.. new[] { Score, PredictedLabel }.Except(made)]);
        foreach (string name in kept)
            chain.Copy(name, Aside(name));
        chain.Drop([.. kept.Select(Aside)]);
    }

    private static string Aside(string name) => $"SkinClassifier.{name}";

    /// <summary>The predictor.</summary>
    /// <param name="context">Loads it.</param>
    /// <param name="input">Column of the values.</param>
    /// <param name="length">Elements of that column; those behind the classes are not read.</param>
    /// <param name="labels">Names of the classes.</param>
    /// <param name="rule">Its values become the scores, and the largest decides. Default: the scores are those of the column.</param>
    private static ITransformer Load(MLContext context, string input, int length, IReadOnlyList<string> labels, DecisionRule? rule = null)
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
