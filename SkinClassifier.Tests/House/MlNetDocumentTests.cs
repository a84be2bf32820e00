using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using SkinClassifier.Backbones;
using SkinClassifier.Data.Synthetic;
using SkinClassifier.Models;
using SkinClassifier.Trainers;

namespace SkinClassifier.Tests.House;

/// <summary>What docs/mlnet.md shows and names is there.</summary>
public sealed class MlNetDocumentTests
{
    private static readonly string Text = File.ReadAllText(Path.Combine(SharedFiles.Repository, "docs", "mlnet.md"));

    [Test]
    public void Our_code_compiles_and_ML_NETs_has_no_syntax_errors()
    {
        string[] ours = [.. Blocks("compiled")], theirs = [.. Blocks("syntax checked")], run = [.. Blocks("run")];
        Assert.That((ours.Length, theirs.Length, run.Length, Regex.Count(Text, "```csharp")), Is.EqualTo((2, 3, 2, 7)));
        string usings = string.Concat(new[] { "System", "SkinClassifier.Data", "SkinClassifier.Models", "SkinClassifier.Prediction",
            "SkinClassifier.Trainers" }.Select(n => $"using {n};\n"));
        MetadataReference[] references = [.. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Append(typeof(ImageClassificationModel).Assembly.Location).Distinct().Select(p => MetadataReference.CreateFromFile(p))];
        foreach (string code in ours)
            Assert.That(CSharpCompilation.Create("block", [CSharpSyntaxTree.ParseText(usings + code)], references,
                new CSharpCompilationOptions(OutputKind.ConsoleApplication)).GetDiagnostics().Where(d => d.Severity >= DiagnosticSeverity.Warning),
                Is.Empty, code);
        foreach (string code in theirs)
            Assert.That(CSharpSyntaxTree.ParseText(code, new CSharpParseOptions(kind: SourceCodeKind.Script)).GetDiagnostics(), Is.Empty, code);
    }

    /// <summary>Names of files become those of a temporary folder with synthetic images; the network becomes a small one, so that it is quick.</summary>
    [Test]
    [NonParallelizable]
    public void The_pipelines_run_in_ML_NET()
    {
        using TemporaryFolder folder = new();
        string photos = folder.File("photos"), weights = SharedFiles.Need("backbones", "squeezenet1_1_imagenet.onnx");
        SyntheticDataset.Write(photos, perClass: 8, size: 48);
        File.Copy(Directory.EnumerateFiles(photos, "*.png", SearchOption.AllDirectories).First(), folder.File("new.jpg"));
        foreach (string block in Blocks("run"))
        {
            string code = block.Replace("WeightsPath = \"mobilenet_v2.onnx\"", "Arch = SkinClassifier.Backbones.Architecture.SmallCnn, ImageSize = 32")
                .Replace("\"mobilenet_v2.onnx\"", Literal(weights));
            foreach (string name in new[] { "photos", "pipeline.zip", "new.jpg" })
                code = code.Replace($"\"{name}\"", Literal(folder.File(name)));
            Assert.That(ProgramText.Run(code, "System", "System.Collections.Generic", "System.Linq", "Microsoft.ML", "Microsoft.ML.Data", "SkinClassifier.Data",
                "SkinClassifier.MLNet", "SkinClassifier.Models", "SkinClassifier.Prediction", "SkinClassifier.Trainers"),
                Does.Match(@"^[01](\.\d+)?( \d\.\d{3})?\r?\n"), block);
        }

        static string Literal(string text) => SymbolDisplay.FormatLiteral(text, quote: true);
    }

    [Test]
    public void Every_option_that_is_named_as_ours_exists_and_those_of_ML_NET_are_all_there()
    {
        string[] names = [.. typeof(ImageClassificationTrainerOptions).GetProperties(BindingFlags.Public | BindingFlags.Instance).Select(p => p.Name)];
        foreach (string option in new[] { "Arch", "WeightsPath", "Epoch", "FineTuneEpoch", "BatchSize", "LearningRate", "FineTuneLearningRate",
            "LearningRateScheduler", "WarmupEpochs", "EarlyStoppingCriteria", "ValidationSet", "ValidationSetFraction", "MetricsCallback", "WorkspacePath",
            "Augmentation", "MixUp", "CutMix", "Balance", "LabelSmoothing", "Loss", "Optimizer", "HiddenUnits", "Dropout", "L2", "EmaDecay",
            "UnfreezeBlocks", "Pooling", "TestTimeAugmentation", "CheckpointPath", "Resume", "FitTemperature", "Seed" })
            Assert.That((names.Contains(option), Text.Contains($"`{option}`", StringComparison.Ordinal)), Is.EqualTo((true, true)), option);
        string table = Text[Text.IndexOf("## Option by option", StringComparison.Ordinal)..];
        foreach (string option in new[] { "FeatureColumnName", "LabelColumnName", "ScoreColumnName", "PredictedLabelColumnName", "Arch", "Epoch",
            "BatchSize", "LearningRate", "LearningRateScheduler", "EarlyStoppingCriteria", "ValidationSet", "ValidationSetFraction", "TestOnTrainSet",
            "MetricsCallback",
            "WorkspacePath", "ReuseTrainSetBottleneckCachedValues", "ReuseValidationSetBottleneckCachedValues",
            "TrainSetBottleneckCachedValuesFileName", "ValidationSetBottleneckCachedValuesFileName", "FinalModelPrefix" })
            Assert.That(table, Does.Match($@"(?m)^\|[^|]*`{option}`"), option);
    }

    [Test]
    public void ML_NETs_names_of_networks_are_understood_and_defaults_are_as_written()
    {
        Assert.That(new[] { "ResnetV250", "ResnetV2101", "MobilenetV2", "InceptionV3" }.Select(n => Architecture.Parse(n).Name),
            Is.EqualTo(new[] { "resnet_v2_50", "resnet_v2_101", "mobilenet_v2", "inception_v3" }));
        ImageClassificationTrainerOptions options = new();
        Assert.That((options.Arch, options.FineTuneEpoch, options.ValidationSetFraction), Is.EqualTo(((Architecture?)null, (int?)null, 0.1)));
        Assert.That((options.EarlyStoppingCriteria!.Metric, options.EarlyStoppingCriteria.MinDelta, options.EarlyStoppingCriteria.Patience),
            Is.EqualTo(("temperatureScaledLoss", 0.0, 20)));
    }

    private static IEnumerable<string> Blocks(string how) =>
        Regex.Matches(Text, $"<!-- {how} by MlNetDocumentTests -->\\s*```csharp\\s*(.*?)```", RegexOptions.Singleline).Select(m => m.Groups[1].Value);
}
