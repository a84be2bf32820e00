using System.IO.Compression;
using System.Text.Json;
using SkinClassifier.Tests.Models;

namespace SkinClassifier.Tests.CommandLine;

[NonParallelizable]
public sealed class PredictVerbTests : FolderTests
{
    private string _model = "", _red = "", _broken = "";

    [SetUp]
    public void Prepare()
    {
        _model = _folder.File("model.zip");
        _red = _folder.File("images/a red.png");
        _broken = _folder.File("images/broken.jpg");
        SmallModels.Create(["red", "green", "blue, or so"]).Save(_model);
        Directory.CreateDirectory(_folder.File("images"));
        SmallModels.Plain(220, 10, 10).Save(_red);
        SmallModels.Plain(10, 10, 230).Save(_folder.File("images/z.png"));
        File.WriteAllText(_folder.File("images/notes.txt"), "no image");
    }

    [Test]
    public void Table_names_each_image_with_its_ranked_classes()
    {
        (int code, string output, _) = Cli.Run("predict", _model, _red, "--top", "2");
        Assert.That(code, Is.Zero);
        Assert.That(output, Does.StartWith(_red).And.Contain("red 0.").And.Not.Contain("green"));
    }

    [Test]
    public void Json_of_a_folder_is_one_array_in_order_with_a_bad_image_in_its_row()
    {
        File.WriteAllText(_broken, "not a jpeg");
        (int code, string output, _) = Cli.Run("predict", _model, _folder.File("images"), "--format", "json");
        Assert.That(code, Is.EqualTo(3));
        JsonElement rows = JsonDocument.Parse(output).RootElement;
        Assert.That(
            rows.EnumerateArray().Select(r => Path.GetFileName(r.GetProperty("path").GetString())), Is.EqualTo(new[] { "a red.png", "broken.jpg", "z.png" }));
        JsonElement good = rows[0], bad = rows[1];
        Assert.That(good.GetProperty("predicted").GetString(), Is.EqualTo("red"));
        Assert.That(good.GetProperty("error").ValueKind, Is.EqualTo(JsonValueKind.Null));
        Assert.That(good.GetProperty("scores").EnumerateArray().Select(s => s.GetProperty("score").GetDouble()), Is.Ordered.Descending);
        Assert.That(good.GetProperty("scores")[0].GetProperty("label").GetString(), Is.EqualTo("red"));
        Assert.That(bad.GetProperty("predicted").ValueKind, Is.EqualTo(JsonValueKind.Null));
        Assert.That(bad.GetProperty("error").GetString(), Does.Contain("broken.jpg"));
    }

    [Test]
    public void Paths_from_stdin_give_one_json_line_each()
    {
        (int code, string output, _) = Cli.RunWith($"{_red}\n\n{_folder.File("images/z.png")}\n", default, "predict", _model, "-", "--format", "jsonl");
        string[] lines = output.TrimEnd('\n').Split('\n');
        Assert.That(code, Is.Zero);
        Assert.That(lines.Select(l => JsonDocument.Parse(l).RootElement.GetProperty("predicted").GetString()), Is.EqualTo(new[] { "red", "blue, or so" }));
    }

    [Test]
    public void Csv_quotes_names_and_has_a_column_per_class()
    {
        (int code, string output, _) = Cli.Run("predict", _model, _red, "--format", "csv");
        string[] lines = output.TrimEnd('\n').Split('\n');
        Assert.That(code, Is.Zero);
        Assert.That(lines[0], Is.EqualTo("path,predicted,error,red,green,\"blue, or so\",decision,predictionSet,reasons,familiarity"));
        Assert.That(lines[1], Does.StartWith($"{_red},red,,0.9"));
    }

    [Test]
    public void A_missing_model_or_image_is_unusable_input()
    {
        (int code, _, string error) = Cli.Run("predict", _folder.File("none.zip"), _red);
        Assert.That((code, error.Contains("none.zip")), Is.EqualTo((3, true)));
        (code, string output, _) = Cli.Run("predict", _model, _folder.File("none.png"));
        Assert.That((code, output.Contains("none.png")), Is.EqualTo((3, true)));
        File.WriteAllText(_folder.File("bad.zip"), "PK");
        (code, _, error) = Cli.Run("predict", _folder.File("bad.zip"), _red);
        Assert.That((code, error.Contains("   at ")), Is.EqualTo((3, false)), error);
    }

    [Test]
    public void One_unusable_argument_does_not_lose_the_other_rows([Values("json", "csv")] string format)
    {
        Directory.CreateDirectory(_folder.File("empty"));
        string pipe = _folder.File("pipe.png");
        if (OperatingSystem.IsWindows())
            File.WriteAllText(pipe, "");
        else
            Common.SpecialFiles.Pipe(pipe);
        string[] unusable = [_folder.File("empty"), pipe, "no\0path", "", _folder.File("none.png")];
        string[] arguments = [_folder.File("empty"), _red, pipe, _folder.File("images"), "no\0path", "", _red, _folder.File("none.png")];
        (int code, string output, string error) = Common.SpecialFiles.Within(() => Cli.Run(["predict", _model, .. arguments, "--format", format]));
        Assert.That(code, Is.EqualTo(3));
        Assert.That(error, Does.Contain("1 files are no images and are skipped (first: ").And.Contain("notes.txt"));
        string[] expected = [_folder.File("empty"), _red, pipe, _red, _folder.File("images/z.png"), "no\0path", "", _red, _folder.File("none.png")];
        if (format == "csv")
        {
            Assert.That(output.TrimEnd('\n').Split('\n'), Has.Length.EqualTo(expected.Length + 1));
            return;
        }
        JsonElement[] rows = [.. JsonDocument.Parse(output).RootElement.EnumerateArray()];
        Assert.That(rows.Select(r => r.GetProperty("path").GetString()), Is.EqualTo(expected));
        foreach (JsonElement row in rows)
        {
            bool bad = unusable.Contains(row.GetProperty("path").GetString());
            Assert.That(row.GetProperty("error").ValueKind, Is.EqualTo(bad ? JsonValueKind.String : JsonValueKind.Null), row.ToString());
            Assert.That(row.GetProperty("predicted").ValueKind, Is.EqualTo(bad ? JsonValueKind.Null : JsonValueKind.String), row.ToString());
        }
    }

    [Test]
    public void Images_without_an_ending_are_found_in_a_folder()
    {
        Directory.CreateDirectory(_folder.File("export"));
        File.Copy(_red, _folder.File("export/0001"));
        (int code, string output, string error) = Cli.Run("predict", _model, _folder.File("export"));
        Assert.That((code, error), Is.EqualTo((0, "")));
        Assert.That(output, Does.StartWith(_folder.File("export/0001") + "   red 0."));
    }

    [Test]
    public void An_image_above_the_limit_names_the_option_that_raises_it()
    {
        (int code, string output, _) = Cli.Run("predict", _model, _red, "--max-pixels", "10");
        Assert.That(code, Is.EqualTo(3));
        Assert.That(output, Does.Contain("expected at most 10 pixels").And.Contain("raise --max-pixels.").And.Not.Contain("DecoderOptions"));
        Assert.That(Cli.Run("predict", _model, _red, "--max-pixels", "1000000").Code, Is.Zero);
        Assert.That(Cli.Run("predict", _model, _red, "--max-pixels", "0").Code, Is.EqualTo(2));
    }

    [Test]
    public void Inspect_shows_labels_sizes_and_what_ML_NET_reads()
    {
        (int code, string output, string error) = Cli.Run("inspect", _model);
        Assert.That(code, Is.Zero, error);
        Assert.That(output, Does.Contain("blue, or so").And.Contain("[N,3,8,8]").And.Contain("OnnxTransform"));
        // A loader with a model, as older versions of ML.NET saved it, has no TransformerChain at the top.
        string other = _folder.File("other.zip");
        using (ZipArchive zip = ZipFile.Open(other, ZipArchiveMode.Create))
        using (Stream split = zip.CreateEntry("DataLoaderModel/Model.key").Open())
            split.Write(SkinClassifier.Models.MlNet.MlNetChain.Prediction());
        (code, output, error) = Cli.Run("inspect", other);
        Assert.That(code, Is.Zero, error);
        Assert.That(output, Does.Contain("DataLoaderModel").And.Contain("MulticlassPredXfer"));
        File.WriteAllText(_broken, "no zip");
        Assert.That(Cli.Run("inspect", _broken).Code, Is.EqualTo(3));
    }

    [TestCase("predict")]
    [TestCase("predict", "m.zip")]
    [TestCase("predict", "m.zip", "p.png", "--format", "xml")]
    [TestCase("predict", "m.zip", "p.png", "--top", "0")]
    [TestCase("no-such-verb")]
    [TestCase("train", "data", "-o", "x", "--validation", "2")]
    public void Wrong_usage_is_said_in_a_sentence(params string[] arguments)
    {
        (int code, string output, string error) = Cli.Run(arguments);
        Assert.That(code, Is.EqualTo(2));
        Assert.That(output, Is.Empty);
        Assert.That(error, Does.StartWith("error: ").And.Contain("--help"));
    }
}
