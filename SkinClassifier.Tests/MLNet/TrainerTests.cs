using System.Reflection;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using SkinClassifier.Backbones;
using SkinClassifier.Common;
using SkinClassifier.MLNet;
using SkinClassifier.MLNet.Training;
using SkinClassifier.Prediction;
using SkinClassifier.Trainers;

namespace SkinClassifier.Tests.MLNet;

public sealed class TrainerTests
{
    private static readonly ImageClassificationTrainerOptions Quick =
        new() { Arch = Architecture.SmallCnn, ImageSize = 16, Epoch = 3, BatchSize = 4, FitTemperature = false };
    private SmallImages _images = null!;

    [OneTimeSetUp]
    public void Write() => _images = new SmallImages(perClass: 8);

    [OneTimeTearDown]
    public void CleanUp() => _images.Dispose();

    [Test]
    public void The_whole_pipeline_fits_evaluates_and_predicts_as_in_the_contract()
    {
        MLContext context = new(seed: 1);
        List<string> log = [];
        context.Log += (_, e) => log.Add($"{e.Kind} {e.Source}: {e.Message}");
        IDataView data = context.Data.LoadFromEnumerable(_images.Rows);
        var split = context.Data.TrainTestSplit(data, 0.3, samplingKeyColumnName: "Lesion");
        var pipeline = context.Transforms.Conversion.MapValueToKey("Label", "Class")
            .Append(context.MulticlassClassification.Trainers.ImageNetwork(
                new ImageNetworkTrainer.Options { SamplingKeyColumnName = "Lesion", Training = Quick }))
            .Append(context.Transforms.Conversion.MapKeyToValue("PredictedName", "PredictedLabel"));
        ITransformer model = pipeline.Fit(split.TrainSet);
        MulticlassClassificationMetrics metrics = context.MulticlassClassification.Evaluate(model.Transform(split.TestSet));
        Assert.That(metrics.MicroAccuracy, Is.InRange(0, 1));
        Assert.That(metrics.ConfusionMatrix.NumberOfClasses, Is.EqualTo(3));
        ImageNetworkTransformer network = ((IEnumerable<ITransformer>)model).OfType<ImageNetworkTransformer>().Single();
        using PredictionEngine engine = new(network.Model);
        using var predictor = context.Model.CreatePredictionEngine<ImageRowInput, NamedOutput>(model);
        foreach (ImageRowInput row in _images.Rows)
        {
            NamedOutput output = predictor.Predict(row);
            ImagePrediction expected = engine.Predict(row.ImagePath);
            Assert.That(output.Score, Is.EqualTo(expected.Score));
            Assert.That(output.PredictedName, Is.EqualTo(expected.PredictedLabel));
        }
        Assert.That(log, Has.Some.Contains("images of 3 classes, column 'ImagePath' (Path)").And.Some.Contains("epoch"));
    }

    [TestCase("Pixels")]
    [TestCase("Bytes")]
    [TestCase("Small")]
    public void Images_in_memory_train_as_files_do(string column)
    {
        MLContext context = new(1);
        IDataView data = _images.AllKinds(context);
        ImageNetworkTrainer Trainer(string name) => context.MulticlassClassification.Trainers.ImageNetwork(
            new ImageNetworkTrainer.Options { FeatureColumnName = name, Seed = 3, Training = Quick });
        float[][] fitted = [.. Trainer(column).Fit(data).Transform(data).GetColumn<float[]>("Score")];
        float[][] files = [.. Trainer("ImagePath").Fit(data).Transform(data).GetColumn<float[]>("Score")];
        if (column == "Small")
            Assert.That(fitted.SelectMany(s => s), Is.All.InRange(0f, 1f));
        else
            Assert.That(fitted, Is.EqualTo(files));
    }

    [Test]
    public void Cross_validation_keeps_the_slot_of_a_class_that_a_fold_lacks()
    {
        MLContext context = new(1);
        IDataView data = _images.Keyed(context, [.. _images.Rows.Where(r => r.Class != "blue"), .. _images.Rows.Where(r => r.Class == "blue").Take(2)]);
        var results = context.MulticlassClassification.CrossValidate(data, context.MulticlassClassification.Trainers.ImageNetwork(
            new ImageNetworkTrainer.Options { Training = Quick }), 3, "Label", "Lesion");
        Assert.That(results.Select(r => r.Metrics.ConfusionMatrix.NumberOfClasses), Is.All.EqualTo(3));
        Assert.That(results.Select(r => ((ImageNetworkTransformer)r.Model).Model.Labels), Is.All.EqualTo(new[] { "red", "green", "blue" }));
    }

    [Test]
    public void The_context_s_seed_decides_and_an_option_overrides_it()
    {
        float[] First(int? seed, ulong? option)
        {
            MLContext context = new(seed);
            IDataView data = _images.Keyed(context);
            return context.MulticlassClassification.Trainers.ImageNetwork(new ImageNetworkTrainer.Options { Seed = option, Training = Quick }).Fit(data)
                .Transform(data).GetColumn<float[]>("Score").First();
        }
        float[] one = First(1, null);
        Assert.That(First(1, null), Is.EqualTo(one));
        Assert.That(First(2, null), Is.Not.EqualTo(one));
        Assert.That(First(2, 7), Is.EqualTo(First(3, 7)));
    }

    [Test]
    public void A_validation_set_is_used_and_one_with_other_keys_is_refused()
    {
        MLContext context = new(1);
        IDataView train = _images.Keyed(context), other = context.Transforms.Conversion.MapValueToKey("Label", "Class")
            .Fit(context.Data.LoadFromEnumerable(_images.Rows)).Transform(context.Data.LoadFromEnumerable(_images.Rows));
        List<string> log = [];
        context.Log += (_, e) => log.Add(e.Message);
        ImageNetworkTrainer Trainer(IDataView validation) =>
            context.MulticlassClassification.Trainers.ImageNetwork(new ImageNetworkTrainer.Options { ValidationSet = validation, Training = Quick });
        Trainer(_images.Keyed(context, _images.Rows.Take(5))).Fit(train);
        Assert.That(log, Has.Some.Contains("24 images to train on, 5 to validate"));
        Assert.That(() => Trainer(other).Fit(train), Throws.InstanceOf<ArgumentException>()
            .With.Message.EndsWith("Make both keys with one fitted MapValueToKey."));
    }

    [Test]
    public void Cancellation_by_token_and_by_the_context_stops_training()
    {
        MLContext context = new(1);
        IDataView data = _images.Keyed(context);
        using CancellationTokenSource stop = new();
        int epochs = 0;
        ImageClassificationTrainerOptions endless = Quick with
        {
            Epoch = 100_000,
            EarlyStoppingCriteria = null,
            MetricsCallback = m =>
            {
                if (m.Kind == TrainingMetricsKind.Epoch && ++epochs == 2)
                    stop.Cancel();
            },
        };
        ImageNetworkTransformer best = context.MulticlassClassification.Trainers.ImageNetwork(
            new ImageNetworkTrainer.Options { CancellationToken = stop.Token, Training = endless }).Fit(data);
        Assert.That(best.Model.Labels, Has.Count.EqualTo(3));
        ImageClassificationTrainerOptions canceling = endless with
        {
            MetricsCallback = m =>
            {
                if (m.Kind == TrainingMetricsKind.Epoch && m.Epoch == 2)
                    Cancel(context);
            },
        };
        Assert.That(() => context.MulticlassClassification.Trainers.ImageNetwork(new ImageNetworkTrainer.Options { Training = canceling }).Fit(data),
            Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public void Columns_of_other_types_are_refused_before_anything_is_read()
    {
        MLContext context = new(1);
        IDataView rows = context.Data.LoadFromEnumerable(_images.Rows), keyed = _images.Keyed(context);
        Assert.That(() => context.MulticlassClassification.Trainers.ImageNetwork("Class").Fit(rows), Throws.InstanceOf<ArgumentOutOfRangeException>()
            .With.Message.EqualTo("Label column 'Class': expected a key, received String. Put MapValueToKey in front of the trainer.")
            .And.Property("ParamName").EqualTo("name").And.Property("ActualValue").EqualTo("Class"));
        Assert.That(() => context.MulticlassClassification.Trainers.ImageNetwork("Nothing").Fit(rows), Throws.InstanceOf<ArgumentOutOfRangeException>()
            .With.Message.Contains("Label column 'Nothing': expected a key, received a table without it"));
        Assert.That(() => context.MulticlassClassification.Trainers.ImageNetwork(featureColumnName: "Nothing").Fit(keyed),
            Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("its columns are ImagePath, Class, Lesion, Label. Name one of them."));
        Assert.That(() => context.MulticlassClassification.Trainers.ImageNetwork("Class")
            .Append(context.Transforms.Conversion.MapKeyToValue("PredictedLabel")).Fit(rows), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => context.MulticlassClassification.Trainers.ImageNetwork(
            new ImageNetworkTrainer.Options { SamplingKeyColumnName = "Patient", Training = Quick }).Fit(keyed),
            Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("SamplingKeyColumnName: expected a column with a single value per row"));
    }

    [Test]
    public void Options_that_would_be_ignored_are_refused_all_at_once()
    {
        MLContext context = new(1);
        ImageNetworkTrainer.Options options = new() { ScoreColumnName = "", Training = new() { Seed = 9, ValidationSet = TestData() } };
        Assert.That(() => context.MulticlassClassification.Trainers.ImageNetwork(options), Throws.InstanceOf<ArgumentException>()
            .With.Message.Contains("ScoreColumnName").And.Message.Contains("Set Options.ValidationSet").And.Message.Contains("Set Options.Seed"));
        Assert.That(() => context.MulticlassClassification.Trainers.ImageNetwork(new ImageNetworkTrainer.Options { Training = new() { Epoch = -1 } }),
            Throws.InstanceOf<ArgumentException>().With.Message.Contains("Epoch"));

        static SkinClassifier.Data.ImageDataset TestData() => Data.TestImages.Memory([2, 2]);
    }

    [Test]
    public void Every_option_of_the_trainer_is_reached_through_one_field()
    {
        FieldInfo[] fields = typeof(ImageNetworkTrainer.Options).GetFields(BindingFlags.Public | BindingFlags.Instance);
        Assert.That(fields.Single(f => f.FieldType == typeof(ImageClassificationTrainerOptions)).Name, Is.EqualTo("Training"));
        string[] own = [.. typeof(ImageClassificationTrainerOptions).GetProperties().Select(p => p.Name)];
        Assert.That(fields.Select(f => f.Name).Intersect(own), Is.EquivalentTo(new[] { "ValidationSet", "Seed" }),
            "the two that Check refuses inside Training");
    }

    [Test]
    public void ML_NETs_members_that_are_not_public_are_still_there()
    {
        MLContext context = new(5);
        IHostEnvironment trainers = CatalogEnvironment.Of(context.MulticlassClassification.Trainers);
        Assert.That(new[] { CatalogEnvironment.Of(context.Transforms), CatalogEnvironment.Of(context.Data) }, Is.All.SameAs(trainers));
        Func<bool> canceled = ExecutionCancellation.Property(trainers);
        Assert.That(canceled(), Is.False);
        Cancel(context);
        Assert.That(canceled(), Is.True);
    }

    [Test]
    public void An_image_that_cannot_be_decoded_is_left_out_of_training_with_a_warning()
    {
        MLContext context = new(1);
        List<string> warnings = [];
        context.Log += (_, e) =>
        {
            if (e.Kind == ChannelMessageKind.Warning)
                warnings.Add(e.Message);
        };
        string broken = _images.File("odd.png");
        File.WriteAllText(broken, "no image");
        IDataView data = _images.Keyed(context, [.. _images.Rows, new ImageRowInput { ImagePath = broken, Class = "red" }]);
        context.MulticlassClassification.Trainers.ImageNetwork(new ImageNetworkTrainer.Options { Training = Quick }).Fit(data);
        Assert.That(warnings, Has.Some.Contains("odd.png").And.Exactly(1).Contains("is left out"));
        Assert.That(warnings, Has.None.Contains("Warning: row"));
    }

    [Test]
    public void A_training_without_a_single_readable_image_is_refused()
    {
        MLContext context = new(1);
        IDataView data = _images.Keyed(context, _images.Rows.Select(r => new ImageRowInput { ImagePath = "nowhere/" + r.Class, Class = r.Class }));
        Assert.That(() => context.MulticlassClassification.Trainers.ImageNetwork(new ImageNetworkTrainer.Options { Training = Quick }).Fit(data),
            Throws.TypeOf<InvalidContentException>().With.Message.Contains("expected readable images, none of"));
    }

    [Test]
    public void Faults_of_columns_and_of_the_training_are_told_together()
    {
        MLContext context = new(1);
        ImageNetworkTrainer.Options options = new()
        {
            LabelColumnName = "",
            ScoreColumnName = "A",
            PredictedLabelColumnName = "A",
            Training = new() { Epoch = -1, BatchSize = 0 },
        };
        Assert.That(() => context.MulticlassClassification.Trainers.ImageNetwork(options), Throws.InstanceOf<ArgumentException>().With.Message.EqualTo(
            "ImageNetwork: LabelColumnName: expected the name of a column, received nothing; PredictedLabelColumnName: expected another name than that of "
            + "ScoreColumnName, received 'A' for both; Training.Epoch: expected 0 to 100000, received -1; Training.BatchSize: expected 1 to 65536, "
            + "received 0."));
    }

    /// <summary>As tools of ML.NET cancel; users cannot, because the method is internal.</summary>
    private static void Cancel(MLContext context) =>
        typeof(MLContext).GetMethod("CancelExecution", BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public)!.Invoke(context, null);

    public sealed class NamedOutput
    {
        public float[] Score { get; set; } = [];

        public string PredictedName { get; set; } = "";
    }
}
