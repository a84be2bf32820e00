using SkinClassifier.Common;
using SkinClassifier.Data;

namespace SkinClassifier.Tests.Data;

public sealed class ImageDatasetFolderTests
{
    private TestImages _images = null!;

    [SetUp]
    public void MakeFolder() => _images = new TestImages();

    [TearDown]
    public void RemoveFolder() => _images.Dispose();

    [Test]
    public void Classes_come_in_ordinal_order_and_paths_are_relative_with_slashes()
    {
        _images.Add("nævus ø/bild 1.png", 1);
        _images.Add("nævus ø/unter/ordner/bild 2.png", 2);
        _images.Add("Zebra/x.png", 3);
        _images.Add("apple/y.png", 4);
        _images.Add("apple/.hidden.png", 5);
        _images.Add(".git/z.png", 6);
        _images.Add("apple/.thumbs/z.png", 7);
        ImageDataset dataset = ImageDataset.FromFolder(_images.Root);
        Assert.That(dataset.Labels, Is.EqualTo(new[] { "Zebra", "apple", "nævus ø" }));
        Assert.That(
            dataset.Examples.Select(e => e.Path), Is.EqualTo(new[] { "Zebra/x.png", "apple/y.png", "nævus ø/bild 1.png", "nævus ø/unter/ordner/bild 2.png" }));
        Assert.That(dataset.Examples.Select(e => e.LabelIndex), Is.EqualTo(new[] { 0, 1, 2, 2 }));
        Assert.That(dataset.CountByLabel(), Is.EqualTo(new[] { 1, 1, 2 }));
        Assert.That(dataset.Skipped, Is.Empty);
        Assert.That(dataset.Warnings, Has.Count.EqualTo(2).And.All.Contains("single image"));
        Assert.That(dataset.Examples[0].ReadContent(), Is.EqualTo(TestImages.Png(3)));
    }

    [Test]
    public void Unreadable_files_are_listed_with_reasons_and_do_not_stop_the_scan()
    {
        _images.Add("a/good.png", 1);
        _images.Add("a/good2.png", 2);
        _images.Add("b/good.png", 3);
        _images.Add("b/good2.png", 4);
        _images.AddText("a/notes.txt", "these are notes about the images");
        _images.Add("b/empty.jpg", []);
        _images.Add("b/cut.png", TestImages.Png(5)[..20]);
        using (FileStream archive = File.Create(Path.Combine(_images.Root, "b", "archive.zip")))
            archive.SetLength(3L << 30);
        if (!OperatingSystem.IsWindows())
            File.CreateSymbolicLink(Path.Combine(_images.Root, "b", "dangling.png"), "nowhere.png");
        ImageDataset dataset = ImageDataset.FromFolder(_images.Root);
        string[] expected = OperatingSystem.IsWindows() ? ["a/notes.txt", "b/archive.zip", "b/cut.png", "b/empty.jpg"]
            : ["a/notes.txt", "b/archive.zip", "b/cut.png", "b/dangling.png", "b/empty.jpg"];
        Assert.That(dataset.Examples, Has.Count.EqualTo(4));
        Assert.That(dataset.Skipped.Select(s => s.Path), Is.EqualTo(expected));
        Assert.That(dataset.Skipped.Select(s => s.Reason), Is.All.Not.Empty.And.All.Not.Contains(_images.Root));
        Assert.That(dataset.Skipped.Single(s => s.Path == "b/empty.jpg").Reason, Does.Contain("empty"));
    }

    [Test]
    public void Links_are_followed_once_and_never_in_a_circle()
    {
        if (OperatingSystem.IsWindows())
            Assert.Ignore("Making links needs a privilege on Windows.");
        _images.Add("a/1.png", 1);
        _images.Add("a/2.png", 2);
        _images.Add("b/1.png", 3);
        _images.Add("b/2.png", 4);
        using TestImages elsewhere = new();
        elsewhere.Add("more/far.png", 9);
        Directory.CreateSymbolicLink(Path.Combine(_images.Root, "a", "more"), Path.Combine(elsewhere.Root, "more"));
        Directory.CreateSymbolicLink(Path.Combine(_images.Root, "a", "again"), Path.Combine(elsewhere.Root, "more"));
        Directory.CreateSymbolicLink(Path.Combine(_images.Root, "a", "up"), "..");
        Directory.CreateSymbolicLink(Path.Combine(_images.Root, "b", "self"), ".");
        Directory.CreateSymbolicLink(Path.Combine(_images.Root, "c"), ".");
        ImageDataset dataset = ImageDataset.FromFolder(_images.Root);
        Assert.That(dataset.Examples.Select(e => e.Path), Is.EqualTo(new[] { "a/1.png", "a/2.png", "a/again/far.png", "b/1.png", "b/2.png" }));
        Assert.That(dataset.Warnings.Count(w => w.Contains("not followed")), Is.EqualTo(4), string.Join('\n', dataset.Warnings));
    }

    [TestCase("validation")]
    [TestCase("val")]
    [TestCase("valid")]
    public void Part_folders_are_used_and_keep_their_images(string validation)
    {
        foreach (string split in new[] { "train", validation, "test" })
            foreach (string label in new[] { "a", "b" })
                for (int i = 0; i < 4; i++)
                    _images.Add($"{split}/{label}/{split}{i}.png", split[0] * 100 + label[0] * 10 + i);
        ImageDataset dataset = ImageDataset.FromFolder(_images.Root);
        Assert.That(dataset.Labels, Is.EqualTo(new[] { "a", "b" }));
        DatasetSplits splits = dataset.Split(0.5, 0.4);
        Assert.That(splits.Train.Examples.Select(e => e.Path).ToList(), Has.Count.EqualTo(8).And.All.StartsWith("train/"));
        Assert.That(splits.Validation.Examples.Select(e => e.Path).ToList(), Has.Count.EqualTo(8).And.All.StartsWith(validation + "/"));
        Assert.That(splits.Test.Examples.Select(e => e.Path).ToList(), Has.Count.EqualTo(8).And.All.StartsWith("test/"));
        TrainTestData two = dataset.TrainTestSplit();
        Assert.That(two.TrainSet.Examples.Count(e => e.Split == DatasetSplit.Validation), Is.EqualTo(8));
        Assert.That(two.TestSet.Examples, Has.Count.EqualTo(8));
    }

    [Test]
    public void A_missing_part_is_taken_from_the_train_folder()
    {
        for (int i = 0; i < 10; i++)
            foreach (string label in new[] { "a", "b" })
                _images.Add($"{(i < 8 ? "train" : "test")}/{label}/{i}.png", label[0] * 100 + i);
        DatasetSplits splits = ImageDataset.FromFolder(_images.Root).Split(0.25, 0.2);
        Assert.That(splits.Validation.CountByLabel(), Is.EqualTo(new[] { 2, 2 }));
        Assert.That(splits.Validation.Examples.Select(e => e.Path), Is.All.StartsWith("train/"));
        Assert.That(splits.Test.CountByLabel(), Is.EqualTo(new[] { 2, 2 }));
        Assert.That(splits.Train.CountByLabel(), Is.EqualTo(new[] { 6, 6 }));
    }

    [Test]
    public void Fewer_than_two_classes_is_an_error_that_says_what_to_do()
    {
        _images.Add("only/1.png", 1);
        Directory.CreateDirectory(Path.Combine(_images.Root, "empty"));
        InvalidContentException error = Assert.Throws<InvalidContentException>(() => ImageDataset.FromFolder(_images.Root))!;
        Assert.That(error.Message, Does.Contain("at least 2 classes").And.Contain("'only'").And.Contain("one folder per class"));
        Assert.That(ImageDataset.FromFolder(_images.Root, new ImageDatasetOptions { MinimumClasses = 1 }).Labels, Is.EqualTo(new[] { "only" }));
        Assert.Throws<DirectoryNotFoundException>(() => ImageDataset.FromFolder(Path.Combine(_images.Root, "absent")));
    }

    [Test]
    public void Empty_classes_single_images_and_the_same_image_in_two_classes_are_warnings()
    {
        _images.Add("a/1.png", 1);
        _images.Add("a/2.png", 2);
        _images.Add("b/copy.png", 1);
        Directory.CreateDirectory(Path.Combine(_images.Root, "c"));
        ImageDataset dataset = ImageDataset.FromFolder(_images.Root);
        Assert.That(dataset.Labels, Is.EqualTo(new[] { "a", "b" }));
        Assert.That(dataset.Warnings, Has.Some.Contains("'c' has no readable image"));
        Assert.That(dataset.Warnings, Has.Some.Contains("'b' has a single image (b/copy.png)"));
        Assert.That(dataset.Warnings, Has.Some.Contains("a/1.png ('a') and b/copy.png ('b')"));
    }

    [Test]
    public void Metadata_is_joined_by_the_column_that_names_the_images()
    {
        for (int i = 0; i < 4; i++)
        {
            _images.Add($"a/IMG_{i}.png", i);
            _images.Add($"b/IMG_1{i}.png", 10 + i);
        }
        _images.AddText("metadata.csv", "\uFEFFlesion_id;image_id;note\r\nL1;IMG_0;\"a; \"\"quoted\"\" text\"\r\nL1;IMG_1.png;x\r\nL2;IMG_10;y\r\n"
            + "L2;IMG_11;z\r\nL3;IMG_99;no such image\r\n");
        ImageDataset dataset = ImageDataset.FromFolder(_images.Root, new ImageDatasetOptions { GroupBy = "lesion_id" });
        Assert.That(dataset.Examples[0].Columns["note"], Is.EqualTo("a; \"quoted\" text"));
        Assert.That(dataset.Examples.Select(e => e.Group), Is.EqualTo(new[] { "L1", "L1", null, null, "L2", "L2", null, null }));
        Assert.That(dataset.Warnings, Has.Some.Contains("4 images have no row in the metadata (first: a/IMG_2.png)"));
        ArgumentException error = Assert.Throws<ArgumentException>(() => dataset.Split(0.1, 0.2, groupBy: "patient"))!;
        Assert.That(error.Message, Does.Contain("'patient'").And.Contain("lesion_id"));
    }

    [Test]
    public void Metadata_that_is_not_a_table_is_refused_with_its_row()
    {
        _images.Add("a/1.png", 1);
        _images.Add("b/1.png", 2);
        _images.AddText("metadata.csv", "image,lesion\n1,2\n1,2,3\n");
        Assert.That(() => ImageDataset.FromFolder(_images.Root),
            Throws.TypeOf<InvalidContentException>().With.Message.Contains("row 3 has 3 fields, the header has 2"));
    }

    [Test]
    public void Csv_files_give_paths_labels_parts_and_columns()
    {
        _images.Add("img/x 1.png", 1);
        _images.Add("img/x 2.png", 2);
        _images.Add("img/x 3.png", 3);
        string csv = _images.AddText(
            "list.csv", "path,label,group,part,age\nimg/x 1.png,b,g1,train,50\nimg\\x 2.png,a,,test,\nimg/x 3,a,g2,val,7\nimg/none.png,a,,,\n,a,,,\n");
        ImageDataset dataset = ImageDataset.FromCsv(csv);
        Assert.That(dataset.Labels, Is.EqualTo(new[] { "a", "b" }));
        Assert.That(dataset.Examples.Select(e => e.Path), Is.EqualTo(new[] { "img/x 1.png", "img/x 2.png", "img/x 3.png" }));
        Assert.That(dataset.Examples.Select(e => e.Split), Is.EqualTo(new[] { DatasetSplit.Train, DatasetSplit.Test, DatasetSplit.Validation }));
        Assert.That(dataset.Examples.Select(e => e.Group), Is.EqualTo(new[] { "g1", null, "g2" }));
        Assert.That(dataset.Examples[0].Columns["age"], Is.EqualTo("50"));
        Assert.That(dataset.Skipped.Select(s => s.Reason), Has.Some.Contains("no such file").And.Some.Contains("Row 6"));
        Assert.That(() => ImageDataset.FromCsv(csv, new ImageDatasetOptions { LabelColumn = "dx" }),
            Throws.TypeOf<InvalidContentException>().With.Message.Contains("dx"));
    }
}
