using System.Reflection;
using SkinClassifier.Trainers;
using SkinClassifier.Trainers.Settings;

namespace SkinClassifier.Tests.Trainers;

/// <summary>Laws of the table of trainer options; a new line gets a case.</summary>
public sealed class TrainerOptionTableTests
{
    /// <summary>Properties that are no option of a person: things that a program makes, and places where a run writes.</summary>
    private static readonly string[] NotInTable =
        ["Arch", "WeightsPath", "Pretrained", "ValidationSet", "FitTemperature", "MetricsCallback", "WorkspacePath", "CheckpointPath", "Resume",
            "ProcessGroup"];

    // Name, a value that is allowed, a value that is not.
    private static readonly (string Name, string Good, string Bad)[] Cases =
    [
        ("image-size", "96", "15"), ("resize", "pad", "cut"), ("filter", "cubic", "box"), ("max-pixels", "25000000", "0"),
        ("decode", "reduced", "half"), ("width", "0.5", "5"),
        ("feature-output", "pool", ""), ("normalize", "127/128", "127"), ("pool", "both", "mean"), ("hidden", "64", "0"), ("dropout", "0.3", "1"),
        ("color-constancy", "shades-of-gray", "retinex"),
        ("epochs", "7", "-1"), ("fine-tune-epochs", "3", "100001"), ("unfreeze", "2", "-2"), ("unfreeze-epochs", "1.5", "-1"),
        ("batch-normalization", "frozen", "off"), ("progressive-from", "64", "8"), ("gradual-freezing", "0.6", "0.95"), ("skip-easy", "0.5", "1"),
        ("batch-size", "24", "0"), ("accumulate-steps", "4", "0"), ("gradient-checkpointing", "true", "yes"), ("optimizer", "adamw", "lion"),
        ("learning-rate", "0.003", "0"),
        ("fine-tune-learning-rate", "0.0002", "101"), ("layer-decay", "0.8", "0"), ("schedule", "step", "linear"),
        ("schedule-parameters", "gamma=0.5", ""), ("warmup", "0.5", "1001"), ("momentum", "0.85", "1"), ("beta2", "0.95", "1"),
        ("nesterov", "true", "1"), ("clip-grad-norm", "1", "-1"), ("loss", "focal", "mse"), ("focal-gamma", "1.5", "11"), ("l2", "0.2", "-0.1"),
        ("weight-decay", "0.01", "11"), ("label-smoothing", "0.1", "1"),
        ("balance", "oversample", "even"), ("augment", "strong", "wild"), ("mixup", "0.2", "-1"), ("cutmix", "1", "11"), ("tta", "4", "3"),
        ("ema", "0.99", "1"), ("swa", "0.25", "1.1"),
        ("swa-learning-rate", "0.01", "0"), ("distill", "teacher.zip", ""), ("distill-weight", "0.7", "2"), ("distill-temperature", "3", "0"),
        ("early-stopping", "5", "-1"),
        ("early-stopping-metric", "macroAuc", "beauty"), ("early-stopping-delta", "0.01", "-1"), ("early-stopping-min-images", "30", "0"),
        ("decide", "sensitivity=0.9:mel", "sensitivity=1.5:mel"), ("policy-alpha", "0.05", "1"), ("policy-sets", "raps", "aps"), ("policy-risk", "0.2", "0"),
        ("no-policy", "true", "yes"), ("keep-gallery", "true", "yes"),
        ("validation", "0.3", "1"), ("checkpoint-minutes", "2", "0"),
        ("seed", "18446744073709551615", "-1"), ("threads", "3", "1025"),
    ];

    /// <summary>Reports and config.json say the word that the option takes, not the longer name of the files.</summary>
    [TestCase("imagenet")]
    [TestCase("minus1to1")]
    [TestCase("0to1")]
    [TestCase("caffe")]
    [TestCase("none")]
    [TestCase("127/128")]
    [TestCase("0to1-bgr")]
    [TestCase("minus1to1-bgr")]
    public void A_normalization_is_written_as_it_is_read(string word)
    {
        OptionForm form = TrainerOptionTable.Of("Normalization").Form;
        Assert.That(form.TryRead(word, out object? value, out _), Is.True);
        Assert.That(form.Write(value!), Is.EqualTo(word));
    }

    [Test]
    public void Every_line_has_a_case() => Assert.That(Cases.Select(c => c.Name), Is.EquivalentTo(TrainerOptionTable.All.Select(l => l.Name)));

    [Test]
    public void Every_property_of_the_options_has_a_line()
    {
        string[] properties = [.. typeof(ImageClassificationTrainerOptions).GetProperties(BindingFlags.Public | BindingFlags.Instance).Select(p => p.Name)];
        string[] inTable = [.. TrainerOptionTable.All.Where(l => l.Property is not null)
            .Select(l => l.Property!.Split('.')[0] switch { "DecoderOptions" => "Decoder", var name => name }).Distinct()];
        Assert.That(inTable.Concat(NotInTable), Is.EquivalentTo(properties));
    }

    [Test]
    public void A_value_that_is_allowed_is_set_read_and_written_back([ValueSource(nameof(Cases))] (string Name, string Good, string Bad) option)
    {
        TrainerOptionLine line = TrainerOptionTable.All.Single(l => l.Name == option.Name);
        Assert.That(line.Form.TryRead(option.Good, out object? value, out string problem), Is.True, problem);
        Assert.That((line.Form.Accepts(value!), line.Form.Write(value!)), Is.EqualTo((true, option.Good)));
        if (line.Name is "distill")
            return;
        ImageClassificationTrainerOptions before =
            new() { LearningRateScheduler = SkinClassifier.Trainers.Schedules.LearningRateSchedule.FromName("step") }, after = line.Set(before, value!);
        Assert.That(after, Is.Not.EqualTo(line.Name is "schedule" ? new() : before), "nothing was set");
        if (line.Get(after) is { } read)
            Assert.That(line.Form.Write(read), Is.EqualTo(option.Good));
        if (line.Name is not ("filter" or "swa-learning-rate"))
            Assert.That(TrainerOptionTable.Errors(after), Is.Empty);
    }

    [Test]
    public void A_value_that_is_not_allowed_is_refused_with_what_is_allowed([ValueSource(nameof(Cases))] (string Name, string Good, string Bad) option)
    {
        TrainerOptionLine line = TrainerOptionTable.All.Single(l => l.Name == option.Name);
        Assert.That(line.Form.TryRead(option.Bad, out object? value, out string problem), Is.False);
        Assert.That(value, Is.Null);
        Assert.That(problem, Does.StartWith("expected ").And.Contain(line.Form.Allowed.Split(' ')[0])
            .And.Contain($"received {(option.Bad.Length == 0 ? "nothing" : option.Bad)}."));
    }

    [Test]
    public void The_check_of_the_library_uses_the_ranges_of_the_table()
    {
        ImageClassificationTrainerOptions options = new();
        List<string> expected = [];
        foreach ((string name, object bad) in new (string, object)[] { ("epochs", -3), ("momentum", 1.5), ("warmup", double.NaN),
            ("mixup", double.PositiveInfinity), ("threads", 5000), ("image-size", 7) })
        {
            TrainerOptionLine line = TrainerOptionTable.All.Single(l => l.Name == name);
            options = line.Set(options, bad);
            expected.Add($"{line.Property}: expected {line.Form.Allowed}");
        }
        IReadOnlyList<string> errors = TrainerOptionTable.Errors(options),
            flags = TrainerOptionTable.Errors(options, property => "--" + property.ToLowerInvariant());
        foreach (string error in expected)
            Assert.That(errors, Has.Some.StartsWith(error));
        Assert.That(flags, Is.All.StartsWith("--"));
        Assert.That(flags, Has.Count.EqualTo(errors.Count));
    }

    [Test]
    public void Names_keys_and_old_names_are_different()
    {
        string[] names = [.. TrainerOptionTable.All.SelectMany(l => l.OldNames.Append(l.Name))];
        Assert.That(names, Is.Unique);
        Assert.That(TrainerOptionTable.All.Select(l => l.Key), Is.Unique);
        Assert.That(OptionLine.KeyOf("early-stopping-min-images"), Is.EqualTo("earlyStoppingMinImages"));
        Assert.That(TrainerOptionTable.All.Select(l => l.Group).Distinct(), Is.EqualTo(TrainerOptionTable.Groups));
    }

    [Test]
    public void Parameters_of_a_schedule_are_read_by_the_same_reader_of_numbers()
    {
        Assert.That(
            () => SkinClassifier.Trainers.Schedules.LearningRateSchedule.FromName("step", "gamma=0,5"), Throws.ArgumentException.With.Message.Contains("'5'"));
        Assert.That(() => SkinClassifier.Trainers.Schedules.LearningRateSchedule.FromName("plateau", "patience=2.5,gamma=NaN"),
            Throws.ArgumentException.With.Message.Contains("patience: expected a whole number, 0 to 100000, received 2.5")
                .And.Message.Contains("gamma: expected a number, 1E-06 to 0.999, received NaN"));
        Assert.That(SkinClassifier.Trainers.Schedules.LearningRateSchedule.FromName("plateau", "patience=2").ToString(), Does.Contain("patience 2"));
    }
}
