using SkinClassifier.Graphs;
using SkinClassifier.Models;
using SkinClassifier.Onnx;
using SkinClassifier.Tensors;
using SkinClassifier.Tests.Models;

namespace SkinClassifier.Tests.CommandLine;

[NonParallelizable]
public sealed class ImportVerbTests : FolderTests
{
    [SetUp]
    public void Prepare()
    {
        GraphBuilder builder = new("keras");
        string x = builder.Transpose(builder.Input("input_1", new TensorShape(TensorShape.Free, 16, 16, 3)), "turn", 0, 3, 1, 2);
        x = builder.Flatten(builder.GlobalAveragePool(x, "pool"), "flat");
        x = builder.Add("Gemm", "dense", [x, builder.Parameter("w", new Tensor(new TensorShape(2, 3), [9, 0, 0, 0, 9, 0]))],
            new OperatorAttributes(new Dictionary<string, object> { ["transB"] = 1L }));
        using FileStream stream = File.Create(_folder.File("keras.onnx"));
        OnnxModel.Write(builder.Build(x), stream);
        File.WriteAllText(_folder.File("labels.txt"), "red\r\ngreen\r\n\r\n");
        SmallModels.Plain(30, 200, 30).Save(_folder.File("green.png"));
    }

    [Test]
    public void A_wrapped_classifier_predicts_inspects_and_exports()
    {
        (int code, _, string error) = Cli.Run("import", _folder.File("keras.onnx"), "--labels", _folder.File("labels.txt"), "-o",
            _folder.File("model.zip"), "--normalize", "minus1to1", "--resize", "stretch");
        Assert.That(code, Is.Zero, error);
        Assert.That(error, Does.Contain("16×16").And.Contain("logits").And.Contain("model.zip"));
        (code, string output, error) = Cli.Run("predict", _folder.File("model.zip"), _folder.File("green.png"), "--format", "csv");
        Assert.That((code, output.Contains("green.png,green")), Is.EqualTo((0, true)), output + error);
        (code, output, _) = Cli.Run("inspect", _folder.File("model.zip"));
        Assert.That(output, Does.Contain("keras").And.Contain("stretch").And.Contain("what ML.NET reads").And.Contain("imported"));
        (code, _, error) = Cli.Run("export", _folder.File("model.zip"), "-o", _folder.File("again.onnx"));
        Assert.That(code, Is.Zero, error);
        Assert.That(ImageClassificationModel.Load(_folder.File("model.zip")).Preprocessor.Resize, Is.EqualTo(SkinClassifier.Data.ResizeKind.Stretch));
    }

    [Test]
    public void Errors_name_the_file_and_what_to_do()
    {
        (int code, _, string error) = Import("labels.txt", "--normalize", "loud");
        Assert.That((code, error.Contains("127") || error.Contains("MEAN/STD")), Is.EqualTo((2, true)), error);
        File.WriteAllText(_folder.File("three.txt"), "a\nb\nc");
        (code, _, error) = Import("three.txt");
        Assert.That((code, error.Contains("expected 2 labels")), Is.EqualTo((3, true)), error);
        File.WriteAllText(_folder.File("twice.txt"), "a\na");
        (code, _, error) = Import("twice.txt");
        Assert.That((code, error.Contains("twice.txt") && error.Contains("repeats")), Is.EqualTo((3, true)), error);
        (code, _, error) = Cli.Run("import", _folder.File("keras.onnx"), "-o", _folder.File("model.zip"));
        Assert.That((code, error), Is.EqualTo((3, $"error: {_folder.File("keras.onnx")}: expected the names of the classes, received none; the metadata of the "
            + $"file name none either. Give them (--labels FILE on the command line).{Environment.NewLine}")));
        (code, _, error) = Import("absent.txt");
        Assert.That((code, error.Contains("absent.txt")), Is.EqualTo((3, true)), error);
        Assert.That(File.Exists(_folder.File("model.zip")), Is.False);
    }

    private (int Code, string Output, string Error) Import(string labels, params string[] more) =>
        Cli.Run(["import", _folder.File("keras.onnx"), "--labels", _folder.File(labels), "-o", _folder.File("model.zip"), .. more]);
}
