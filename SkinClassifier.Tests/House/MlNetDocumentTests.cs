using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis.CSharp;
using SkinClassifier.Backbones;
using SkinClassifier.Data.Synthetic;
using SkinClassifier.Tests.CommandLine;
using SkinClassifier.Trainers;

namespace SkinClassifier.Tests.House;

/// <summary>What docs/mlnet.md shows and names is there.</summary>
public sealed class MlNetDocumentTests
{
    private static readonly string Text = File.ReadAllText(Path.Combine(SharedFiles.Repository, "docs", "mlnet.md"));

    /// <summary>
    /// Names of files become those of a temporary folder with synthetic images; the network becomes a small one, so that it is quick; a service answers once.
    /// </summary>
    [Test]
    [NonParallelizable]
    public void All_code_runs()
    {
        string[] blocks = [.. Regex.Matches(Text, "<!-- run by MlNetDocumentTests -->\\s*```csharp\\s*(.*?)```", RegexOptions.Singleline)
            .Select(m => m.Groups[1].Value)];
        Assert.That((blocks.Length, Regex.Count(Text, "```csharp")), Is.EqualTo((6, 6)));
        using TemporaryFolder folder = new();
        string photos = folder.File("photos"), weights = SharedFiles.Need("backbones", "squeezenet1_1_imagenet.onnx");
        SyntheticDataset.Write(photos, perClass: 8, size: 48);
        File.Copy(Directory.EnumerateFiles(photos, "*.png", SearchOption.AllDirectories).First(), folder.File("new.jpg"));
        Assert.That(Cli.Run("train", photos, "-o", folder.File("run"), "--backbone", "small_cnn", "--weights", "random", "--image-size", "32", "--epochs",
            "1", "-q").Code, Is.Zero);
        foreach (string block in blocks)
        {
            string code = block.Replace("WeightsPath = \"mobilenet_v2.onnx\"", "Arch = SkinClassifier.Backbones.Architecture.SmallCnn, ImageSize = 32")
                .Replace("\"mobilenet_v2.onnx\"", Literal(weights))
                .Replace("var app = builder.Build();", "builder.Logging.ClearProviders();\nvar app = builder.Build();")
                .Replace("app.Run();", AskOnce);
            foreach (string name in new[] { "photos", "pipeline.zip", "new.jpg", "run/model.zip", "model.zip", "workspace" })
                code = code.Replace($"\"{name}\"", Literal(folder.File(name)));
            string[] more = block.Contains("WebApplication", StringComparison.Ordinal) ? ["Microsoft.AspNetCore.Builder",
                "Microsoft.Extensions.DependencyInjection", "Microsoft.Extensions.Logging", "System.Net.Http", "System.Net.Http.Json"]
                : block.Contains("MLContext", StringComparison.Ordinal) ? ["Microsoft.ML", "Microsoft.ML.Data", "SkinClassifier.MLNet"] : [];
            Assert.That(ProgramText.Run(code, ["System", "System.Collections.Generic", "System.Linq", "SkinClassifier.Data", "SkinClassifier.Models",
                "SkinClassifier.Prediction", "SkinClassifier.Trainers", .. more]),
                Does.Match(@"(?m)^(\w+ )?[01](\.\d+)?( \d\.\d{3})?\r?$"), block);
        }

        static string Literal(string text) => SymbolDisplay.FormatLiteral(text, quote: true);
    }

    private const string AskOnce = """
        app.Urls.Add("http://127.0.0.1:0");
        await app.StartAsync();
        using HttpClient client = new() { BaseAddress = new Uri(app.Urls.First()) };
        using HttpResponseMessage answer = await client.PostAsJsonAsync("/predict", new ModelInput { ImagePath = "new.jpg" });
        ModelOutput output = (await answer.Content.ReadFromJsonAsync<ModelOutput>())!;
        Console.WriteLine($"{output.PredictedName} {output.Score.Max():0.000}");
        await app.StopAsync();
        """;

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
}
