using System.CommandLine;
using System.Globalization;
using System.IO.Compression;
using System.Text;
using SkinClassifier.Graphs;
using SkinClassifier.Models;
using SkinClassifier.Models.MlNet;
using SkinClassifier.Training.Output;

namespace SkinClassifier.Training.Verbs;

/// <summary>inspect: what is in a model of ours or of ML.NET, or in an ONNX file.</summary>
internal static class InspectVerb
{
    public static Command Create()
    {
        Argument<string> model = new("model") { Description = "A model.zip of SkinClassifier, any model that ML.NET saved, or an ONNX file." };
        Option<string> format = new("--format") { Description = "How to print.", DefaultValueFactory = _ => "table" };
        format.OneOf("table", "json");
        Command command = new("inspect", "Show what is in a model of ours or of ML.NET, or in an ONNX file.") { model, format };
        command.SetAction(parsed => Run(parsed.GetRequiredValue(model), parsed.GetValue(format) == "json"));
        return command;
    }

    private static int Run(string path, bool isJson)
    {
        if (Directory.Exists(path))
            throw new InputException($"{path}: expected a model.zip or an ONNX file, received a folder. " + (File.Exists(Path.Combine(path, "model.zip"))
                ? $"The model of a run is {Path.Combine(path, "model.zip")}." : "What is in a folder of images, `skinclassifier data inspect` tells."));
        if (InspectOnnx.IsOne(path))
        {
            InspectOnnx network = InspectOnnx.Of(path);
            Terminal.Result(isJson ? InspectJson.Write(path, null, null, network) : network.ToText());
            return ExitCode.Done;
        }
        (bool ours, bool mlNet) = Entries(path);
        if (!ours && !mlNet)
            throw new InputException(
                $"{path}: expected a model of SkinClassifier (with manifest.json) or of ML.NET (with entries named Model.key), received a zip with neither.");
        ImageClassificationModel? model = ours ? ImageClassificationModel.Load(path) : null;
        MlNetModel? chain = mlNet ? MlNetModelReader.Read(path) : null;
        Terminal.Result(isJson ? InspectJson.Write(path, model, chain) : Text(path, model, chain));
        return ExitCode.Done;
    }

    private static string Text(string path, ImageClassificationModel? model, MlNetModel? chain)
    {
        string own = model is null ? "" : Describe(path, model), other = chain is null ? "" : $"{path}: what ML.NET reads\n{chain}".TrimEnd();
        return own.Length > 0 && other.Length > 0 ? $"{own}\n\n{other}" : own + other;
    }

    private static (bool Ours, bool MlNet) Entries(string path)
    {
        try
        {
            using ZipArchive zip = ZipFile.OpenRead(path);
            return (zip.GetEntry("manifest.json") is not null, zip.Entries.Any(e => e.Name == "Model.key"));
        }
        catch (InvalidDataException error)
        {
            throw new InputException($"{path}: expected a zip archive (a model) or a file whose name ends in .onnx, received something else or a damaged "
                + $"one ({error.Message}).");
        }
    }

    private static string Describe(string path, ImageClassificationModel model)
    {
        ModelManifest manifest = model.Manifest;
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"{path}: model of SkinClassifier {manifest.ProductVersion}, format {manifest.FormatVersion}\n");
        text.Append(CultureInfo.InvariantCulture,
            $"network     {manifest.Backbone}, {model.Network.Nodes.Count} nodes, {model.Network.ParameterCount():N0} weights, in {manifest.Network}\n");
        text.Append(CultureInfo.InvariantCulture,
            $"weights     {(manifest.WeightsHash is null ? "trained from scratch" : "started from a file with SHA-256 " + manifest.WeightsHash)}\n");
        text.Append(CultureInfo.InvariantCulture, $"input       {ImageClassificationModel.InputName} [N,3,{manifest.Height},{manifest.Width}] RGB "
            + $"0–255; {(manifest.Preprocessing.ExifOrientation ? "EXIF orientation, " : "")}{manifest.Preprocessing.Resize}, "
            + $"{manifest.Preprocessing.Filter} filter{(manifest.Preprocessing.ReducedDecoding ? ", large JPEG files decoded smaller" : "")}"
            + $"{(manifest.Preprocessing.ColorConstancy is "none" or null ? ""
                : $"; inside the network first color constancy ({manifest.Preprocessing.ColorConstancy})")}\n");
        text.Append(CultureInfo.InvariantCulture,
            $"output      {ImageClassificationModel.OutputName} [N,{model.Labels.Count}], temperature {manifest.Temperature:0.###}\n");
        text.Append(CultureInfo.InvariantCulture,
            $"views       {manifest.TestTimeAugmentation} per image (test-time augmentation; the network alone sees the image as it is)\n");
        text.Append(CultureInfo.InvariantCulture, $"decides by  {model.Decision}"
            + $"{(manifest.Decision.Target is { } target ? $", for {target}" : "")}"
            + $"{(manifest.Decision.ChosenOn is { } images ? $" (chosen on: {images})" : "")}\n");
        text.Append($"policy      {(model.Policy is { } policy ? policy.ToString() : "none: it answers for every image")}\n");
        text.Append(CultureInfo.InvariantCulture, $"seed        {manifest.Seed}\n");
        text.Append("labels\n");
        foreach (string label in model.Labels)
            text.Append(CultureInfo.InvariantCulture,
                $"  "
                    + $"{label}"
                    + $"{(manifest.TrainedOn.TryGetValue(label, out int count)
                        ? string.Create(CultureInfo.InvariantCulture, $": {count:N0} training images") : "")}\n");
        Append(text, "metrics", manifest.Metrics.Select(m => (m.Key, m.Value.ToString("0.####", CultureInfo.InvariantCulture))));
        Append(text, "options", manifest.Options.Select(o => (o.Key, o.Value)));
        return text.ToString().TrimEnd();
    }

    private static void Append(StringBuilder text, string title, IEnumerable<(string Name, string Value)> rows)
    {
        (string Name, string Value)[] sorted = [.. rows.OrderBy(r => r.Name, StringComparer.Ordinal)];
        if (sorted.Length > 0)
            text.Append(title).Append('\n');
        foreach ((string name, string value) in sorted)
            text.Append("  ").Append(name).Append(": ").Append(value).Append('\n');
    }
}
