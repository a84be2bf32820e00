using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using SkinClassifier.Common;
using SkinClassifier.MLNet.Images;
using SkinClassifier.MLNet.Rows;
using SkinClassifier.Models;

namespace SkinClassifier.MLNet.Saving;

/// <summary>
/// The steps of saved models that are in use. ML.NET hands the same characters to every row of a loaded model, so that the model is opened once; it goes
/// when the characters go.
/// </summary>
internal static class SavedSteps
{
    private static readonly ConditionalWeakTable<object, OpenedStep> _opened = [];

    /// <summary>Does a row's work.</summary>
    /// <param name="text">The step's text.</param>
    /// <param name="read">Gets the image; where the column holds pixels, from their width and height.</param>
    /// <param name="use">Takes the result, before the buffers go to another row.</param>
    /// <param name="explains">Whether the result is explained, too.</param>
    public static void Run(ReadOnlyMemory<char> text, Func<int, int, ImageValue> read, Action<ImageWork> use, bool explains = false)
    {
        OpenedStep opened = _opened.GetValue(Owner(text), _ => new OpenedStep(SavedText.Read(text)));
        ImageWork work = opened.Free.TryTake(out ImageWork? free) ? free : opened.Step.NewWork();
        work.Explains = explains;
        try
        {
            work.Run(() => read(opened.Width, opened.Height), 0, opened.Step.ThrowOnUnreadableImage);
            use(work);
        }
        finally
        {
            opened.Free.Add(work);
        }
    }

    /// <summary>What the policy of a step's model says of scores.</summary>
    /// <param name="text">The step's text.</param>
    /// <param name="values">The scores, and what lies behind them.</param>
    public static DecisionTexts Decide(ReadOnlyMemory<char> text, float[] values) => Model(text) is { } model
        ? DecisionTexts.Of(model, values.AsSpan(0, model.Labels.Count), CheckedImage.Read(values.AsSpan(model.Labels.Count))) : DecisionTexts.None;

    /// <summary>How familiar the image of a row is.</summary>
    /// <inheritdoc cref="Decide"/>
    public static float Familiarity(ReadOnlyMemory<char> text, float[] values) => Model(text) is { } model && !float.IsNaN(values[0])
        ? CheckedImage.Read(values.AsSpan(model.Labels.Count)).Familiarity : float.NaN;

    private static ImageClassificationModel? Model(ReadOnlyMemory<char> text) =>
        _opened.GetValue(Owner(text), _ => new OpenedStep(SavedText.Read(text))).Step is ScoreStep step ? step.Model : null;

    private static object Owner(ReadOnlyMemory<char> text) => MemoryMarshal.TryGetString(text, out string? whole, out _, out _) ? whole
        : MemoryMarshal.TryGetArray(text, out ArraySegment<char> segment) && segment.Array is { } array ? array
        : throw new InvalidContentException("Saved ML.NET model: expected the text of a step, received nothing. Save the model again.");

    private sealed class OpenedStep(SavedText text)
    {
        public ImageStep Step { get; } = text.Kind switch
        {
            ScoreStep.Kind => ScoreStep.Load(text),
            FeatureStep.Kind => FeatureStep.Load(text),
            ResizeStep.Kind => ResizeStep.Load(text),
            SkinFeatureStep.Kind => SkinFeatureStep.Load(text),
            _ => throw new UnsupportedContentException($"Saved ML.NET model: expected a kind of step that this release knows, received '{text.Kind}'. "
                + "Update the package SkinClassifier.MLNet."),
        };

        public int Width => text.Width;

        public int Height => text.Height;

        public ConcurrentBag<ImageWork> Free { get; } = [];
    }
}
