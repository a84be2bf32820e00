using Microsoft.ML;
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
}
