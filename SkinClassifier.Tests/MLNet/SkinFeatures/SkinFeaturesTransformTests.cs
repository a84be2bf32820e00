using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using SkinClassifier.Imaging;
using SkinClassifier.MLNet;
using SkinClassifier.MLNet.Images;
using SkinClassifier.MLNet.SkinFeatures;

namespace SkinClassifier.Tests.MLNet.SkinFeatures;

public sealed class SkinFeaturesTransformTests
{
    private static readonly MLContext Context = new(seed: 1);

    [Test]
    public void Paths_bytes_and_images_give_the_extractor_s_numbers_with_their_names_before_and_after_saving(
        [Values("ImagePath", "Bytes", "Pixels", "Small")] string column)
    {
        using TemporaryFolder folder = new();
        IDataView data = SmallImages.AllKinds(Context, Images(folder, 3));
        ITransformer model = Context.Transforms.ExtractSkinFeatures("Features", column).Fit(data);
        IEnumerable<RgbImage> images = column == "Small" ? data.GetColumn<MLImage>("Small").Select(MLImagePixels.ToRgb)
            : data.GetColumn<string>("ImagePath").Select(path => RgbImage.Load(path));
        float[][] expected = [.. images.Select(SkinFeatureExtractor.Extract)];
        IDataView made = model.Transform(data), loaded = Reload(model, data, folder).Transform(data);
        foreach (IDataView view in new[] { made, loaded })
        {
            Assert.That(view.GetColumn<float[]>("Features"), Is.EqualTo(expected));
            Assert.That(view.GetColumn<string>("ImageError"), Is.All.Empty);
            VBuffer<ReadOnlyMemory<char>> names = default;
            view.Schema["Features"].GetSlotNames(ref names);
            Assert.That(names.DenseValues().Select(n => n.ToString()), Is.EqualTo(SkinFeatureExtractor.Names));
            Assert.That(view.Schema["Features"].Annotations.Schema.Select(a => a.Name), Is.EqualTo(new[] { "SlotNames" }));
            Assert.That(view.Schema["Features"].Type, Is.EqualTo(new VectorDataViewType(NumberDataViewType.Single, 176)));
            Assert.That(view.Schema.Where(c => !c.IsHidden).Select(c => c.Name),
                Is.EquivalentTo(data.Schema.Where(c => !c.IsHidden).Select(c => c.Name).Concat(["Features", "ImageError"])));
        }
    }

    [Test]
    public void A_column_named_score_of_the_input_stays_as_it_is_and_the_descriptors_may_have_that_name()
    {
        using TemporaryFolder folder = new();
        IDataView data = Images(folder, 2);
        ITransformer beside = Context.Transforms.ExtractSkinFeatures("Features", "ImagePath").Fit(data);
        foreach (ITransformer model in new[] { beside, Reload(beside, data, folder) })
            Assert.That(model.Transform(data).GetColumn<float>("Score"), Is.EqualTo(new[] { 0f, 1f }));
        ITransformer over = Context.Transforms.ExtractSkinFeatures(new SkinFeaturesEstimator.Options
        {
            OutputColumnName = "Score",
            InputColumnName = "ImagePath",
            ErrorColumnName = "PredictedLabel",
        }).Fit(data);
        IDataView loaded = Reload(over, data, folder).Transform(data);
        Assert.That(loaded.GetColumn<float[]>("Score"), Is.EqualTo(beside.Transform(data).GetColumn<float[]>("Features")));
        Assert.That(loaded.GetColumn<string>("PredictedLabel"), Is.EqualTo(new[] { "", "" }));
    }

    [Test]
    public void A_fresh_process_gives_the_same_scores_of_a_trainer_on_descriptors()
    {
        using TemporaryFolder folder = new();
        IDataView data = Images(folder, 4);
        data = Context.Transforms.Conversion.MapValueToKey("Label", "Class").Append(Context.Transforms.DropColumns("Score", "Class")).Fit(data).Transform(data);
        ITransformer model = Context.Transforms.ExtractSkinFeatures("Features", "ImagePath").Append(Context.Transforms.NormalizeMeanVariance("Features"))
            .Append(Context.MulticlassClassification.Trainers.LbfgsMaximumEntropy(l1Regularization: 0, l2Regularization: 0.01f)).Fit(data);
        string zip = folder.File("descriptors.zip");
        Context.Model.Save(model, data.Schema, zip);
        string[][] lines = InsideMlNetSample.Score(zip, data.GetColumn<string>("ImagePath"));
        float[][] scores = [.. model.Transform(data).GetColumn<float[]>("Score")];
        Assert.That(lines.Select(l => l[2..].Select(s => float.Parse(s, CultureInfo.InvariantCulture))), Is.EqualTo(scores));
        Assert.That(lines.Select(l => l[1]), Is.EqualTo(scores.Select(s => s[0] >= s[1] ? "even" : "odd")));
        Assert.That(scores.Select(s => s[0]), Is.Unique, "every image has descriptors of its own");
    }

    [Test]
    public void The_shape_that_an_estimator_promises_is_the_one_it_keeps()
    {
        using TemporaryFolder folder = new();
        IDataView data = Images(folder, 1);
        SkinFeaturesEstimator estimator = Context.Transforms.ExtractSkinFeatures("Features", "ImagePath");
        SchemaShape shape = estimator.GetOutputSchema(ShapeOf(data));
        SchemaShape.Column promised = shape.Single(c => c.Name == "Features");
        DataViewSchema kept = estimator.Fit(data).Transform(data).Schema;
        Assert.That(shape.Select(c => c.Name), Is.EquivalentTo(kept.Select(c => c.Name)));
        Assert.That(kept["Features"].Type, Is.EqualTo(new VectorDataViewType(NumberDataViewType.Single, 176)));
        Assert.That((promised.Kind, promised.ItemType), Is.EqualTo((SchemaShape.Column.VectorKind.Vector, (DataViewType)NumberDataViewType.Single)));
        Assert.That(promised.Annotations.Select(a => a.Name), Does.Contain("SlotNames"));
    }

    [Test]
    public void An_unreadable_image_gives_NaN_and_a_reason_or_an_error_and_both_name_the_file()
    {
        using TemporaryFolder folder = new();
        string gone = folder.File("gone.png"), damaged = folder.File("damaged.png");
        File.WriteAllBytes(damaged, [137, 80, 78, 71, 13, 10, 26, 10, 0]);
        IDataView data = Context.Data.LoadFromEnumerable([new Row { ImagePath = gone }, new Row { ImagePath = damaged }]);
        ITransformer soft = Context.Transforms.ExtractSkinFeatures("F", "ImagePath").Fit(data);
        foreach (ITransformer model in new[] { soft, Reload(soft, data, folder) })
        {
            string[] reasons = [.. model.Transform(data).GetColumn<string>("ImageError")];
            Assert.That((reasons[0].Contains(gone), reasons[1].StartsWith(damaged)), Is.EqualTo((true, true)), string.Join('\n', reasons));
            Assert.That(model.Transform(data).GetColumn<float[]>("F").SelectMany(f => f), Has.All.NaN);
        }
        ITransformer hard = Context.Transforms.ExtractSkinFeatures(new SkinFeaturesEstimator.Options
        {
            InputColumnName = "ImagePath",
            ThrowOnUnreadableImage = true,
        }).Fit(data);
        foreach (ITransformer model in new[] { hard, Reload(hard, data, folder) })
            Assert.That(Assert.Catch(() => _ = model.Transform(data).GetColumn<float[]>("Features").ToArray())!.GetBaseException().Message, Does.Contain(gone));
    }

    [Test]
    public void Faults_of_columns_are_one_sentence()
    {
        IDataView data = Context.Data.LoadFromEnumerable([new Row()]);
        Assert.That(Assert.Catch<ArgumentOutOfRangeException>(() => Context.Transforms.ExtractSkinFeatures("F", "Nothing").Fit(data))!.Message, Is.EqualTo(
            "Column 'Nothing': expected a column with a path (text), an image (MLImage) or the bytes of an image file (vector of byte), received a table "
            + "without it; its columns are ImagePath, Class, Score. Name one of them."));
        Assert.That(Assert.Catch<ArgumentOutOfRangeException>(() => Context.Transforms.ExtractSkinFeatures("F", "Score").Fit(data))!.Message, Is.EqualTo(
            "Column 'Score': expected a path (text), an image (MLImage) or the bytes of an image file (vector of byte), received Single. Name the column with "
            + "the images, or make one with LoadImages or LoadRawImageBytes."));
        ArgumentException twice = Assert.Catch<ArgumentException>(() => Context.Transforms.ExtractSkinFeatures("ImageError", "ImagePath"))!;
        Assert.That((twice.Message, twice.ParamName), Is.EqualTo((
            "ExtractSkinFeatures: ErrorColumnName: expected another name than that of OutputColumnName, received 'ImageError' for both.", "options")));
    }

    private static ITransformer Reload(ITransformer model, IDataView data, TemporaryFolder folder)
    {
        string file = folder.File("model.zip");
        Context.Model.Save(model, data.Schema, file);
        return new MLContext().Model.Load(file, out _);
    }

    private static IDataView Images(TemporaryFolder folder, int count)
    {
        List<Row> rows = [];
        for (int i = 0; i < count; i++)
        {
            rows.Add(new Row { ImagePath = Path.Combine(folder.FullPath, $"{i}.png"), Class = i % 2 == 0 ? "even" : "odd", Score = i });
            SkinFeatureGoldenTests.Source(200, 120 + 10 * i).Save(rows[i].ImagePath);
        }
        return Context.Data.LoadFromEnumerable(rows);
    }

    private static SchemaShape ShapeOf(IDataView data) => Context.Transforms.CopyColumns("Copy", "ImagePath").Append(
        Context.Transforms.DropColumns("Copy")).GetOutputSchema(new SchemaShape(Shape(data)));

    /// <summary>Column shapes have no public constructor: an estimator makes one.</summary>
    private static IEnumerable<SchemaShape.Column> Shape(IDataView data)
    {
        SchemaShape made = Context.Transforms.CustomMapping<Nothing, Row>((_, _) => { }, null).GetOutputSchema(new SchemaShape([]));
        return made.Where(c => data.Schema.GetColumnOrNull(c.Name) is not null);
    }

    private sealed class Nothing { }

    private sealed class Row
    {
        public string ImagePath { get; set; } = "";

        public string Class { get; set; } = "";

        public float Score { get; set; }
    }
}
