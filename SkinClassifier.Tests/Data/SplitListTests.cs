using SkinClassifier.Common;
using SkinClassifier.Data;
using SkinClassifier.Reports;
using SyntheticImages = SkinClassifier.Tests.Trainers.TestImages;

namespace SkinClassifier.Tests.Data;

/// <summary>Parts as the splits.csv of an earlier run says.</summary>
public sealed class SplitListTests : FolderTests
{
    [Test]
    public void The_list_gives_the_same_images_in_the_same_order()
    {
        ImageDataset data = SyntheticImages.Dataset(12);
        DatasetSplits splits = data.Split(0.2, 0.3, seed: 4), again = data.SplitAs(Listed(splits));
        foreach ((ImageDataset wanted, ImageDataset received)
            in new[] { (splits.Train, again.Train), (splits.Validation, again.Validation), (splits.Test, again.Test) })
            Assert.That(
                received.Examples.Select(e => (e.Path, e.LabelIndex, e.Split)), Is.EqualTo(wanted.Examples.Select(e => (e.Path, e.LabelIndex, e.Split))));
        Assert.That(again.Train.Warnings, Is.Empty);
    }

    [Test]
    public void Groups_come_from_the_list()
    {
        File.WriteAllText(
            _folder.File("splits.csv"), "path,label,group,part\ndisc/000.png,disc,g1,train\nring/000.png,ring,,train\ndisc/001.png,disc,g2,val\n");
        DatasetSplits splits = SyntheticImages.Dataset(3).SplitAs(_folder.File("splits.csv"));
        Assert.That(splits.Train.Examples.Select(e => e.Group), Is.EqualTo(new[] { "g1", null }));
        Assert.That(splits.Validation.Examples.Single().Group, Is.EqualTo("g2"));
        Assert.That(splits.Train.Warnings, Has.Some.StartsWith("6 images are not listed").And.Some.StartsWith("The class 'square' has no image to train on"));
    }

    [Test]
    public void A_lost_image_keeps_its_place_and_cannot_be_read()
    {
        ImageDataset whole = SyntheticImages.Dataset(12);
        string list = Listed(whole.Split(0.2, 0.3, seed: 4));
        DatasetSplits splits = SyntheticImages.Dataset(11).SplitAs(list);
        Assert.That(splits.Train.Examples.Count + splits.Validation.Examples.Count + splits.Test.Examples.Count, Is.EqualTo(36));
        ImageExample[] lost = [.. new[] { splits.Train, splits.Validation, splits.Test }.SelectMany(p => p.Examples)
            .Where(e => e.Path.EndsWith("011.png", StringComparison.Ordinal))];
        Assert.That(lost, Has.Length.EqualTo(3).And.All.Matches<ImageExample>(e => Assert.Throws<FileNotFoundException>(() => e.ReadContent()) is not null));
        Assert.That(splits.Train.Warnings.Single(), Does.StartWith("3 images of").And.Contain("not there any more"));
    }

    [TestCase("path,label\ndisc/000.png,disc\n", "columns path, label and part")]
    [TestCase("path,label,part\ndisc/000.png,disc,train\ndisc/000.png,disc,test\n", "row 3: expected every image once")]
    [TestCase("path,label,part\ndisc/000.png,moon,train\n", "one of the labels disc, ring, square, received 'moon'")]
    [TestCase("path,label,part\ndisc/000.png,ring,train\n", "expected the label 'disc'")]
    [TestCase("path,label,part\ndisc/000.png,disc,somewhere\n", "train, validation or test, received 'somewhere'")]
    [TestCase("path,label,part\ndisc/000.png,disc,test\n", "of the split train, received none")]
    public void What_is_no_such_list_is_refused(string text, string expected)
    {
        File.WriteAllText(_folder.File("splits.csv"), text);
        Assert.That(
            () => SyntheticImages.Dataset(2).SplitAs(_folder.File("splits.csv")), Throws.InstanceOf<InvalidContentException>().With.Message.Contains(expected));
    }

    private string Listed(DatasetSplits splits)
    {
        RunTables.WriteSplits(_folder.File("splits.csv"), splits);
        return _folder.File("splits.csv");
    }
}
