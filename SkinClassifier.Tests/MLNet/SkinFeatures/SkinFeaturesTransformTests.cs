using Microsoft.ML;
using Microsoft.ML.Data;
using SkinClassifier.Imaging;
using SkinClassifier.MLNet.SkinFeatures;

namespace SkinClassifier.Tests.MLNet.SkinFeatures;

public sealed class SkinFeaturesTransformTests
{
    private static readonly MLContext Context = new(seed: 1);

    [Test]
    public void Paths_and_bytes_give_the_extractor_s_numbers_with_their_names()
    {
        using TemporaryFolder folder = new();
        IDataView data = Images(folder, 3);
        data = Context.Transforms.LoadRawImageBytes("Bytes", "", "ImagePath").Fit(data).Transform(data);
        IEstimator<ITransformer> pipeline = Context.Transforms.ExtractSkinFeatures("FromPath", "ImagePath")
            .Append(Context.Transforms.ExtractSkinFeatures("FromBytes", "Bytes"));
        IDataView done = pipeline.Fit(data).Transform(data);
        float[][] expected = [.. data.GetColumn<string>("ImagePath").Select(path => SkinFeatureExtractor.Extract(RgbImage.Load(path)))];
        Assert.That(done.GetColumn<float[]>("FromPath"), Is.EqualTo(expected));
        Assert.That(done.GetColumn<float[]>("FromBytes"), Is.EqualTo(expected));
        VBuffer<ReadOnlyMemory<char>> names = default;
        done.Schema["FromPath"].GetSlotNames(ref names);
        Assert.That(names.DenseValues().Select(n => n.ToString()), Is.EqualTo(SkinFeatureExtractor.Names));
        Assert.That(done.Schema["FromPath"].Annotations.Schema.Select(a => a.Name), Is.EqualTo(new[] { "SlotNames" }));
        Assert.That(done.Schema.Select(c => c.Name), Is.EquivalentTo(new[] { "ImagePath", "Score", "Bytes", "FromPath", "FromBytes" }));
    }

    [Test]
    public void A_column_named_score_of_the_input_stays_as_it_is()
    {
        using TemporaryFolder folder = new();
        IDataView data = Images(folder, 2), done = Context.Transforms.ExtractSkinFeatures("Features", "ImagePath").Fit(data).Transform(data);
        Assert.That(done.GetColumn<float>("Score"), Is.EqualTo(new[] { 0f, 1f }));
    }

    [Test]
    public void A_saved_model_gives_the_same_numbers_after_loading()
    {
        using TemporaryFolder folder = new();
        IDataView data = Images(folder, 3);
        ITransformer model = Context.Transforms.ExtractSkinFeatures("Features", "ImagePath").Fit(data);
        string file = Path.Combine(folder.FullPath, "model.zip");
        Context.Model.Save(model, data.Schema, file);
        IDataView loaded = new MLContext().Model.Load(file, out _).Transform(data);
        Assert.That(loaded.GetColumn<float[]>("Features"), Is.EqualTo(model.Transform(data).GetColumn<float[]>("Features")));
        VBuffer<ReadOnlyMemory<char>> names = default;
        loaded.Schema["Features"].GetSlotNames(ref names);
        Assert.That(names.DenseValues().Last().ToString(), Is.EqualTo(SkinFeatureExtractor.Names[^1]));
    }

    [Test]
    public void The_shape_that_an_estimator_promises_is_the_one_it_keeps()
    {
        using TemporaryFolder folder = new();
        IDataView data = Images(folder, 1);
        SkinFeaturesEstimator estimator = Context.Transforms.ExtractSkinFeatures("Features", "ImagePath");
        SchemaShape.Column promised = estimator.GetOutputSchema(ShapeOf(data)).Single(c => c.Name == "Features");
        DataViewSchema.Column kept = estimator.Fit(data).Transform(data).Schema["Features"];
        Assert.That(kept.Type, Is.EqualTo(new VectorDataViewType(NumberDataViewType.Single, 176)));
        Assert.That((promised.Kind, promised.ItemType), Is.EqualTo((SchemaShape.Column.VectorKind.Vector, (DataViewType)NumberDataViewType.Single)));
        Assert.That(promised.Annotations.Select(a => a.Name), Does.Contain("SlotNames"));
    }

    [Test]
    public void An_unreadable_image_is_an_error_that_names_it_or_NaN_where_that_is_wanted()
    {
        using TemporaryFolder folder = new();
        string path = Path.Combine(folder.FullPath, "gone.png");
        IDataView data = Context.Data.LoadFromEnumerable([new Row { ImagePath = path }]);
        IDataView strict = Context.Transforms.ExtractSkinFeatures("F", "ImagePath").Fit(data).Transform(data);
        Exception error = Assert.Catch(() => _ = strict.GetColumn<float[]>("F").ToArray())!;
        Assert.That(error.ToString(), Does.Contain(path));
        IDataView lenient = Context.Transforms.ExtractSkinFeatures("F", "ImagePath", missingAsNaN: true).Fit(data).Transform(data);
        Assert.That(lenient.GetColumn<float[]>("F").Single(), Has.All.NaN);
    }

    [Test]
    public void A_missing_column_and_a_column_of_another_type_are_refused_with_a_sentence()
    {
        IDataView data = Context.Data.LoadFromEnumerable([new Row()]);
        Assert.That(Assert.Throws<ArgumentOutOfRangeException>(() => Context.Transforms.ExtractSkinFeatures("F", "Nothing").Fit(data))!.Message,
            Does.Contain("expected a column 'Nothing', found none of that name"));
        Assert.That(Assert.Throws<ArgumentOutOfRangeException>(() => Context.Transforms.ExtractSkinFeatures("F", "Score").Fit(data))!.Message,
            Does.Contain("column 'Score': expected paths (text) or bytes of image files (vector of byte), received Single"));
    }

    private static IDataView Images(TemporaryFolder folder, int count)
    {
        List<Row> rows = [];
        for (int i = 0; i < count; i++)
        {
            rows.Add(new Row { ImagePath = Path.Combine(folder.FullPath, $"{i}.png"), Score = i });
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

        public float Score { get; set; }
    }
}
