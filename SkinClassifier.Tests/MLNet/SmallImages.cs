using Microsoft.ML;
using SkinClassifier.Imaging;
using SkinClassifier.MLNet;
using SkinClassifier.MLNet.Images;
using SkinClassifier.MLNet.Rows;
using SkinClassifier.Models;
using SkinClassifier.Tests.Models;

namespace SkinClassifier.Tests.MLNet;

/// <summary>Image files of three colors, rows that name them, and transformers without training.</summary>
internal sealed class SmallImages : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public SmallImages(int perClass = 4)
    {
        Random random = new(1);
        foreach (string label in new[] { "green", "red", "blue" })
            for (int i = 0; i < perClass; i++)
            {
                RgbImage image = new(20 + i, 16);
                random.NextBytes(image.Pixels);
                for (int p = label == "red" ? 0 : label == "green" ? 1 : 2; p < image.Pixels.Length; p += 3)
                    image.Pixels[p] = (byte)(200 + random.Next(55));
                string path = File($"{label}-{i}.png");
                image.Save(path);
                Rows.Add(new ImageRowInput { ImagePath = path, Class = label, Lesion = $"{label}{i / 2}" });
            }
    }

    public List<ImageRowInput> Rows { get; } = [];

    public string File(string name) => _folder.File(name);

    /// <summary>The rows with a key of the classes in the order red, green, blue, which is not the order of the alphabet.</summary>
    public IDataView Keyed(MLContext context, IEnumerable<ImageRowInput>? rows = null)
    {
        IDataView keys = context.Data.LoadFromEnumerable(new[] { "red", "green", "blue" }.Select(c => new ImageRowInput { Class = c }));
        return context.Transforms.Conversion.MapValueToKey("Label", "Class", keyData: context.Transforms.SelectColumns("Class").Fit(keys).Transform(keys))
            .Fit(keys).Transform(context.Data.LoadFromEnumerable(rows ?? Rows));
    }

    /// <summary>The same rows with a column "Pixels" of images, "Small" of images of 8×8, and "Bytes" of files.</summary>
    public IDataView AllKinds(MLContext context) => AllKinds(context, Keyed(context));

    public static IDataView AllKinds(MLContext context, IDataView rows) => context.Transforms.LoadImages("Pixels", "", "ImagePath")
        .Append(context.Transforms.ResizeImages("Small", 8, 8, "Pixels")).Append(context.Transforms.LoadRawImageBytes("Bytes", "", "ImagePath"))
        .Fit(rows).Transform(rows);

    public static ImageClassificationModel Model { get; } = SmallModels.Create(["red", "green", "blue"], sharpness: 0.001f);

    public static ImageNetworkTransformer Transformer(MLContext context, IDataView data, string column, bool throws = false,
        ImageNetworkTrainer.Options? options = null, ImageClassificationModel? model = null) =>
            new(CatalogEnvironment.Of(context.Transforms), ImageColumn.Find(data.Schema, column),
            new ScoreStep(model ?? Model) { ThrowOnUnreadableImage = throws }, options ?? new ImageNetworkTrainer.Options(), data.Schema);

    public void Dispose() => _folder.Dispose();
}

/// <summary>A row that names an image.</summary>
public sealed class ImageRowInput
{
    public string ImagePath { get; set; } = "";

    public string Class { get; set; } = "";

    public string Lesion { get; set; } = "";
}

/// <summary>What comes out.</summary>
public sealed class ImageRowOutput
{
    public float[] Score { get; set; } = [];

    public uint PredictedLabel { get; set; }

    public string ImageError { get; set; } = "";
}
