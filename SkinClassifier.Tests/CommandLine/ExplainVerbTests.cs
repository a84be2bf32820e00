using System.Text.Json;
using SkinClassifier.Imaging;
using SkinClassifier.Tests.Explanations;
using SkinClassifier.Tests.Models;

namespace SkinClassifier.Tests.CommandLine;

[NonParallelizable]
public sealed class ExplainVerbTests : FolderTests
{
    private string _model = "", _images = "", _maps = "";

    [SetUp]
    public void Prepare()
    {
        _model = _folder.File("model.zip");
        _images = _folder.File("images");
        _maps = _folder.File("maps");
        SmallModels.Create(["red", "green", "blue"]).Save(_model);
        foreach (string name in new[] { "one/a.png", "two/a.png", "two/A.bmp.png", "b.png" })
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_folder.File($"images/{name}"))!);
            Drawing().Save(_folder.File($"images/{name}"));
        }
    }

    [Test]
    public void Every_image_gets_a_picture_and_a_row_in_both_lists()
    {
        (int code, string output, string error) = Cli.Run("explain", _model, _images, "-o", _maps, "--format", "json");
        Assert.That(code, Is.Zero, error);
        JsonElement[] rows = [.. JsonDocument.Parse(output).RootElement.EnumerateArray()];
        Assert.That(rows.Select(r => r.GetProperty("overlay").GetString()), Is.EqualTo(new[] { "b.png", "a.png", "A.bmp.png", "a-2.png" }));
        foreach (JsonElement row in rows)
        {
            RgbImage drawn = RgbImage.Load(Path.Combine(_maps, row.GetProperty("overlay").GetString()!));
            Assert.That(drawn.Width, Is.EqualTo(2 * 256 + 6));
            Assert.That((row.GetProperty("class").GetString(), row.GetProperty("predicted").GetString()), Is.EqualTo(("red", "red")));
            Assert.That(row.GetProperty("method").GetString(), Is.EqualTo("gradcam"));
            Assert.That(row.GetProperty("layer").GetString(), Is.Not.Empty);
            Assert.That(row.GetProperty("score").GetDouble(), Is.InRange(0.34, 1));
            Assert.That((row.GetProperty("map").ValueKind, row.GetProperty("error").ValueKind), Is.EqualTo((JsonValueKind.Null, JsonValueKind.Null)));
        }
        JsonElement lists = Lists();
        Assert.That(lists.GetProperty("images").EnumerateArray().Select(r => r.ToString().Replace("\n", "").Replace(" ", "")),
            Is.EqualTo(rows.Select(r => r.ToString().Replace(" ", ""))));
        Assert.That(lists.GetProperty("check").ValueKind, Is.EqualTo(JsonValueKind.Null));
        string[] lines = File.ReadAllText(Path.Combine(_maps, "explanations.csv")).ReplaceLineEndings("\n").TrimEnd('\n').Split('\n');
        Assert.That(lines, Has.Length.EqualTo(5));
        Assert.That(lines[0], Is.EqualTo("path,predicted,class,score,method,layer,emptyMap,overlay,map,error"));
    }

    [Test]
    public void A_bad_image_has_its_row_and_the_rest_goes_on([Values("table", "json", "jsonl", "csv")] string format)
    {
        File.WriteAllText(_folder.File("images/broken.jpg"), "not a jpeg");
        (int code, string output, _) = Cli.Run("explain", _model, _images, _folder.File("none.png"), "", "-o", _maps, "--format", format);
        Assert.That(code, Is.EqualTo(3));
        Assert.That(output, Does.Contain("broken.jpg").And.Contain("none.png").And.Contain("a-2.png"));
        JsonElement[] rows = [.. Lists().GetProperty("images").EnumerateArray()];
        Assert.That(rows, Has.Length.EqualTo(7));
        Assert.That(rows.Count(r => r.GetProperty("error").ValueKind == JsonValueKind.String), Is.EqualTo(3));
        Assert.That(Directory.GetFiles(_maps, "*.png"), Has.Length.EqualTo(4));
    }

    [Test]
    public void Paths_from_stdin_are_explained_with_the_class_and_method_that_are_asked_for()
    {
        (int code, string output, string error) = Cli.RunWith($"{_images}/b.png\n\n{_images}/one/a.png\n", default, "explain", _model, "-", "-o", _maps,
            "--class", "blue", "--method", "occlusion", "--patch", "2", "--format", "jsonl");
        Assert.That(code, Is.Zero, error);
        JsonElement[] rows = [.. output.TrimEnd('\n').Split('\n').Select(l => JsonDocument.Parse(l).RootElement)];
        Assert.That(rows.Select(r => (r.GetProperty("predicted").GetString(), r.GetProperty("class").GetString(), r.GetProperty("method").GetString())),
            Is.EqualTo(Enumerable.Repeat(("red", "blue", "occlusion"), 2)));
        Assert.That(rows.Select(r => r.GetProperty("layer").ValueKind), Is.All.EqualTo(JsonValueKind.Null));
    }

    [Test]
    public void The_place_that_speaks_for_the_class_is_the_bright_one_in_the_picture()
    {
        (int code, _, string error) = Cli.Run("explain", _model, $"{_images}/b.png", "-o", _maps, "--method", "occlusion", "--patch", "2", "--class", "red",
            "--opacity", "1", "--overlay-only", "--maps");
        Assert.That(code, Is.Zero, error);
        RgbImage drawn = RgbImage.Load(Path.Combine(_maps, "b.png"));
        Assert.That(drawn.Width, Is.EqualTo(256));
        Assert.That(drawn.Row(40)[3 * 40 + 1], Is.GreaterThan(drawn.Row(200)[3 * 200 + 1] + 60), "light above on the left, where it is red");
        SkinClassifier.Tensors.Tensor map = Onnx.NpyFile.Read(File.ReadAllBytes(Path.Combine(_maps, "b.npy")));
        Assert.That(map.Shape, Is.EqualTo(new SkinClassifier.Tensors.TensorShape(16, 16)));
        Assert.That(map.Values[16 * 3 + 3], Is.GreaterThan(0).And.GreaterThan(map.Values[16 * 12 + 12]));
    }

    [Test]
    public void The_checks_are_told_and_kept()
    {
        (int code, string output, string error) = Cli.Run("explain", _model, _images, "-o", _maps, "--check");
        Assert.That(code, Is.Zero, error);
        JsonElement check = Lists().GetProperty("check");
        Assert.That(check.GetProperty("images").GetInt32(), Is.EqualTo(4));
        Assert.That(output.TrimEnd('\n').Split('\n')[^1], Is.EqualTo(check.GetProperty("sentence").GetString()));
        Assert.That(check.GetProperty("trustworthy").GetBoolean(),
            Is.EqualTo(check.GetProperty("followsWeights").GetBoolean() && check.GetProperty("findsPlaces").ValueKind != JsonValueKind.False));
        Assert.That(check.GetProperty("deletionImages").GetInt32() == 0, Is.EqualTo(check.GetProperty("deletionArea").ValueKind == JsonValueKind.Null));
        Assert.That(check.GetProperty("stages").GetArrayLength(), Is.Positive);
    }

    [Test]
    public void All_errors_of_the_options_are_told_at_once()
    {
        (int code, _, string error) = Cli.Run("explain", _model, _images, "-o", _maps, "--method", "occlusion", "--layer", "x", "--steps", "5");
        Assert.That(code, Is.EqualTo(2));
        Assert.That(error, Does.Contain("--layer: expected with a method that reads a feature map (gradcam, gradcam++, hirescam, layercam)")
            .And.Contain("--steps: expected with --method integrated-gradients, received --method occlusion."));
        (code, _, error) = Cli.Run("explain", _model, _images, "-o", _maps, "--method", "gradcan", "--opacity", "2", "--size", "5");
        Assert.That(code, Is.EqualTo(2));
        Assert.That(error, Does.Contain("--method").And.Contain("gradcam++").And.Contain("--opacity").And.Contain("--size"));
        (code, _, error) = Cli.Run("explain", _model, _images, "-o", _folder.File("images/maps"), "--class", "rad", "--layer", "flattenn");
        Assert.That(code, Is.EqualTo(2));
        Assert.That(error, Does.Contain("expected a folder outside of the images' folder, received one inside")
            .And.Contain("--class: expected one of red, green, blue, received 'rad'. Did you mean red?")
            .And.Contain("--layer: expected the name of a feature map of small, received 'flattenn'. The nearest names are "));
        Assert.That(Directory.Exists(_maps), Is.False);
    }

    [Test]
    public void A_patch_that_is_larger_than_the_input_is_wrong_usage()
    {
        (int code, _, string error) = Cli.Run("explain", _model, _images, "-o", _maps, "--method", "occlusion", "--patch", "9");
        Assert.That((code, error.Contains("--patch: expected 1 to 8 pixels")), Is.EqualTo((2, true)), error);
    }

    [Test]
    public void A_network_without_a_feature_map_is_explained_by_occlusion()
    {
        TinyNetworks.Pixels().Save(_model);
        (int code, _, string error) = Cli.Run("explain", _model, _images, "-o", _maps);
        Assert.That(code, Is.EqualTo(2));
        Assert.That(error, Does.StartWith("error: --method: expected a network whose head pools or flattens a feature map").And.Contain("occlusion"));
        Assert.That(Cli.Run("explain", _model, _images, "-o", _maps, "--method", "occlusion").Code, Is.Zero);
        Assert.That(Directory.GetFiles(_maps, "*.png"), Has.Length.EqualTo(4));
    }

    [Test]
    public void A_canceled_run_leaves_its_lists()
    {
        (int code, _, string error) = Cli.RunWith(null, new CancellationToken(canceled: true), "explain", _model, _images, "-o", _maps);
        Assert.That(code, Is.EqualTo(130), error);
        Assert.That(Lists().GetProperty("images").GetArrayLength(), Is.Zero);
    }

    [Test]
    public void Images_are_never_replaced_by_their_maps()
    {
        byte[] before = File.ReadAllBytes(_folder.File("images/b.png"));
        (int code, _, string error) = Cli.Run("explain", _model, $"{_images}/b.png", "-o", _images);
        Assert.That((code, error.Contains("Name another folder with -o")), Is.EqualTo((2, true)), error);
        (code, string output, _) = Cli.RunWith($"{_images}/b.png\n", default, "explain", _model, "-", "-o", _images);
        Assert.That((code, output.Contains("Name another folder with -o")), Is.EqualTo((3, true)), output);
        Assert.That(File.ReadAllBytes(_folder.File("images/b.png")), Is.EqualTo(before));
    }

    [Test]
    public void A_missing_model_is_unusable_input()
    {
        (int code, _, string error) = Cli.Run("explain", _folder.File("none.zip"), _images, "-o", _maps);
        Assert.That((code, error.Contains("none.zip")), Is.EqualTo((3, true)));
    }

    private JsonElement Lists() => JsonDocument.Parse(File.ReadAllText(Path.Combine(_maps, "explanations.json"))).RootElement;

    /// <summary>Red in the upper left quarter, dark elsewhere.</summary>
    private static RgbImage Drawing()
    {
        RgbImage image = SmallModels.Plain(20, 20, 20, 16, 16);
        for (int y = 0; y < 8; y++)
            for (int x = 0; x < 8; x++)
                image.Row(y)[3 * x] = 230;
        return image;
    }
}
