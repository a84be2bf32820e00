using System.Globalization;
using SkinClassifier.Trainers.Settings;

namespace SkinClassifier.Trainers;

/// <summary>
/// What is asked of a model's decision rule. The trainer makes the rule of it: what is to be chosen (t of p / prior^t, thresholds) is chosen on validation
/// images, never on images that measure the model.
/// </summary>
public sealed record DecisionTarget
{
    /// <summary>What a text can be, as part of a sentence.</summary>
    internal const string Forms =
        "score, balanced, an existing JSON file of costs, sensitivity=X:CLASS or specificity=X:CLASS with X above 0 to 1";

    private const string Sensitivity = "sensitivity", Specificity = "specificity";
    private readonly string _text;

    private DecisionTarget(string text) => _text = text;

    /// <summary>The class with the highest probability.</summary>
    public static DecisionTarget HighestScore { get; } = new("score");

    /// <summary>The class with the largest p / prior^t, with the t that gives the best mean recall of the classes.</summary>
    public static DecisionTarget Balanced { get; } = new("balanced");

    /// <summary>Costs of each error; null: another target.</summary>
    internal CostTable? Table { get; private init; }

    /// <summary>Class of a minimum sensitivity or specificity; null: another target.</summary>
    internal string? Label { get; private init; }

    /// <summary>Minimum share.</summary>
    internal double Share { get; private init; }

    /// <summary>Whether the share is a sensitivity; false: a specificity.</summary>
    internal bool IsSensitivity { get; private init; }

    /// <summary>The class with the smallest expected cost.</summary>
    /// <param name="labels">The classes, in the order of the rows and columns; all classes of the data, in any order.</param>
    /// <param name="costs">Rows actual, columns predicted class; 0 or more.</param>
    /// <exception cref="ArgumentException">No square table, names that are not distinct, or a negative cost.</exception>
    public static DecisionTarget ExpectedCost(IReadOnlyList<string> labels, IReadOnlyList<IReadOnlyList<double>> costs)
    {
        CostTable table = new(labels, costs);
        return table.Problem() is { } problem ? throw new ArgumentException($"DecisionTarget.ExpectedCost: {problem}.") : new("costs") { Table = table };
    }

    /// <summary>
    /// Thresholds at which at least a share of the images of a class are predicted as it, with as few false alarms as that allows.
    /// </summary>
    /// <param name="share">Above 0 to 1.</param>
    /// <param name="label">The class.</param>
    /// <exception cref="ArgumentException">The share is out of range or the name is empty.</exception>
    public static DecisionTarget MinSensitivity(double share, string label) => OfShare(Sensitivity, share, label);

    /// <summary>
    /// Thresholds at which at least a share of the images of other classes are not predicted as a class, finding as many of its images as that allows.
    /// </summary>
    /// <inheritdoc cref="MinSensitivity"/>
    public static DecisionTarget MinSpecificity(double share, string label) => OfShare(Specificity, share, label);

    /// <summary>Reads "score", "balanced", "sensitivity=0.9:mel", "specificity=0.9:mel" or the path of a JSON file of costs.</summary>
    /// <exception cref="ArgumentException">The text is none of them.</exception>
    /// <exception cref="SkinClassifier.Common.InvalidContentException">The file is no table of costs.</exception>
    public static DecisionTarget Parse(string text) =>
        TryParse(text) ?? throw new ArgumentException($"DecisionTarget: expected {Forms}, received {text}.", nameof(text));

    /// <summary>As <see cref="Parse"/> reads it, for example "sensitivity=0.9:mel"; "costs" for costs that come from no file.</summary>
    public override string ToString() => _text;

    /// <summary>As <see cref="Parse"/>; null where the text is none of them.</summary>
    internal static DecisionTarget? TryParse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text == HighestScore._text || text == Balanced._text)
            return text == Balanced._text ? Balanced : HighestScore;
        int equals = text.IndexOf('='), colon = text.IndexOf(':', equals + 1);
        if (equals > 0 && text[..equals] is Sensitivity or Specificity)
            return colon > 0 && colon < text.Length - 1 && NumberText.TryRead(text[(equals + 1)..colon], out double share, out _) && share is > 0 and <= 1
                ? OfShare(text[..equals], share, text[(colon + 1)..]) : null;
        return File.Exists(text) ? new(text) { Table = CostTable.Read(text) } : null;
    }

    /// <summary>Why it cannot be asked of these classes, as part of a sentence; null: it can.</summary>
    internal string? Problem(IReadOnlyList<string> labels) => Table?.Problem(labels)
        ?? (Label is null || labels.Contains(Label) ? null : $"expected one of the classes {string.Join(", ", labels)}, received '{Label}'");

    private static DecisionTarget OfShare(string kind, double share, string label)
    {
        ArgumentException.ThrowIfNullOrEmpty(label);
        if (share is not (> 0 and <= 1))
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"DecisionTarget: {kind}: expected above 0 to 1, received {share}."),
                nameof(share));
        return new(string.Create(CultureInfo.InvariantCulture, $"{kind}={share}:{label}"))
        {
            Share = share,
            Label = label,
            IsSensitivity = kind == Sensitivity,
        };
    }
}
