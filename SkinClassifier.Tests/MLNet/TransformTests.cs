using Microsoft.ML;
using Microsoft.ML.Data;
using SkinClassifier.Backbones;
using SkinClassifier.Data;
using SkinClassifier.Data.Augmentations;
using SkinClassifier.Imaging;
using SkinClassifier.MLNet;
using SkinClassifier.MLNet.Images;
using SkinClassifier.Models;
using SkinClassifier.Trainers;
using SkinClassifier.Trainers.Networks;

namespace SkinClassifier.Tests.MLNet;

public sealed class TransformTests : SmallImagesTests
{
    [TestCase("ImagePath")]
    [TestCase("Pixels")]
    [TestCase("Bytes")]
    public void Resized_images_have_the_pixels_of_our_preprocessing_before_and_after_saving(string column)
    {
        IDataView data = _images.AllKinds(_context);
        AccurateResizingEstimator estimator = _context.Transforms.ResizeImageAccurately("Out", 10, 12, column, ResizeKind.Pad);
        ITransformer model = estimator.Fit(data);
        ImagePreprocessor preprocessor = new(10, 12, ResizeKind.Pad);
        byte[][] expected = [.. _images.Rows.Select(r => preprocessor.Fit(RgbImage.Load(r.ImagePath)).Pixels.ToArray())];
        Assert.That(Pixels(model.Transform(data), "Out"), Is.EqualTo(expected));
        Assert.That(Pixels(Reload(model, data).Transform(data), "Out"), Is.EqualTo(expected));
        Assert.That(Reload(model, data).GetOutputSchema(data.Schema)["Out"].Type, Is.EqualTo(model.GetOutputSchema(data.Schema)["Out"].Type));
    }

    [Test]
    public void Other_trainers_of_ML_NET_see_our_pixels()
    {
        IDataView data = _images.Keyed(_context);
        var pipeline = _context.Transforms.ResizeImageAccurately("Image", 8, 8, "ImagePath").Append(_context.Transforms.ExtractPixels("Features", "Image"))
            .Append(_context.MulticlassClassification.Trainers.LbfgsMaximumEntropy());
        IDataView scored = pipeline.Fit(data).Transform(data);
        float[] planes = new float[3 * 64];
        new ImagePreprocessor(8, 8).Apply(RgbImage.Load(_images.Rows[0].ImagePath), planes);
        Assert.That(scored.GetColumn<float[]>("Features").First(), Is.EqualTo(planes));
        Assert.That(_context.MulticlassClassification.Evaluate(scored).MicroAccuracy, Is.EqualTo(1));
    }

    [Test]
    public void Views_are_those_of_test_time_augmentation()
    {
        IDataView data = _images.Keyed(_context, _images.Rows.Take(1));
        float[] plain = new float[3 * 36], views = new float[8 * plain.Length], seen = new float[plain.Length];
        ImagePreprocessor preprocessor = new(6, 6);
        preprocessor.Apply(RgbImage.Load(_images.Rows[0].ImagePath), plain);
        TestTimeAugmentationViews.Write(plain, 6, 6, 8, views);
        List<string> expected = [.. views.Chunk(plain.Length).Select(v => string.Join(' ', v))], found = [];
        for (int view = 0; view < 8; view++)
        {
            IDataView made = _context.Transforms.ResizeImageAccurately(new AccurateResizingEstimator.Options
            {
                InputColumnName = "ImagePath",
                Width = 6,
                Height = 6,
                View = view,
            }).Fit(data).Transform(data);
            preprocessor.Apply(MLImagePixels.ToRgb(made.GetColumn<MLImage>("Image").First()), seen);
            found.Add(string.Join(' ', seen));
        }
        Assert.That(found, Is.EquivalentTo(expected));
        Assert.That(found[..2], Is.EqualTo(expected[..2]));
        Assert.That(() => _context.Transforms.ResizeImageAccurately(new AccurateResizingEstimator.Options { Height = 100, View = 5 }),
            Throws.InstanceOf<ArgumentException>().With.Message.Contains("View: expected 0 to 3 for images of 224×100, received 5."));
    }

    [Test]
    public void Augmentation_depends_on_seed_epoch_and_row_alone()
    {
        IDataView data = _images.Keyed(_context);
        byte[][] Make(ulong seed, int epoch) => Pixels(_context.Transforms.ResizeImageAccurately(new AccurateResizingEstimator.Options
        {
            InputColumnName = "ImagePath",
            Width = 16,
            Height = 16,
            Augmentation = AugmentationPipeline.Preset("strong"),
            Seed = seed,
            Epoch = epoch,
        }).Fit(data).Transform(data), "Image");
        byte[][] first = Make(1, 0);
        Assert.That(Make(1, 0), Is.EqualTo(first));
        Assert.That(Make(2, 0), Is.Not.EqualTo(first));
        Assert.That(Make(1, 1), Is.Not.EqualTo(first));
    }

    [TestCase("ImagePath")]
    [TestCase("Pixels")]
    public void Features_of_a_network_are_those_that_a_trainer_sees_before_and_after_saving(string column)
    {
        IDataView data = _images.AllKinds(_context);
        ImageClassificationTrainerOptions network = new()
        {
            Pretrained = Architecture.MobileNetV2.Build(new BackboneOptions { Classes = 0, WidthMultiplier = 0.35, InputSize = 32 }),
        };
        NetworkFeatureEstimator estimator = _context.Transforms.ExtractNetworkFeatures(
            new NetworkFeatureEstimator.Options { InputColumnName = column, Network = network });
        ITransformer model = estimator.Fit(data);
        float[][] features = [.. model.Transform(data).GetColumn<float[]>("Features")];
        LoadedBackbone backbone = LoadedBackbone.Load(network);
        float[] planes = new float[backbone.Preprocessor.ValueCount], expected = new float[backbone.FeatureCount];
        using ImageScorer scorer = new(backbone.Features, 32, 32, backbone.FeatureCount, new());
        for (int i = 0; i < features.Length; i++)
        {
            backbone.Preprocessor.Apply(RgbImage.Load(_images.Rows[i].ImagePath), planes);
            scorer.Score(planes, expected);
            Assert.That(features[i], Is.EqualTo(expected));
        }
        IDataView loaded = Reload(model, data).Transform(data);
        Assert.That(loaded.GetColumn<float[]>("Features"), Is.EqualTo(features));
        Assert.That(loaded.Schema["Features"].Type, Is.EqualTo(new VectorDataViewType(NumberDataViewType.Single, estimator.FeatureCount)));
    }

    [Test]
    public void Features_come_from_an_ONNX_file_and_train_ML_NETs_trainers()
    {
        IDataView data = _images.Keyed(_context);
        var pipeline = _context.Transforms.ExtractNetworkFeatures("Features", "ImagePath", SharedFiles.Need("backbones", "squeezenet1_1_imagenet.onnx"))
            .Append(_context.Transforms.NormalizeMeanVariance("Features")).Append(_context.MulticlassClassification.Trainers.LbfgsMaximumEntropy());
        Assert.That(_context.MulticlassClassification.Evaluate(pipeline.Fit(data).Transform(data)).MicroAccuracy, Is.EqualTo(1));
    }

    [Test]
    public void A_network_without_weights_is_refused_with_what_to_do() =>
        Assert.That(() => _context.Transforms.ExtractNetworkFeatures(new NetworkFeatureEstimator.Options { Network = new() { Arch = Architecture.SmallCnn } }),
            Throws.InstanceOf<ArgumentException>()
            .With.Message.Contains("expected a network with weights, received small_cnn without. Give an ONNX file as weightsPath"));

    [Test]
    public void Faults_of_a_transform_are_told_together()
    {
        Assert.That(() => _context.Transforms.ResizeImageAccurately("", 0, 20000, "ImagePath"), Throws.InstanceOf<ArgumentException>().With.Message.EqualTo(
            "ResizeImageAccurately: OutputColumnName: expected the name of a column, received nothing; Width: expected 1 to 16384 pixels, received 0; "
            + "Height: expected 1 to 16384 pixels, received 20000."));
        Assert.That(() => _context.Transforms.ExtractNetworkFeatures("ImageError", "ImagePath", "nowhere.onnx"),
            Throws.InstanceOf<ArgumentException>().With.Message.EqualTo("ExtractNetworkFeatures: ErrorColumnName: expected another name than that of "
            + "OutputColumnName, received 'ImageError' for both; Network.WeightsPath: expected an existing ONNX file, received nowhere.onnx."));
    }

    [Test]
    public void An_unreadable_image_becomes_a_missing_one_with_its_reason()
    {
        IDataView data = _images.Keyed(_context, [new ImageRowInput { ImagePath = "nowhere.png", Class = "red" }]);
        IDataView made = _context.Transforms.ResizeImageAccurately("Image", 8, 8, "ImagePath").Fit(data).Transform(data);
        Assert.That(made.GetColumn<MLImage>("Image").Single(), Is.Null);
        Assert.That(made.GetColumn<string>("ImageError").Single(), Does.Contain("nowhere.png"));
    }

    private ITransformer Reload(ITransformer model, IDataView data)
    {
        using MemoryStream zip = new();
        _context.Model.Save(model, data.Schema, zip);
        zip.Position = 0;
        return new MLContext().Model.Load(zip, out _);
    }

    private static byte[][] Pixels(IDataView view, string column) =>
        [.. view.GetColumn<MLImage>(column).Select(i => MLImagePixels.ToRgb(i).Pixels.ToArray())];
}
