using Microsoft.ML;
using Microsoft.ML.Runtime;
using SkinClassifier.Data;
using SkinClassifier.Tests.Data;

namespace SkinClassifier.Tests.MLNet;

public sealed class DataCatalogTests
{
    [Test]
    public void A_folder_is_loaded_from_the_catalog_with_keys_and_previewed_by_the_real_library()
    {
        using TestImages images = new();
        images.Add("mel/a.png", 1);
        images.Add("nv/b.png", 2);
        MLContext context = new(seed: 1);
        ImageDataset data = context.Data.LoadImagesFromFolder(images.Root);
        Assert.That(data.Preview().RowView.Select(r => r.Values.Single(v => v.Key == "Label").Value), Is.EqualTo(new object[] { 1u, 2u }));
    }

    [Test]
    public void Skipped_files_and_warnings_are_reported_in_the_log()
    {
        using TestImages images = new();
        images.Add("mel/a.png", 1);
        images.Add("nv/b.png", 2);
        images.AddText("nv/broken.png", "no image");
        MLContext context = new(seed: 1);
        List<string> warnings = [], messages = [];
        context.Log += (_, e) => (e.Kind == ChannelMessageKind.Warning ? warnings : messages).Add(e.Message);
        context.Data.LoadImagesFromFolder(images.Root);
        Assert.That(warnings, Has.Some.Contains("nv/broken.png").And.Some.Contains("The file was left out.").And.Some.Contains("single image"));
        Assert.That(messages, Has.Some.Contains("2 images of 2 classes"));
    }

    [Test]
    public void A_table_of_images_is_loaded_split_by_ML_NET_and_read_back()
    {
        using TestImages images = new();
        string[] lines = [.. Enumerable.Range(0, 20).Select(i => $"{Path.GetFileName(images.Add($"{i}.png", i))},{(i % 2 == 0 ? "mel" : "nv")},p{i / 2}")];
        string table = images.AddText("table.csv", "path,label,patient\n" + string.Join('\n', lines));
        MLContext context = new(seed: 1);
        ImageDataset data = context.Data.LoadImagesFromCsv(table);
        Assert.That(data.Schema.Select(c => c.Name), Does.Contain("patient"));
        var split = context.Data.TrainTestSplit(data, 0.3, samplingKeyColumnName: "patient");
        ImageDataset train = ImageDataset.FromDataView(split.TrainSet), test = ImageDataset.FromDataView(split.TestSet);
        Assert.That(train.Examples.Concat(test.Examples).Select(e => e.File).Order(), Is.EqualTo(data.Examples.Select(e => e.File).Order()));
        Assert.That(train.Examples.Select(e => e.Columns["patient"]).Intersect(test.Examples.Select(e => e.Columns["patient"])), Is.Empty);
    }
}
