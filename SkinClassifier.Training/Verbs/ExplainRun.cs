using SkinClassifier.Common;
using SkinClassifier.Explanations;
using SkinClassifier.Imaging;
using SkinClassifier.Models;
using SkinClassifier.Prediction;
using SkinClassifier.Training.Output;
using SkinClassifier.Training.Settings;

namespace SkinClassifier.Training.Verbs;

/// <summary>One call of `explain`: maps of images, one after the other, and the lists of all.</summary>
internal sealed class ExplainRun(
    Terminal terminal, string modelPath, string output, ExplanationOptions options, ImagePredictionOptions engineOptions, HeatMapOverlayOptions look)
{
    private const int MaxChecked = 16;

    private static readonly Dictionary<string, string> Names =
        new() { ["Method"] = "--method", ["Label"] = "--class", ["Layer"] = "--layer", ["PatchSize"] = "--patch", ["IntegrationSteps"] = "--steps" };

    private readonly ExplanationFolder _folder = new(output);
    private readonly List<ExplanationRow> _rows = [];
    private byte[] _content = [];

    /// <summary>Whether the maps are checked.</summary>
    public required bool Check { get; init; }

    /// <summary>Whether the numbers of the maps are written.</summary>
    public required bool Maps { get; init; }

    /// <summary>How rows are printed.</summary>
    public required string Format { get; init; }

    /// <summary>Explains the images of the arguments; returns the exit code.</summary>
    public int Run(string[] arguments, CancellationToken cancellationToken)
    {
        IEnumerable<string> refusals = arguments.Where(a => a != "-").Select(_folder.Refusal).OfType<string>();
        using PredictionEngine engine = new(ImageClassificationModel.Load(modelPath), engineOptions);
        string[] errors = [.. refusals.Concat(Errors(engine.Model)).Distinct()];
        if (errors.Length > 0)
            throw new UsageException(errors);
        using RunLock own = RunLock.Take(output);
        try
        {
            // On a terminal the rows themselves show how far it is, and bars would disturb them.
            if (Console.IsOutputRedirected)
                terminal.WithProgress(progress => ExplainAll(engine, arguments, progress, cancellationToken));
            else
                ExplainAll(engine, arguments, new NoProgress(), cancellationToken);
        }
        catch (OperationCanceledException)
        {
            _folder.WriteLists(modelPath, options, _rows, null);
            throw;
        }
        ExplanationCheckResult? check = Check ? RunCheck(engine, cancellationToken) : null;
        _folder.WriteLists(modelPath, options, _rows, check);
        int done = _rows.Count(r => r.Error is null);
        terminal.Note($"written: {output} ({done} heat {(done == 1 ? "map" : "maps")}, explanations.json, explanations.csv)");
        return done < _rows.Count ? ExitCode.UnusableInput : ExitCode.Done;
    }

    /// <summary>What of the options does not fit the model, in the command line's words.</summary>
    private IEnumerable<string> Errors(ImageClassificationModel model)
    {
        List<string> errors = [];
        Try(() => ExplanationRules.Checked(options, model));
        if (ExplanationMethodNames.ReadsLayer(options.Method))
            Try(() => FeatureMaps.Check(model, options.Layer));
        return errors;

        void Try(Action check)
        {
            try
            {
                check();
            }
            catch (ArgumentException error)
            {
                errors.Add(Names.Aggregate(ErrorSentence.Plain(error.Message), (text, name) => text.Replace($"{name.Key}: ", $"{name.Value}: ")));
            }
        }
    }

    private int ExplainAll(PredictionEngine engine, string[] arguments, IProgressDisplay progress, CancellationToken cancellationToken)
    {
        PredictionInputs inputs = new(arguments, StandardInput.Lines);
        // How many paths come from stdin is not known before they are read.
        IEnumerable<string> images = arguments.Contains("-") ? inputs.Images() : [.. inputs.Images()];
        int? total = images is ICollection<string> all ? all.Count : null;
        using ExplanationWriter writer =
            ExplanationWriter.Create(Format, Format == "csv" ? CleanConsole.DataOutput : Console.Out, options.Method);
        foreach (string path in images)
        {
            WriteErrors(inputs.ErrorsBefore());
            if (total is { } count)
                progress.Report("explaining", _rows.Count, Math.Max(count, _rows.Count));
            Write(ExplainOne(engine, path, cancellationToken));
        }
        WriteErrors(inputs.ErrorsBefore(end: true));
        if (total > 0)
            progress.Report("explaining", _rows.Count, _rows.Count);
        return _rows.Count;

        void Write(ExplanationRow row)
        {
            _rows.Add(row);
            writer.Write(row);
        }

        void WriteErrors(IEnumerable<(string Path, string Reason)> errors)
        {
            foreach ((string path, string reason) in errors)
                Write(ExplanationRow.OfError(path, CommandLineNames.Translate(reason)));
        }
    }

    private ExplanationRow ExplainOne(PredictionEngine engine, string path, CancellationToken cancellationToken)
    {
        RgbImage image;
        ReadOnlySpan<byte> content;
        try
        {
            if (_folder.Refusal(path) is { } refusal)
                return ExplanationRow.OfError(path, refusal);
            int length = FileContent.Read(path, ref _content);
            content = _content.AsSpan(0, length);
            image = RgbImage.Decode(content, engineOptions.Decoder, path);
        }
        catch (Exception error)
            when (error is SkinClassifierException or IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            return ExplanationRow.OfError(path, CommandLineNames.Translate(error.Message));
        }
        ImageExplanation explanation = engine.Explain(content, path, options, cancellationToken);
        string name = _folder.NameFor(path), overlay = name + ".png";
        string? map = Maps ? name + ".npy" : null;
        HeatMapOverlay.Draw(image, explanation, look).Save(_folder.File(overlay));
        if (map is not null)
            RawMapFile.Write(_folder.File(map), explanation);
        return ExplanationRow.Of(path, explanation, overlay, map);
    }

    /// <summary>Checks the maps of some of the images, evenly taken from all.</summary>
    private ExplanationCheckResult? RunCheck(PredictionEngine engine, CancellationToken cancellationToken)
    {
        string[] good = [.. _rows.Where(r => r.Error is null).Select(r => r.Path)];
        if (good.Length == 0)
            return null;
        int count = Math.Min(MaxChecked, good.Length);
        RgbImage[] images = [.. Enumerable.Range(0, count).Select(i => RgbImage.Load(good[(int)((long)i * good.Length / count)], engineOptions.Decoder))];
        terminal.Note($"checking the maps of {count} {(count == 1 ? "image" : "images")}");
        ExplanationCheckResult check = ExplanationCheck.Run(engine, images, options, cancellationToken: cancellationToken);
        if (Format == "table")
            Terminal.Result(check.Sentence);
        else
            terminal.Note(check.Sentence);
        return check;
    }
}
