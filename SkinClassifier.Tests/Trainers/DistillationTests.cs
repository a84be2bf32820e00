using System.Text.Json;
using SkinClassifier.Backbones;
using SkinClassifier.Data;
using SkinClassifier.Models;
using SkinClassifier.Tensors;
using SkinClassifier.Trainers;
using SkinClassifier.Trainers.Loop;
using SkinClassifier.Trainers.Losses;
using static SkinClassifier.Tests.Trainers.TorchNumbers;

namespace SkinClassifier.Tests.Trainers;

public sealed class DistillationTests
{
    [TestCaseSource(typeof(TorchNumbers), nameof(Distillations))]
    public void Loss_and_gradient_equal_PyTorch(JsonElement recorded)
    {
        Loss loss = new SoftmaxCrossEntropy();
        float[] scores = Floats(recorded, "scores"), gradient = new float[scores.Length];
        int classes = (int)Number(recorded, "classes");
        double value = loss.Compute(scores, Floats(recorded, "targets"), classes, [], gradient);
        Distillation distillation = new(new TeacherTable([], classes), Number(recorded, "weight"), Number(recorded, "temperature"));
        value = distillation.Mix(loss, value, scores, Floats(recorded, "teacher"), classes, gradient);
        Assert.That(value, Is.EqualTo(Number(recorded, "loss")).Within(1e-5 * Math.Max(1, value)));
        Assert.That(gradient, Is.EqualTo(Floats(recorded, "gradient")).Within(2e-6f));
    }

    [TestCase(LossKind.CrossEntropy)]
    [TestCase(LossKind.Binary)]
    [TestCase(LossKind.BinaryHinge)]
    public void Gradient_equals_central_differences_also_for_one_output(LossKind kind)
    {
        Loss loss = Loss.Create(kind);
        Distillation distillation = new(new TeacherTable([], 2), 0.3, 3);
        float[] scores = [.. Enumerable.Range(0, 3 * loss.OutputCount(2)).Select(i => (float)Math.Sin(i * 1.7 + 0.3))],
            targets = [1, 0, 0, 1, 0.5f, 0.5f], teacher = [0.2f, 0.8f, 0.9f, 0.1f, 0.5f, 0.5f];
        double Value(float[] at, float[] gradient) => distillation.Mix(loss, loss.Compute(at, targets, 2, [], gradient), at, teacher, 2, gradient);
        float[] slope = new float[scores.Length];
        Value(scores, slope);
        for (int i = 0; i < scores.Length; i++)
        {
            float[] up = [.. scores], down = [.. scores];
            up[i] += 1e-2f;
            down[i] -= 1e-2f;
            Assert.That(slope[i],
                Is.EqualTo((Value(up, new float[slope.Length]) - Value(down, new float[slope.Length])) / (up[i] - down[i])).Within(1e-4), $"score {i}");
        }
    }

    [Test]
    public void A_teacher_that_knows_images_of_another_fit_is_told()
    {
        ImageClassificationModel teacher = TestTeacher.Create(16);
        Assert.That(TeacherNetwork.Difference(teacher, new ImagePreprocessor(32, 32, teacher.Preprocessor.Resize)), Is.Null, "another size");
        Assert.That(TeacherNetwork.Difference(teacher, new ImagePreprocessor(32, 24, teacher.Preprocessor.Resize)), Does.Contain("to 16×16 by crop").And
            .Contain("to 32×24 by crop"));
        foreach ((ResizeKind resize, int count) in new[] { (ResizeKind.Crop, 0), (ResizeKind.Stretch, 1) })
        {
            List<TrainingMetrics> reports = [];
            _ = new ImageClassificationTrainer(new()
            {
                Arch = Architecture.SmallCnn,
                ImageSize = 16,
                Resize = resize,
                Epoch = 1,
                BatchSize = 8,
                Teacher = teacher,
                MetricsCallback = reports.Add,
            }).Fit(TestImages.Dataset(8));
            Assert.That(reports.Count(r => r.Kind == TrainingMetricsKind.Warning && r.Text.StartsWith("The teacher was trained on images that are fitted to "
                + "16×16 by crop, and scores this network's, fitted to 16×16 by stretch")), Is.EqualTo(count));
        }
    }

    [Test]
    public void Labels_are_matched_by_name_in_any_order_and_others_are_refused()
    {
        ImageClassificationModel teacher = TestTeacher.Create(16);
        Assert.That(TeacherScores.Match(teacher, ["square", "disc", "ring"]), Is.EqualTo(new[] { 2, 0, 1 }));
        Assert.That(() => TeacherScores.Match(teacher, ["square", "disc"]),
            Throws.ArgumentException.With.Message.Contains("expected a model for the labels square, disc, received one for disc, ring, square"));
        Assert.That(() =>
            new ImageClassificationTrainer(new() { Pretrained = TestNetworks.Small(), Teacher = teacher, Epoch = 1 })
                .Fit(TestImages.Dataset(6, classes: 2)), Throws.ArgumentException.With.Message.Contains("Labels must agree by name"));
    }

    [TestCase(16)]
    [TestCase(24)]
    public void The_teacher_scores_the_very_images_of_the_batch_in_the_students_order(int size)
    {
        ImageClassificationModel teacher = TestTeacher.Create(16);
        ImageDataset data = TestImages.Dataset(2, side: size);
        using TeacherNetwork scores = new(teacher, ["square", "disc", "ring"], new(2));
        float[] rows = new float[6 * 3];
        foreach (ImageBatch batch in new BatchLoader(data.Examples, new ImagePreprocessor(size, size), new() { BatchSize = 6 }).Load())
            scores.Fill(null!, batch.Pixels, new TensorShape(6, 3, size, size), rows);
        using SkinClassifier.Prediction.PredictionEngine engine = new(teacher);
        for (int n = 0; n < 6; n++)
        {
            var expected =
                engine.Predict(SkinClassifier.Imaging.RgbImage.Decode(data.Examples[n].ReadContent())).Scores.ToDictionary(s => s.Label, s => s.Score);
            Assert.That(rows[(3 * n)..(3 * n + 3)], Is.EqualTo(new[] { expected["square"], expected["disc"], expected["ring"] }).Within(1e-5f), $"image {n}");
        }
    }

    [Test]
    public void A_student_that_trains_on_the_teacher_alone_agrees_with_it()
    {
        ImageDataset data = TestImages.Dataset(24);
        ImageClassificationTrainerOptions options = new()
        {
            Pretrained = TestNetworks.Small(),
            Epoch = 60,
            FineTuneEpoch = 0,
            LearningRate = 0.05,
            L2 = 0,
            BatchSize = 8,
            Threads = 2,
            ValidationSetFraction = 0,
            Balance = ClassBalance.None,
            FitTemperature = false
        };
        ImageClassificationModel teacher = new ImageClassificationTrainer(options with { Epoch = 20, Seed = 9 }).Fit(data);
        // Labels that say nothing: the student can only train on the teacher.
        ImageClassificationModel student =
            new ImageClassificationTrainer(options with { Teacher = teacher, DistillationWeight = 1, DistillationTemperature = 1 }).Fit(data);
        double Distance(ImageClassificationModel model)
        {
            float[] a = new DatasetScorer(data, teacher.Preprocessor, 3, new(2)).Score(teacher.Network).Scores,
                b = new DatasetScorer(data, model.Preprocessor, 3, new(2)).Score(model.Network).Scores;
            return a.Zip(b, (x, y) => Math.Abs(x - y)).Average();
        }
        Assert.That(Distance(student), Is.LessThan(0.02));
        Assert.That(Distance(new ImageClassificationTrainer(options with { Epoch = 1 }).Fit(data)), Is.GreaterThan(0.1), "without the teacher");
    }

    [Test]
    public void Frozen_features_train_on_plain_images_that_are_scored_once_and_kept()
    {
        string folder = Directory.CreateTempSubdirectory("skinclassifier-distill-").FullName;
        try
        {
            List<TrainingMetrics> reports = [];
            ImageClassificationTrainerOptions options = new()
            {
                Pretrained = TestNetworks.Small(),
                Teacher = TestTeacher.Create(20),
                Epoch = 2,
                BatchSize = 8,
                WorkspacePath = folder,
                MetricsCallback = reports.Add
            };
            ImageDataset data = TestImages.Dataset(8, broken: name => name.EndsWith("003.png", StringComparison.Ordinal));
            new ImageClassificationTrainer(options).Fit(data);
            Assert.That(reports.Where(r => r.Phase == "teacher" && r.Kind == TrainingMetricsKind.Progress), Is.Not.Empty);
            reports.Clear();
            new ImageClassificationTrainer(options).Fit(data);
            Assert.That(reports.Count(r => r.Phase == "teacher" && r.Kind == TrainingMetricsKind.Progress), Is.LessThanOrEqualTo(1),
                "only what could not be read is tried again");
            Assert.That(Directory.GetFiles(folder), Has.Length.EqualTo(2));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
