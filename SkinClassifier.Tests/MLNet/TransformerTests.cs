using Microsoft.ML;
using Microsoft.ML.Data;
using SkinClassifier.Common;
using SkinClassifier.Imaging;
using SkinClassifier.MLNet;
using SkinClassifier.MLNet.Images;
using SkinClassifier.Prediction;

namespace SkinClassifier.Tests.MLNet;

public sealed class TransformerTests : SmallImagesTests
{
    [TestCase("ImagePath")]
    [TestCase("Pixels")]
    [TestCase("Bytes")]
    public void Scores_are_those_of_the_prediction_engine_bit_for_bit(string column)
    {
        IDataView data = _images.AllKinds(_context);
        IDataView scored = SmallImages.Transformer(_context, data, column).Transform(data);
        float[][] scores = [.. scored.GetColumn<float[]>("Score")];
        using PredictionEngine engine = new(SmallImages.Model);
        float[][] expected = [.. _images.Rows.Select(r => engine.Predict(r.ImagePath).Score.ToArray())];
        Assert.That(scores, Is.EqualTo(expected));
        Assert.That(scored.GetColumn<uint>("PredictedLabel"), Is.EqualTo(expected.Select(s => (uint)s.IndexOf(s.Max()) + 1)));
        Assert.That(scored.GetColumn<string>("ImageError"), Is.All.Empty);
    }

    [Test]
    public void Images_of_known_size_are_scored_as_their_pixels()
    {
        IDataView data = _images.AllKinds(_context);
        float[][] scores = [.. SmallImages.Transformer(_context, data, "Small").Transform(data).GetColumn<float[]>("Score")];
        using PredictionEngine engine = new(SmallImages.Model);
        float[][] expected = [.. data.GetColumn<MLImage>("Small").Select(i => engine.Predict(MLImagePixels.ToRgb(i)).Score.ToArray())];
        Assert.That(scores, Is.EqualTo(expected));
    }

    [Test]
    public void Columns_have_the_annotations_of_ML_NETs_own_scorers()
    {
        IDataView data = _images.Keyed(_context);
        DataViewSchema schema = SmallImages.Transformer(_context, data, "ImagePath").GetOutputSchema(data.Schema);
        VBuffer<ReadOnlyMemory<char>> names = default;
        schema["Score"].GetSlotNames(ref names);
        Assert.That(names.DenseValues().Select(n => n.ToString()), Is.EqualTo(new[] { "red", "green", "blue" }));
        schema["Score"].Annotations.GetValue("TrainingLabelValues", ref names);
        Assert.That(names.Length, Is.EqualTo(3));
        schema["PredictedLabel"].GetKeyValues(ref names);
        Assert.That(names.DenseValues().Select(n => n.ToString()), Is.EqualTo(new[] { "red", "green", "blue" }));
        IDataView scored = SmallImages.Transformer(_context, data, "ImagePath").Transform(data);
        IDataView own = _context.Transforms.CopyColumns("Features", "Score").Append(_context.MulticlassClassification.Trainers.LbfgsMaximumEntropy())
            .Fit(scored).Transform(scored);
        foreach (string name in new[] { "Score", "PredictedLabel" })
        {
            Assert.That(schema[name].Annotations.Schema.Select(a => a.Name),
                Is.EquivalentTo(own.Schema[name].Annotations.Schema.Select(a => a.Name)));
            Assert.That(schema[name].Type, Is.EqualTo(own.Schema[name].Type));
        }
    }

    [Test]
    public void Prediction_engines_of_ML_NET_give_the_same_scores_and_four_run_at_once()
    {
        IDataView data = _images.Keyed(_context);
        ITransformer model = SmallImages.Transformer(_context, data, "ImagePath");
        using PredictionEngine engine = new(SmallImages.Model);
        float[][] expected = [.. _images.Rows.Select(r => engine.Predict(r.ImagePath).Score.ToArray())];
        float[][][] seen = new float[4][][];
        Parallel.For(0, 4, i =>
        {
            using var predictor = _context.Model.CreatePredictionEngine<ImageRowInput, ImageRowOutput>(
                model, new PredictionEngineOptions { OwnsTransformer = false });
            seen[i] = [.. _images.Rows.Select(r => predictor.Predict(r).Score)];
        });
        Assert.That(seen, Is.All.EqualTo(expected));
    }

    [Test]
    public void Only_columns_that_are_asked_for_cost_anything_and_cursors_shuffle_and_split()
    {
        IDataView data = _images.Keyed(_context, [.. _images.Rows, new ImageRowInput { ImagePath = "nowhere.png", Class = "red" }]);
        List<string> log = [];
        _context.Log += Note;
        IDataView scored = SmallImages.Transformer(_context, data, "ImagePath", throws: true).Transform(data);
        Assert.That(scored.GetColumn<string>("Class").Count(), Is.EqualTo(13), "no image is read");
        Assert.That(() => scored.GetColumn<uint>("PredictedLabel").Count(), Throws.InstanceOf<FileNotFoundException>());
        IDataView soft = SmallImages.Transformer(_context, data, "ImagePath").Transform(data);
        DataViewSchema.Column column = soft.Schema["PredictedLabel"];
        int rows = 0;
        foreach (DataViewRowCursor cursor in soft.GetRowCursorSet([column], 3, new Random(2)))
            using (cursor)
                while (cursor.MoveNext())
                    rows++;
        Assert.That((rows, _context.Data.ShuffleRows(soft, 3).GetColumn<uint>("PredictedLabel").Count()), Is.EqualTo((13, 13)));
        _context.Log -= Note;
        Assert.That(log, Has.Some.Contains("nowhere.png"));

        void Note(object? sender, LoggingEventArgs e)
        {
            if (e.Kind == Microsoft.ML.Runtime.ChannelMessageKind.Warning)
                log.Add(e.Message);
        }
    }

    [Test]
    public void An_unreadable_image_gives_missing_values_and_its_reason()
    {
        string broken = _images.File("broken.png");
        File.WriteAllBytes(broken, [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 1, 2, 3]);
        IDataView data = _images.Keyed(_context,
            [new ImageRowInput { ImagePath = broken, Class = "red" }, _images.Rows[0], new ImageRowInput { Class = "red" }]);
        ImageRowOutput[] rows = [.. _context.Data.CreateEnumerable<ImageRowOutput>(
            _context.Transforms.Conversion.ConvertType("PredictedLabel", outputKind: DataKind.UInt32).Fit(Score()).Transform(Score()), false)];
        Assert.That(rows.Select(r => float.IsNaN(r.Score[0])), Is.EqualTo(new[] { true, false, true }));
        Assert.That(rows.Select(r => r.ImageError.Length > 0), Is.EqualTo(new[] { true, false, true }));
        Assert.That(rows.Select(r => r.PredictedLabel), Is.EqualTo(new[] { 0u, 2u, 0u }));
        Assert.That(rows[2].ImageError, Is.EqualTo("The row has no path of an image. Fill the column or filter the row."));
        Assert.That(rows[0].ImageError, Does.Contain("broken.png"));
        Assert.That(_context.MulticlassClassification.Evaluate(Score()).MicroAccuracy, Is.InRange(0, 1), "ML.NET counts what has scores");

        IDataView Score() => SmallImages.Transformer(_context, data, "ImagePath").Transform(data);
    }

    [Test]
    public void Another_kind_of_column_than_fitted_is_refused_with_what_to_do()
    {
        IDataView data = _images.AllKinds(_context);
        ImageNetworkTransformer model = SmallImages.Transformer(_context, data, "ImagePath");
        IDataView other = _context.Transforms.CopyColumns("ImagePath", "Bytes").Fit(data).Transform(data);
        Assert.That(() => model.Transform(other), Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains(
            "Column 'ImagePath': expected a path (text), as the images that the model was fitted with, received the bytes of an image file")
            .And.Message.EndsWith("Give the same kind of column, or fit again."));
        Assert.That(() => model.Transform(_context.Data.LoadFromEnumerable(new[] { new ImageRowOutput() })),
            Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("its columns are Score, PredictedLabel, ImageError")
            .And.Message.EndsWith("Name one of them."));
        Assert.That(() => SmallImages.Transformer(_context, data, "Label"), Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains(
            "Column 'Label': expected a path (text), an image (MLImage) or the bytes of an image file (vector of byte), received Key"));
    }

    [Test]
    public void Transparent_pixels_of_ML_NETs_images_lie_over_white_as_ours()
    {
        string path = _images.File("transparent.png");
        MLImage made = MLImage.CreateFromPixels(4, 1, MLPixelFormat.Rgba32, [100, 0, 0, 128, 40, 50, 60, 100, 0, 0, 0, 0, 10, 20, 30, 255]);
        made.Save(path);
        byte[] ours = RgbImage.Load(path).Pixels.ToArray(), theirs = MLImagePixels.ToRgb(MLImage.CreateFromFile(path)).Pixels.ToArray();
        for (int i = 0; i < ours.Length; i++)
            Assert.That(theirs[i], Is.EqualTo(ours[i]).Within(1), $"{i}: {string.Join(" ", ours)} and {string.Join(" ", theirs)}");
    }

    [Test]
    public void A_missing_native_library_is_named_with_its_package()
    {
        Assert.That(() => NativeLibrary.Run(() => throw new TypeInitializationException("SkiaSharp.SKImageInfo", new DllNotFoundException("libSkiaSharp"))),
            Throws.TypeOf<UnsupportedContentException>().With.Message.EqualTo("MLImage: expected the native library of SkiaSharp 2.88, received "
                + "\"libSkiaSharp\". Add the package SkiaSharp.NativeAssets.Linux.NoDependencies 2.88.9 (on Linux) and keep SkiaSharp at 2.88, or give "
                + "the images as paths or bytes, which need no native library."));
        Assert.That(() => NativeLibrary.Run(() => throw new InvalidOperationException("other")), Throws.TypeOf<InvalidOperationException>());
    }
}
