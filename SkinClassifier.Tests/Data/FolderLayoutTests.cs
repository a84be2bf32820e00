using SkinClassifier.Common;
using SkinClassifier.Data;

namespace SkinClassifier.Tests.Data;

/// <summary>Folders as people have them: sets under many names, datasets one folder too deep, tables beside them.</summary>
public sealed class FolderLayoutTests
{
    private TestImages _images = null!;
    private int _key;

    [SetUp]
    public void Prepare() => (_images, _key) = (new TestImages(), 0);

    [TearDown]
    public void CleanUp() => _images.Dispose();

    private void Add(params string[] folders)
    {
        foreach (string folder in folders)
            for (int i = 0; i < 3; i++)
                _images.Add($"{folder}/{i}.png", _key++);
    }

    private ImageDataset Read(int minimum = 2) => ImageDataset.FromFolder(_images.Root, new ImageDatasetOptions { MinimumClasses = minimum });

    [TestCase("Training", "Testing")]
    [TestCase("TRAIN", "holdout")]
    [TestCase("train", "eval")]
    [TestCase("training", "Evaluation")]
    public void Folders_of_sets_have_many_names(string train, string test)
    {
        Add($"{train}/a", $"{train}/b", $"{test}/a", $"{test}/b", "DEV/a", "DEV/b");
        ImageDataset data = Read();
        Assert.That(data.Labels, Is.EqualTo(new[] { "a", "b" }));
        DatasetSplits sets = data.Split(0.2, 0.2);
        Assert.That(new[] { sets.Train, sets.Validation, sets.Test }.Select(s => s.Examples.Count), Is.EqualTo(new[] { 6, 6, 6 }));
        Assert.That(sets.Test.Examples.Select(e => e.Path), Is.All.StartsWith(test + "/"));
    }

    [Test]
    public void Sets_that_hold_images_instead_of_classes_are_refused()
    {
        Add("train", "Test");
        Assert.That(() => Read(), Throws.InstanceOf<InvalidContentException>().With.Message.Contains("class folders inside Test, train"));
    }

    [Test]
    public void Classes_that_all_hold_the_same_folders_are_doubted()
    {
        Add("clinic 1/mel", "clinic 1/nv", "clinic 2/mel", "clinic 2/nv");
        Assert.That(Read().Warnings.Single(), Does.Contain("'clinic 1', 'clinic 2'").And.Contain("(mel, nv)").And.Contain("rename them to train"));
    }

    [Test]
    public void Sets_inside_the_classes_are_told_to_be_turned_around()
    {
        Add("mel/Train", "mel/Test", "nv/Train", "nv/Test");
        Assert.That(Read().Warnings.Single(),
            Does.Contain("sets are drawn at random").And.Contain("Test/mel instead of mel/Test").And.Not.Contain("rename"));
    }

    [TestCase("photos", "metadata.csv")]
    [TestCase("input", "truth.csv")]
    public void Where_the_folders_tell_no_classes_the_table_that_does_is_named(string folder, string table)
    {
        Add($"{folder}/part_1", $"{folder}/part_2");
        _images.AddText(table, "image,dx\npart_1/0,mel\npart_2/1,nv\n");
        string expected = $"`skinclassifier train {Path.Combine(_images.Root, table)}` uses its column 'dx'";
        Assert.That(() => Read(), Throws.InstanceOf<InvalidContentException>().With.Message.Contains(expected).And.Message.Not.Contains("one folder deeper"));
        Assert.That(Read(1).Warnings, Has.Some.Contains(expected));
    }

    [Test]
    public void Images_without_any_class_folder_are_named()
    {
        _images.Add("first.png", 1);
        Assert.That(() => Read(), Throws.InstanceOf<InvalidContentException>().With.Message.Contains("have no class").And.Message.Contains("first.png"));
    }

    [Test]
    public void Everything_one_folder_deeper_is_said()
    {
        Add("photos/mel", "photos/nv", "__MACOSX/photos");
        Assert.That(() => Read(),
            Throws.InstanceOf<InvalidContentException>().With.Message.Contains("one folder deeper").And.Message.Contains(Path.Combine(_images.Root, "photos")));
        Assert.That(Read(1).Warnings.Single(), Does.Contain("The only class is 'photos'"));
    }

    [Test]
    public void Everything_one_folder_deeper_in_each_set_is_said()
    {
        Add("train/images/mel", "train/images/nv", "test/images/mel", "test/images/nv");
        Assert.That(() => Read(), Throws.InstanceOf<InvalidContentException>().With.Message.Contains("'images' of each set"));
    }

    [Test]
    public void Usual_folders_are_not_doubted()
    {
        Add("mel/2019", "mel/2020", "nv/2019", "nv/extra", "grade 1", "grade 2");
        Assert.That(Read().Warnings, Is.Empty);
    }

    [Test]
    public void The_output_of_a_run_beside_the_classes_is_no_class()
    {
        Add("a", "b", "old/checkpoint", "now");
        _images.AddText("old/config.json", "{}");
        _images.AddText($"now/{SkinClassifier.Training.Output.RunLock.FileName}", "");
        ImageDataset data = Read();
        Assert.That(data.Labels, Is.EqualTo(new[] { "a", "b" }));
        Assert.That(data.Warnings.Single(), Does.Contain("'old' holds the results of a run"));
    }

    [Test]
    public void Pieces_of_one_set_of_images_are_doubted()
    {
        Add("imgs_part_1", "imgs_part_2", "imgs_part_3");
        Assert.That(Read().Warnings.Single(), Does.Contain("differ only in a number"));
    }

    [Test]
    public void A_table_beside_the_folders_is_named_with_the_command_that_uses_it()
    {
        Add("a", "b");
        _images.AddText("ground truth.csv", "image,diagnostic\na/0,x\nb/1,y\n");
        _images.AddText("notes.csv", "when,who\n1,2\n");
        string[] warnings = [.. Read().Warnings];
        Assert.That(warnings, Has.Some.Contains($"skinclassifier train {Path.Combine(_images.Root, "ground truth.csv")}` uses its column 'diagnostic'"));
        Assert.That(warnings, Has.Some.Contains("notes.csv beside the class folders is not used").And.Some.Contains("data inspect"));
    }

    [Test]
    public void Metadata_with_other_classes_than_the_folders_is_named_with_the_command_that_uses_it()
    {
        Add("left", "right");
        _images.AddText("metadata.csv", "file,dx\nleft/0.png,mel\nleft/1.png,nv\nleft/2.png,nv\nright/0.png,mel\nright/1.png,mel\nright/2.png,nv\n");
        Assert.That(Read().Warnings.Single(), Does.Contain("column 'dx' with other classes").And.Contain("skinclassifier train"));
        _images.AddText("metadata.csv", "file,dx\nleft/0.png,L\nleft/1.png,L\nleft/2.png,L\nright/0.png,R\nright/1.png,R\nright/2.png,R\n");
        Assert.That(Read().Warnings, Is.Empty, "each folder is one class under another name");
    }

    [Test]
    public void Class_folders_in_both_unicode_forms_are_one_class()
    {
        Add("N\u00e4vus", "Na\u0308vus", "b");
        ImageDataset data = Read();
        if (Directory.GetDirectories(_images.Root).Length < 3)
            Assert.Ignore("This file system keeps one of the two names only.");
        Assert.That(data.Labels, Is.EqualTo(new[] { "N\u00e4vus", "b" }));
        Assert.That(data.CountByLabel(), Is.EqualTo(new[] { 6, 3 }));
        Assert.That(data.Warnings.Single(), Does.Contain("look the same"));
    }

    [Test]
    public void Classes_without_training_or_test_images_are_named()
    {
        Add("train/a", "train/b", "test/a", "test/c");
        DatasetSplits sets = Read().Split(0, 0.2);
        Assert.That(sets.Train.Warnings,
            Has.Some.StartsWith("The class 'c' has no image to train on").And.Some.StartsWith("The class 'b' has no image in the test set"));
    }
}
