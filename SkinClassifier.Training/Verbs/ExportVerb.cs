using System.CommandLine;
using SkinClassifier.Models;
using SkinClassifier.Onnx;
using SkinClassifier.Training.Output;

namespace SkinClassifier.Training.Verbs;

/// <summary>export: the network as a plain ONNX file.</summary>
internal static class ExportVerb
{
    // Weights with 11 bits of precision move probabilities by some thousandths.
    private const float HalfPrecisionTolerance = 0.05f;

    public static Command Create()
    {
        Argument<string> model = new("model") { Description = "A model.zip." };
        Option<string> output = new("--output", "-o") { Description = "The ONNX file to write.", Required = true, HelpName = "model.onnx" };
        Option<int> opset = new Option<int>("--opset") { Description = "ONNX operator set.", DefaultValueFactory = _ => 13 }.InRange(9, 20);
        Option<bool> float16 = new("--float16") { Description = "Store weights as float16: half the size, slightly other scores." };
        Command command = new("export", "Write the network of a model as plain ONNX: everything after reading, EXIF orientation, resize and crop is "
            + "inside.") { model, output, opset, float16 };
        command.SetAction(parsed =>
            Run(CommonOptions.Terminal(parsed), parsed.GetRequiredValue(model), parsed.GetRequiredValue(output), parsed.GetValue(opset),
                parsed.GetValue(float16)));
        return command;
    }

    private static int Run(Terminal terminal, string modelPath, string output, int opset, bool float16)
    {
        ImageClassificationModel model = ImageClassificationModel.Load(modelPath);
        float difference = ModelExport.WriteVerified(
            model, output, new OnnxExportOptions { Opset = opset, Float16Weights = float16 }, float16 ? HalfPrecisionTolerance : ModelExport.Tolerance);
        terminal.Note(FormattableString.Invariant($"{output}: opset {opset}, input {ImageClassificationModel.InputName} ")
            + FormattableString.Invariant($"[N,3,{model.Manifest.Height},{model.Manifest.Width}] RGB 0–255, output ")
            + FormattableString.Invariant($"{ImageClassificationModel.OutputName} [N,{model.Labels.Count}] in the order: {string.Join(", ", model.Labels)}"));
        terminal.Note(FormattableString.Invariant($"read again and run on a test image: largest difference in score {difference:0.0e+0}"));
        terminal.Note($"the reader's part: EXIF orientation, then {model.Manifest.Preprocessing.Resize} to "
            + $"{model.Manifest.Width}×{model.Manifest.Height} with the {model.Manifest.Preprocessing.Filter} "
            + $"filter{(model.Manifest.Preprocessing.ReducedDecoding ? "; large JPEG files may be decoded smaller first (docs/model-format.md)" : "")}");
        if (model.Manifest.TestTimeAugmentation > 1)
            terminal.Note($"the file gives the scores of an image as it is; `predict` and `evaluate` average {model.Manifest.TestTimeAugmentation} "
                + $"views of it (--tta 1 gives the file's scores)");
        return ExitCode.Done;
    }
}
