using System.CommandLine;
using System.Text.Json;
using SkinClassifier.Backbones.Weights;
using SkinClassifier.Data;
using SkinClassifier.Graphs;
using SkinClassifier.Imaging;
using SkinClassifier.Models;
using SkinClassifier.Trainers.Settings;
using SkinClassifier.Training.Output;

namespace SkinClassifier.Training.Verbs;

/// <summary>import: a finished ONNX classifier and its labels become a model.zip.</summary>
internal static class ImportVerb
{
    private static readonly Dictionary<string, ScoreKind> Kinds =
        Enum.GetValues<ScoreKind>().ToDictionary(k => JsonNamingPolicy.KebabCaseLower.ConvertName(k.ToString()));

    public static Command Create()
    {
        Argument<string> file = new("file") { Description = "An ONNX classifier: images [N,3,H,W] or [N,H,W,3] in, scores [N,K] out." };
        Option<string?> labels = new("--labels")
        {
            Description = "Text file with one class name a line, in the order of the scores; default: the "
            + "names in the file's metadata (SkinClassifier, Ultralytics).",
            HelpName = "labels.txt"
        };
        Option<string> output = new("--output", "-o") { Description = "The model to write.", Required = true, HelpName = "model.zip" };
        Option<string?> normalize = new("--normalize")
        {
            Description = $"What the network expects: {TrainerOptionTable.NormalizationForms}. Default: what the file says or is known about it, "
                + $"else imagenet with a warning.",
        };
        Option<int?> size = new Option<int?>("--image-size")
        {
            Description =
            "Side of the input in pixels; default: what the file declares, 224 where it leaves it free.",
            HelpName = "pixels"
        }.InRange(1, 16384);
        Option<string?> resize = new("--resize") { Description = "crop: shorter side, then center; stretch; or pad. Default: what the file says, else crop." };
        resize.OneOf("crop", "stretch", "pad");
        Option<string?> filter = new("--filter") { Description = "How images are scaled. Default: what the file says, else triangle." };
        filter.OneOf("triangle", "cubic", "nearest");
        Option<string> scores = new("--scores") { Description = "What the output says; auto finds out.", DefaultValueFactory = _ => "auto" };
        scores.OneOf([.. Kinds.Keys]);
        Option<string?> tensor =
            new("--output-tensor") { Description = "Name of the value with the class scores, where the file has several outputs.", HelpName = "tensor" };
        Option<bool> noMlNet = new("--no-mlnet") { Description = "Leave out of model.zip the part with which ML.NET opens it." };
        Command command = new("import", "Wrap a finished ONNX classifier and its labels into a model.zip.") { file, labels, output, normalize, size,
            resize, filter, scores, tensor, noMlNet };
        command.SetAction(parsed =>
        {
            string path = parsed.GetRequiredValue(file);
            ModelImportOptions options = new()
            {
                Normalization = NormalizationFor(path, parsed.GetValue(normalize)),
                ImageSize = parsed.GetValue(size),
                Resize = parsed.GetValue(resize) is { } way ? Enum.Parse<ResizeKind>(way, ignoreCase: true) : null,
                Filter = parsed.GetValue(filter) is { } scaling ? Enum.Parse<ResizeFilter>(scaling, ignoreCase: true) : null,
                Scores = Kinds[parsed.GetValue(scores)!],
                Output = parsed.GetValue(tensor),
            };
            return Run(CommonOptions.Terminal(parsed), path, parsed.GetValue(labels), parsed.GetRequiredValue(output), options, !parsed.GetValue(noMlNet));
        });
        return command;
    }

    private static int Run(Terminal terminal, string path, string? labelsPath, string output, ModelImportOptions options, bool mlNet)
    {
        if (!File.Exists(path))
            throw new InputException($"{path}: expected an ONNX file, found no such file.");
        if (labelsPath is not null && !File.Exists(labelsPath))
            throw new InputException($"{labelsPath}: expected a text file with one class name a line, found no such file.");
        ImageClassificationModel model;
        try
        {
            model = ModelImport.FromOnnx(path,
                labelsPath is null ? null : [.. File.ReadAllText(labelsPath).TrimEnd().ReplaceLineEndings("\n").Split('\n').Select(l => l.Trim())], options);
        }
        catch (ArgumentException error) when (error.ParamName == "labels")
        {
            // Said to programs with the name of the parameter around it; on the command line the file stands there.
            string text = error.Message.Split(" (Parameter '")[0];
            throw new InputException($"{labelsPath ?? path}: {(text.StartsWith("labels: ", StringComparison.Ordinal) ? text["labels: ".Length..] : text)}");
        }
        if (model.Manifest.Options["normalizationFrom"] == "assumed")
            Terminal.Warn($"{path}: nothing says how the network wants its images normalized; imagenet is assumed. If its scores look random, give "
                + $"--normalize ({TrainerOptionTable.NormalizationForms}).");
        model.Save(output, new ModelSaveOptions { IncludeMlNet = mlNet });
        terminal.Note(FormattableString.Invariant($"input: {model.Manifest.Width}×{model.Manifest.Height}, {model.Manifest.Preprocessing.Resize}, ")
            + FormattableString.Invariant($"normalization {model.Manifest.Options["normalization"]} ({model.Manifest.Options["normalizationFrom"]})"));
        terminal.Note($"scores: {model.Labels.Count} classes; the file gives "
            + $"{JsonNamingPolicy.KebabCaseLower.ConvertName(model.Manifest.Options["scores"])}"
            + $"{(options.Scores == ScoreKind.Auto ? " (found out; --scores says otherwise)" : "")}");
        terminal.Note($"written: {output}");
        return ExitCode.Done;
    }

    private static Normalization? NormalizationFor(string path, string? text)
    {
        string? wanted = text ?? (File.Exists(path) ? new WeightStore().Recognize(path)?.Normalization : null);
        return wanted is null ? null : Normalization.TryParse(wanted, out Normalization? normalization)
            ? normalization
            : throw new ArgumentException($"--normalize: expected {TrainerOptionTable.NormalizationForms}, received {wanted}.");
    }
}
