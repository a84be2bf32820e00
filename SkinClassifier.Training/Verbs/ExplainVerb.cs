using System.CommandLine;
using SkinClassifier.Explanations;
using SkinClassifier.Prediction;
using SkinClassifier.Training.Settings;

namespace SkinClassifier.Training.Verbs;

/// <summary>explain: heat maps of the places that speak for a class.</summary>
internal static class ExplainVerb
{
    private static readonly ExplanationOptions Initial = new();
    private static readonly HeatMapOverlayOptions Look = new();

    public static Command Create()
    {
        Argument<string> model = new("model") { Description = "A model.zip." };
        Argument<string[]> inputs = new("image") { Description = "Images, folders, or - for paths from stdin, one a line.", Arity = ArgumentArity.OneOrMore };
        Option<string> output = CommonOptions.OutputFolder();
        Option<string> method = new("--method") { Description = "How the map is computed.", DefaultValueFactory = _ => "gradcam" };
        method.OneOf([.. ExplanationMethodNames.Names]);
        Option<string?> label = new("--class") { Description = "The class that is explained; default: the predicted one.", HelpName = "name" };
        Option<string?> layer = new("--layer")
        {
            Description = "The feature map that is read, by the name of its value or node; default: the last one before the head.",
            HelpName = "name",
        };
        Option<string?> fill = new Option<string?>("--fill")
        {
            Description = "What covers pixels (occlusion) and where the way to the image begins (integrated-gradients); default: mean.",
        }.OneOf("mean", "black", "blur");
        Option<int?> patch = new Option<int?>("--patch")
        {
            Description = "Side of the square that covers pixels (occlusion), in pixels of the network's input; default: an eighth of the shorter side.",
            HelpName = "pixels",
        }.InRange(1, 16384);
        Option<int?> steps = new Option<int?>("--steps")
        {
            Description = $"Points on the way to the image (integrated-gradients); default: {Initial.IntegrationSteps}.",
            HelpName = "N",
        }.InRange(1, 1000);
        Option<bool> check = new("--check")
        {
            Description = "Also check whether the maps follow what the model has learned, and whether their places matter, on up to 16 of the images.",
        };
        Option<bool> maps = new("--maps") { Description = "Also write the numbers of each map as a NumPy file (.npy)." };
        Option<double> opacity = new Option<double>("--opacity")
        {
            Description = "How much of the colors covers the image.",
            DefaultValueFactory = _ => Look.Opacity,
        }.InRange(0, 1);
        Option<int> size = new Option<int>("--size")
        {
            Description = "Longest side of the drawn image in pixels.",
            DefaultValueFactory = _ => Look.MaxSide,
            HelpName = "pixels",
        }.InRange(64, 16384);
        Option<bool> only = new("--overlay-only") { Description = "Draw the covered image alone, without the image as it is beside it." };
        Option<string> format = new("--format") { Description = "How to print.", DefaultValueFactory = _ => "table" };
        format.OneOf("table", "json", "jsonl", "csv");
        Option<long> maxPixels = CommonOptions.MaxPixels();
        Option<int> threads = CommonOptions.Threads();
        CheckedCommand command = new("explain", "Draw heat maps of the places in images that speak for a class.", parsed => parsed.Errors.Count > 0 ? []
            : Unfitting(ExplanationMethodNames.Of(parsed.GetValue(method)!), parsed.GetValue(layer), parsed.GetValue(fill), parsed.GetValue(patch),
                parsed.GetValue(steps)))
        {
            model, inputs, output, method, label, layer, fill, patch, steps, check, maps, opacity, size, only, format, maxPixels, threads,
        };
        command.SetAction((parsed, cancellationToken) =>
        {
            ExplanationOptions options = new()
            {
                Method = ExplanationMethodNames.Of(parsed.GetValue(method)!),
                Label = parsed.GetValue(label),
                Layer = parsed.GetValue(layer),
                Fill = parsed.GetValue(fill) is { } word ? Enum.Parse<ExplanationFill>(word, ignoreCase: true) : Initial.Fill,
                PatchSize = parsed.GetValue(patch),
                IntegrationSteps = parsed.GetValue(steps) ?? Initial.IntegrationSteps,
            };
            HeatMapOverlayOptions look = new() { Opacity = parsed.GetValue(opacity), MaxSide = parsed.GetValue(size), ShowImage = !parsed.GetValue(only) };
            ImagePredictionOptions engine = new() { Threads = parsed.GetValue(threads), Decoder = parsed.Decoder(maxPixels) };
            ExplainRun run = new(CommonOptions.Terminal(parsed), parsed.GetRequiredValue(model), parsed.GetRequiredValue(output), options, engine, look)
            {
                Check = parsed.GetValue(check),
                Maps = parsed.GetValue(maps),
                Format = parsed.GetValue(format)!,
            };
            return Task.FromResult(run.Run(parsed.GetRequiredValue(inputs), cancellationToken));
        });
        return command;
    }

    /// <summary>Options that the method has no use for.</summary>
    private static IEnumerable<string> Unfitting(ExplanationMethod method, string? layer, string? fill, int? patch, int? steps)
    {
        string name = ExplanationMethodNames.NameOf(method);
        bool occlusion = method == ExplanationMethod.Occlusion, gradients = method == ExplanationMethod.IntegratedGradients;
        if (layer is not null && !ExplanationMethodNames.ReadsLayer(method))
            yield return $"--layer: expected with a method that reads a feature map ({string.Join(", ", ExplanationMethodNames.Names
                .Where(n => ExplanationMethodNames.ReadsLayer(ExplanationMethodNames.Of(n))))}), received --method {name}.";
        if (fill is not null && !occlusion && !gradients)
            yield return $"--fill: expected with --method occlusion or integrated-gradients, received --method {name}.";
        if (patch is not null && !occlusion)
            yield return $"--patch: expected with --method occlusion, received --method {name}.";
        if (steps is not null && !gradients)
            yield return $"--steps: expected with --method integrated-gradients, received --method {name}.";
    }
}
