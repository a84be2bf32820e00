using SkinClassifier.Data;
using SkinClassifier.Tests.Audit;

namespace SkinClassifier.Tests.CommandLine;

[NonParallelizable]
public sealed class DataReportVerbTests : FolderTests
{
    [Test]
    public void A_page_is_written_with_the_label_suspects_of_a_list()
    {
        Draw();
        File.WriteAllText(_folder.File("list.csv"), "path,label,suggested,score,rank,isSuspect,action\na/0.png,a,b,0.91,1,true,\nb/1.png,b,a,0.2,2,false,\n");
        (int code, string output, string error) = Cli.Run("data", "report", _folder.File("data"), "-o", _folder.File("out/page.html"), "--suspects",
            _folder.File("list.csv"));
        Assert.That((code, output), Is.EqualTo((0, "")), error);
        Assert.That(error, Does.Contain($"written: {_folder.File("out/page.html")}"));
        Assert.That(File.ReadAllText(_folder.File("out/page.html")), Does.Contain("<h1>Dataset data</h1>").And.Contain("suggested <b>b</b><br>score 0.910")
            .And.Not.Contain("score 0.200"));
        Assert.That(Directory.GetFiles(_folder.File("out")), Has.Length.EqualTo(1));
    }

    [Test]
    public void What_cannot_be_done_is_said_before_the_work()
    {
        Draw();
        (int code, _, string error) = Cli.Run("data", "report", _folder.File("data"), "-o", _folder.File("data"));
        Assert.That((code, error), Is.EqualTo((3, $"error: {_folder.File("data")}: expected the name of a page to write, received a folder. Name a file in it, "
            + $"{_folder.File("data/page.html")}.\n")));
        File.WriteAllText(_folder.File("list.csv"), "path,suggested\nelsewhere.png,a\n");
        (code, _, error) = Cli.Run("data", "report", _folder.File("data"), "-o", _folder.File("page.html"), "--suspects", _folder.File("list.csv"));
        Assert.That(code, Is.EqualTo(3));
        Assert.That(error, Does.Contain("expected paths of images of the data, received 1 others: elsewhere.png"));
        File.WriteAllText(_folder.File("list.csv"), "file,class\nelsewhere.png,a\n");
        (code, _, error) = Cli.Run("data", "report", _folder.File("data"), "-o", _folder.File("page.html"), "--suspects", _folder.File("list.csv"));
        Assert.That((code, error.Contains("expected the columns path and suggested, received file, class", StringComparison.Ordinal)), Is.EqualTo((3, true)));
        Assert.That(Cli.Run("data", "report", _folder.File("nothing"), "-o", _folder.File("page.html")).Code, Is.EqualTo(3));
        Assert.That(Cli.Run("data", "report", _folder.File("data")).Code, Is.EqualTo(2));
        Assert.That(File.Exists(_folder.File("page.html")), Is.False);
    }

    [Test]
    public void Inspect_tells_the_quality_of_images()
    {
        Draw();
        SkinDrawing.With(DatasetQuality.Dark, SkinDrawing.Spot(99)).Save(_folder.File("data/a/night.png"));
        (int code, string output, string error) = Cli.Run("data", "inspect", _folder.File("data"));
        Assert.That(code, Is.Zero, error);
        Assert.That(output, Does.Contain("dark 1   (first: a/night.png)").And.Contain("odd sizes"));
    }

    private void Draw()
    {
        for (int i = 0; i < 12; i++)
        {
            string label = i % 2 == 0 ? "a" : "b";
            Directory.CreateDirectory(_folder.File($"data/{label}"));
            SkinDrawing.Spot(i).Save(_folder.File($"data/{label}/{i}.png"));
        }
    }
}
