using System.Text.Json;
using SkinClassifier.Training.Output;
using SkinClassifier.Training.Settings;

namespace SkinClassifier.Tests.CommandLine;

/// <summary>Options from JSON: the same forms as the command line, and JSON's own types.</summary>
[NonParallelizable]
public sealed class ConfigurationFileTests
{
    private TemporaryFolder _folder = null!;

    [SetUp]
    public void Prepare() => _folder = new TemporaryFolder();

    [TearDown]
    public void CleanUp() => _folder.Dispose();

    [TestCase("{\"epohcs\": 3}", "\"epohcs\": expected the key of an option. Did you mean epochs?")]
    [TestCase("{\"Epochs\": 3}", "Did you mean epochs?")]
    [TestCase("{\"learning-rate\": 0.1}", "Did you mean learningRate?")]
    [TestCase("{\"momentum\": \"0,5\"}",
        "expected a number, 0 to below 1, received the text \"0,5\". The decimal sign is a point: 0.5. A number stands without quotes.")]
    [TestCase("{\"momentum\": \"0.5\"}", "received the text \"0.5\". A number stands without quotes.")]
    [TestCase("{\"batchSize\": 2.5}", "expected a whole number, 1 to 65536, received 2.5.")]
    [TestCase("{\"batchSize\": 0}", "expected 1 to 65536, received 0.")]
    [TestCase("{\"ema\": 1e400}", "received 1e400.")]
    [TestCase("{\"nesterov\": \"true\"}", "expected a switch, true or false, received the text \"true\".")]
    [TestCase("{\"resize\": true}", "received true.")]
    [TestCase("{\"resize\": \"cropp\"}", "received cropp. Did you mean crop?")]
    [TestCase("{\"groupBy\": [\"lesion\"]}", "received a list.")]
    [TestCase("{\"augment\": {\"a\": 1}}", "received an object.")]
    [TestCase("{\"lr\": 0.1}", "Did you mean learningRate?")]
    [TestCase("{\"groupBy\": 5}", "expected a text, received the number 5.")]
    [TestCase("{\"timeBudget\": 30}", "received the number 30.")]
    [TestCase("{\"options\": {}, \"seed\": 3}", "Options stand inside \"options\".")]
    public void What_does_not_fit_is_an_error_of_usage(string json, string expected)
    {
        (int code, string error) = Train(json);
        Assert.That((code, error.Contains(expected)), Is.EqualTo((2, true)), error);
        Assert.That(error, Does.Contain("config.json").And.Not.Contain("   at "));
    }

    [Test]
    public void Errors_of_the_file_and_of_the_command_line_are_told_together()
    {
        (int code, string error) = Train("{\"dropout\": 2, \"schedule\": \"sine\", \"warmUp\": 1}", "--seed", "x");
        Assert.That(code, Is.EqualTo(2));
        Assert.That(error, Does.Contain("--seed: expected").And.Contain("\"dropout\" (--dropout): expected 0 to below 1, received 2")
            .And.Contain("Did you mean cosine?").And.Contain("Did you mean warmup?"));
    }

    [TestCase("{\"epochs\": 3, \"epochs\": 4}", "every key once, received \"epochs\" more than once")]
    [TestCase("{\"options\": {\"seed\": 3, \"seed\": 4}}", "every key once, received \"seed\" more than once")]
    [TestCase("[1]", "a JSON object of options, received a list")]
    [TestCase("{\"epochs\": 3,\n\"seed\" 4}", "JSON, received something else in line 2")]
    [TestCase("", "JSON, received something else in line 1")]
    public void A_file_that_is_no_object_of_options_is_not_usable(string json, string expected)
    {
        (int code, string error) = Train(json);
        Assert.That((code, error.Contains($"config.json: expected {expected}")), Is.EqualTo((3, true)), error);
    }

    [Test]
    public void Old_keys_and_words_are_read_with_a_warning_and_the_command_line_wins()
    {
        string path = _folder.File("old.json");
        File.WriteAllText(path, "{\"options\": {\"learnFrom\": 40, \"accumulate\": 3, \"recompute\": true, \"gradientClipping\": 2.5, "
            + "\"earlyStoppingFewest\": 7, \"earlyStoppingMetric\": \"calibratedLoss\", "
            + "\"colorConstancy\": \"shades-of-grey\", \"ema\": null, \"nesterov\": false}}");
        OptionReading reading = ConfigurationFile.Read(path, RunOptionTable.All);
        Assert.That(reading.Errors, Is.Empty);
        Assert.That(reading.Warnings, Has.Count.EqualTo(7).And.Some.Contains("\"limitTrain\"")
            .And.Some.Contains("\"calibratedLoss\" has a new name: \"temperatureScaledLoss\"").And.Some.Contains("shades-of-gray"));
        OptionValues values = new OptionValues().With(RunOptionTable.LimitTrain, 20).Over(reading.Values);
        Dictionary<string, object?> given = RunOptionTable.All.Where(values.IsGiven).ToDictionary(l => l.Name, l => (object?)values.TextOf(l));
        Assert.That(given, Is.EquivalentTo(new Dictionary<string, object?>
        {
            ["limit-train"] = "20",
            ["accumulate-steps"] = "3",
            ["gradient-checkpointing"] = "true",
            ["clip-grad-norm"] = "2.5",
            ["early-stopping-min-images"] = "7",
            ["early-stopping-metric"] = "temperatureScaledLoss",
            ["color-constancy"] = "shades-of-gray",
        }));
    }

    [Test]
    public void What_is_written_is_read_again()
    {
        OptionValues values = new();
        Dictionary<string, string> texts = new()
        {
            ["epochs"] = "3",
            ["learning-rate"] = "1e-3",
            ["mixup"] = ".5",
            ["seed"] = "18446744073709551615",
            ["time-budget"] = "1h30m",
            ["hidden"] = "64,32",
            ["unfreeze"] = "2",
            ["augment"] = "strong",
            ["group-by"] = "lesion \"id\""
        };
        foreach ((string name, string text) in texts)
        {
            SkinClassifier.Trainers.Settings.OptionLine line = RunOptionTable.All.Single(l => l.Name == name);
            Assert.That(line.Form.TryRead(text, out object? value, out string problem), Is.True, problem);
            values = values.With(line, value!, text);
        }
        string path = _folder.File("written.json");
        RunConfiguration.Write(path, RunOptionTable.All, values, new Dictionary<string, string> { ["a"] = "b" }, "data");
        OptionReading reading = ConfigurationFile.Read(path, RunOptionTable.All);
        Assert.That((reading.Errors.Count, reading.Warnings.Count), Is.EqualTo((0, 0)), string.Join('\n', reading.Errors));
        foreach (SkinClassifier.Trainers.Settings.OptionLine line in RunOptionTable.All.Where(l => l.InConfiguration))
            Assert.That(reading.Values.Of(line)?.ToString(), Is.EqualTo(values.Of(line)?.ToString()), line.Name);
        JsonElement options = JsonDocument.Parse(File.ReadAllText(path)).RootElement.GetProperty("options");
        Assert.That((options.GetProperty("learningRate").GetDouble(), options.GetProperty("seed").GetUInt64(),
            options.GetProperty("momentum").GetDouble(), options.GetProperty("test").GetDouble()), Is.EqualTo((0.001, ulong.MaxValue, 0.9, 0.2)));
        Assert.That((options.GetProperty("balance").ValueKind, options.TryGetProperty("config", out _)), Is.EqualTo((JsonValueKind.Null, false)));
    }

    [Test]
    public void Old_names_on_the_command_line_warn_and_work_and_both_names_are_refused()
    {
        RedAndGreen.Write(_folder);
        string[] start = ["train", _folder.File("data"), "-o", _folder.File("run"), "--backbone", "small_cnn", "--weights", "random", "--image-size",
            "32", "--batch-size", "4", "--epochs", "1", "--quiet"];
        (int code, _, string error) = Cli.Run([.. start, "--learn-from", "6", "--accumulate", "2", "--recompute", "--gradient-clipping", "1",
            "--early-stopping-fewest", "1", "--early-stopping-metric", "calibratedLoss", "--color-constancy", "shades-of-grey"]);
        Assert.That(code, Is.Zero, error);
        foreach (string name in new[] { "--limit-train", "--accumulate-steps", "--gradient-checkpointing", "--clip-grad-norm",
            "--early-stopping-min-images", "temperatureScaledLoss", "shades-of-gray" })
            Assert.That(error, Does.Match($"warning: .* has a new name: {name}"));
        JsonElement options = JsonDocument.Parse(File.ReadAllText(_folder.File("run/config.json"))).RootElement.GetProperty("options");
        Assert.That((options.GetProperty("limitTrain").GetInt32(), options.GetProperty("accumulateSteps").GetInt32(),
            options.GetProperty("gradientCheckpointing").GetBoolean(), options.GetProperty("colorConstancy").GetString(),
            options.GetProperty("earlyStoppingMetric").GetString()), Is.EqualTo((6, 2, true, "shades-of-gray", "temperatureScaledLoss")));
        (code, _, error) = Cli.Run([.. start, "--accumulate", "2", "--accumulate-steps", "4"]);
        Assert.That((code, error.Contains("--accumulate: expected without --accumulate-steps, which is its new name.")), Is.EqualTo((2, true)), error);
    }

    private (int Code, string Error) Train(string json, params string[] more)
    {
        File.WriteAllText(_folder.File("config.json"), json);
        (int code, _, string error) =
            Cli.Run(["train", _folder.File("nowhere"), "-o", _folder.File("run"), "--config", _folder.File("config.json"), "--quiet", .. more]);
        return (code, error);
    }
}
