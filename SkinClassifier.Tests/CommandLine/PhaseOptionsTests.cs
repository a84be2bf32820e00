using System.Text.Json;
using SkinClassifier.Models;
using SkinClassifier.Tests.Trainers;
using SkinClassifier.Training.Verbs;

namespace SkinClassifier.Tests.CommandLine;

/// <summary>Options of train for the course of training.</summary>
[NonParallelizable]
public sealed class PhaseOptionsTests : FolderTests
{
    [SetUp]
    public void Prepare() => RedAndGreen.Write(_folder);

    private string[] Base =>
        ["train", _folder.File("data"), "--backbone", "small_cnn", "--weights", "random", "--image-size", "32", "--batch-size", "4", "--quiet"];

    [Test]
    public void The_parts_of_another_run_are_used_again()
    {
        Assert.That(Cli.Run([.. Base, "-o", _folder.File("first"), "--epochs", "1"]).Code, Is.Zero);
        (int code, _, string error) =
            Cli.Run([.. Base, "-o", _folder.File("second"), "--epochs", "1", "--seed", "9", "--splits", _folder.File("first/splits.csv")]);
        Assert.That(code, Is.Zero, error);
        Assert.That(File.ReadAllText(_folder.File("second/splits.csv")), Is.EqualTo(File.ReadAllText(_folder.File("first/splits.csv"))));
        Assert.That(Cli.Run([.. Base, "-o", _folder.File("third"), "--config", _folder.File("second/config.json")]).Code, Is.Zero);
        Assert.That(File.ReadAllBytes(_folder.File("third/model.zip")), Is.EqualTo(File.ReadAllBytes(_folder.File("second/model.zip"))));
        (code, _, error) = Cli.Run([.. Base, "-o", _folder.File("fourth"), "--splits", _folder.File("absent.csv")]);
        Assert.That((code, error.Contains("expected the splits.csv of a run")), Is.EqualTo((3, true)), error);
    }

    [Test]
    public void Every_option_reaches_the_trainer_and_the_configuration_repeats_the_run()
    {
        Assert.That(Cli.Run([.. Base, "-o", _folder.File("teacher"), "--epochs", "1"]).Code, Is.Zero);
        string[] options =
        [
            "--epochs", "4", "--schedule", "one-cycle", "--schedule-parameters", "rise-fraction=0.2,end-divisor=50", "--momentum", "0.8",
            "--nesterov", "--optimizer", "sgd", "--weight-decay", "0.002", "--loss", "focal", "--focal-gamma", "1.5",
            "--clip-grad-norm", "2", "--accumulate-steps", "2", "--gradient-checkpointing", "--swa", "0.5", "--swa-learning-rate", "0.004",
            "--progressive-from", "16", "--distill", _folder.File("teacher/model.zip"), "--distill-weight", "0.3",
            "--distill-temperature", "4", "--color-constancy", "shades-of-gray", "--early-stopping-metric", "macroAuc", "--early-stopping-delta",
            "0.01", "--early-stopping", "0", "--early-stopping-min-images", "1", "--checkpoint-minutes", "2", "--balance", "logit-adjustment",
        ];
        (int code, _, string error) = Cli.Run([.. Base, "-o", _folder.File("run"), .. options]);
        Assert.That(code, Is.Zero, error);
        ImageClassificationModel model = ImageClassificationModel.Load(_folder.File("run/model.zip"));
        Dictionary<string, string> expected = new()
        {
            ["scratch.schedule"] = "one-cycle (rise-fraction 0.2, start-divisor 25, end-divisor 50, low-momentum 0.85, high-momentum 0.95)",
            ["scratch.optimizer"] = "sgd",
            ["scratch.weightDecay"] = "0.002",
            ["accumulateSteps"] = "2",
            ["swa"] = "0.5",
            ["progressiveFrom"] = "16",
            ["distill"] = "small_cnn",
            ["distillWeight"] = "0.3",
            ["distillTemperature"] = "4",
            ["colorConstancy"] = "shades-of-gray",
            ["clipGradNorm"] = "2",
            ["balance"] = "logit-adjustment",
        };
        foreach ((string name, string value) in expected)
            Assert.That(model.Manifest.Options[name], Is.EqualTo(value), name);
        Assert.That(model.Manifest.Options["swaKept"], Is.AnyOf("yes", "no"));
        Assert.That(model.Manifest.Preprocessing.ColorConstancy, Is.EqualTo("shades-of-gray"));
        Assert.That(File.ReadAllText(_folder.File("run/model-card.md")), Does.Contain("Color constancy shades-of-gray"));
        JsonElement config = JsonDocument.Parse(File.ReadAllText(_folder.File("run/config.json"))).RootElement.GetProperty("options");
        Assert.That((config.GetProperty("focalGamma").GetDouble(), config.GetProperty("nesterov").GetBoolean(),
            config.GetProperty("earlyStoppingMetric").GetString(), config.GetProperty("gradientCheckpointing").GetBoolean()),
            Is.EqualTo((1.5, true, "macroAuc", true)));
        Assert.That(Cli.Run("train", _folder.File("data"), "-o", _folder.File("again"), "--config", _folder.File("run/config.json"), "--quiet").Code, Is.Zero);
        Assert.That(File.ReadAllBytes(_folder.File("again/model.zip")), Is.EqualTo(File.ReadAllBytes(_folder.File("run/model.zip"))));
    }

    [Test]
    public void A_teacher_that_has_seen_the_images_that_measure_is_told_before_and_after_the_training()
    {
        Assert.That(Cli.Run([.. Base, "-o", _folder.File("teacher"), "--epochs", "1", "--test", "0.4"]).Code, Is.Zero);
        string[] taught = [.. Base, "--epochs", "1", "--distill", _folder.File("teacher/model.zip")];
        string[] seen = Of("teacher", "train", "validation");

        (int code, _, string error) = Cli.Run([.. taught, "-o", _folder.File("other"), "--seed", "2", "--test", "0.4"]);
        Assert.That(code, Is.Zero, error);
        string[] measured = Of("other", "test"), both = [.. measured.Intersect(seen)];
        Assert.That(both, Is.Not.Empty, "the test needs a seed that mixes the sets");
        Assert.That(error, Does.Contain($"warning: the teacher was trained with {both.Length} of the {measured.Length} images that measure").And
            .Contain("--splits"));
        JsonElement leaks = JsonDocument.Parse(File.ReadAllText(_folder.File("other/metrics.json"))).RootElement.GetProperty("leaks");
        Assert.That(leaks.GetProperty("files").EnumerateArray().Select(f => f.GetProperty("paths")[0].GetString()), Is.EquivalentTo(both));
        Assert.That(leaks.GetProperty("files").EnumerateArray().Select(f => f.GetProperty("seenInTraining").GetBoolean()), Is.All.True);
        Assert.That(File.ReadAllText(_folder.File("other/report.html")), Does.Contain($"Measure on other images: the model, or its teacher, was trained with "
            + $"{both.Length} of the measured ones"));
        // The student's own record says it too, wherever it is measured later.
        ImageClassificationModel student = ImageClassificationModel.Load(_folder.File("other/model.zip"));
        Assert.That(student.Seen!.Count, Is.EqualTo(seen.Union(Of("other", "train", "validation")).Count()));

        (code, _, error) = Cli.Run([.. taught, "-o", _folder.File("same"), "--seed", "2", "--splits", _folder.File("teacher/splits.csv")]);
        Assert.That((code, error.Contains("teacher")), Is.EqualTo((0, false)), error);
        leaks = JsonDocument.Parse(File.ReadAllText(_folder.File("same/metrics.json"))).RootElement.GetProperty("leaks");
        Assert.That(leaks.GetProperty("contents").GetInt32(), Is.Zero);

        (code, _, error) = Cli.Run([.. taught, "-o", _folder.File("folds"), "--folds", "2"]);
        Assert.That(code, Is.Zero, error);
        Assert.That(error, Does.Contain($"warning: the teacher was trained with {seen.Length} of the {seen.Length + Of("teacher", "test").Length} images"));
        leaks = JsonDocument.Parse(File.ReadAllText(_folder.File("folds/metrics.json"))).RootElement.GetProperty("leaks");
        Assert.That(leaks.GetProperty("contents").GetInt32(), Is.EqualTo(seen.Length));

        string[] Of(string run, params string[] sets) => [.. File.ReadLines(_folder.File($"{run}/splits.csv")).Skip(1).Select(line => line.Split(','))
            .Where(row => sets.Contains(row[3])).Select(row => row[0])];
    }

    [Test]
    public void A_teacher_that_does_not_know_its_images_is_told()
    {
        ImageClassificationModel made = TestTeacher.Create(16), teacher = new(made.Network, made.Manifest);
        StringWriter error = new();
        TextWriter before = Console.Error;
        try
        {
            Console.SetError(error);
            TrainingPreparation.WarnOfTeacher(teacher, []);
            TrainingPreparation.WarnOfTeacher(null, []);
        }
        finally
        {
            Console.SetError(before);
        }
        Assert.That(error.ToString().ReplaceLineEndings("\n"),
            Is.EqualTo("warning: the teacher does not say which images it was trained with; figures are too good if those that measure are among them\n"));
    }

    [Test]
    public void Errors_name_the_option_and_what_it_expects()
    {
        (int code, _, string error) =
            Cli.Run([.. Base, "-o", _folder.File("run"), "--schedule", "cosine", "--schedule-parameters", "rise-fraction=0.2", "--augment", "wild"]);
        Assert.That(code, Is.EqualTo(2));
        Assert.That(error, Does.Contain(
            "--schedule-parameters: Schedule cosine: expected NAME=VALUE with a name of end-factor, received 'rise-fraction=0.2'").And.Contain("--augment"));
        (code, _, error) = Cli.Run([.. Base, "-o", _folder.File("run"), "--accumulate-steps", "0", "--swa", "2", "--layer-decay", "0", "--momentum", "1"]);
        Assert.That(code, Is.EqualTo(2));
        Assert.That(error, Does.Contain("--accumulate-steps: expected 1 to 65536, received 0").And.Contain("--swa: expected 0 to 1, received 2")
            .And.Contain("--layer-decay: expected above 0, at most 1, received 0").And.Contain("--momentum: expected 0 to below 1, received 1"));
        (code, _, error) = Cli.Run([.. Base, "-o", _folder.File("run"), "--distill", "none.zip"]);
        Assert.That((code, error.Contains("none.zip: expected a model.zip")), Is.EqualTo((3, true)), error);
        (code, _, error) = Cli.Run([.. Base, "-o", _folder.File("run"), "--progressive-from", "64"]);
        Assert.That((code, error.Contains("expected less than the full size of 32 pixels, received 64")), Is.EqualTo((2, true)), error);
        (code, _, error) = Cli.Run([.. Base, "-o", _folder.File("run"), "--early-stopping-metric", "beauty"]);
        Assert.That((code, error.Contains("beauty")), Is.EqualTo((2, true)), error);
    }
}
