using System.Text;
using SkinClassifier.Common;
using SkinClassifier.Reports.Sheets;

namespace SkinClassifier.Reports;

/// <summary>
/// model-card.md: what the model is and is for, for whom it was measured, from which images it was trained, how well it does, and its limits. The sections
/// follow Mitchell et al., Model Cards for Model Reporting, 2019.
/// </summary>
internal static class ModelCard
{
    /// <summary>Writes the file, whole or not at all.</summary>
    /// <param name="path">The file; an existing one is replaced.</param>
    /// <param name="report">The run.</param>
    /// <param name="figures">What was computed for it.</param>
    public static void Write(string path, RunReport report, ReportFigures figures) =>
        AtomicFile.WriteText(path, Create(report.Title, RunFacts.Of(report, figures, report.ConfigurationFile)));

    /// <summary>The card as Markdown, as model.zip holds it: without seconds, threads and versions, so that the same training gives the same bytes.</summary>
    /// <param name="report">The run.</param>
    /// <param name="figures">What was computed for it. Default null: it is computed.</param>
    public static string Create(RunReport report, ReportFigures? figures = null)
    {
        ArgumentNullException.ThrowIfNull(report);
        return Create(report.Title, RunFacts.Of(report, figures ?? new ReportFigures(report)));
    }

    private static string Create(string title, RunFacts f)
    {
        StringBuilder text = new();
        text.Append($"# {Markdown.Plain(title)}\n\n> **{Text.MedicalHeadline}** {Text.MedicalNotice}\n");
        Section(text, "Model details", ModelFacts.Network(f), ModelFacts.Preparation(f), ModelFacts.Identity(f));
        Section(text, "Intended use", "Research, teaching, and as one hint among others for people who can judge it.");
        Section(text, "Out of scope", "Deciding without a professional, self-diagnosis, and images that show none of "
            + $"{string.Join(", ", f.Labels.Select(Markdown.Code))}.");
        Section(text, "Factors", SubgroupFacts.Columns(f), SubgroupFacts.Scores(f), SubgroupFacts.Gaps(f));
        Section(text, "Training and evaluation data", DataFacts.Source(f), DataFacts.Counts(f), DataFacts.Partition(f));
        Section(text, "Training", TrainingFacts.Phases(f), TrainingFacts.Shared(f), TrainingFacts.Selection(f), TrainingFacts.Reasons(f));
        Section(text, "Decision rule and abstention", ModelFacts.Decision(f), ScoreFacts.Rules(f), Text.WhichRule,
            PolicyFacts.All(f) ?? "No policy was measured on these images.", PolicyFacts.PoorInput(f));
        Section(text, $"Scores on {Text.Whole(f.Count)} images ({Markdown.Plain(f.MeasuredOn ?? "")})", ScoreFacts.All(f), ScoreFacts.Classes(f),
            ScoreFacts.Confusions(f), ScoreFacts.Levels(f));
        Section(text, "Operating points", ScoreFacts.OperatingPoints(f));
        Section(text, "Calibration", ScoreFacts.Calibration(f), ModelFacts.Temperature(f));
        Section(text, "Robustness", ScoreFacts.Robustness(f) ?? "Not measured in this run.");
        Section(text, "Limits", LimitFacts.All(f));
        Section(text, "Weights, license and source", ModelFacts.Weights(f), "Rights in the training images can hold for the weights, too.");
        Section(text, "How to repeat it", TrainingFacts.Reproduce(f), TrainingFacts.Effort(f));
        return text.ToString();
    }

    private static void Section(StringBuilder text, string title, params IReadOnlyList<string?> parts)
    {
        if (Markdown.Paragraphs(parts) is { } content)
            text.Append($"\n## {title}\n\n{content}\n");
    }
}
