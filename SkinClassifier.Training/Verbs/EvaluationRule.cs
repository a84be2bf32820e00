using System.CommandLine;
using SkinClassifier.Metrics;
using SkinClassifier.Models;
using SkinClassifier.Trainers;
using SkinClassifier.Trainers.Settings;

namespace SkinClassifier.Training.Verbs;

/// <summary>
/// evaluate --decide: another rule than the model's. Thresholds are not among them, because they would be chosen on the images that are measured.
/// </summary>
internal static class EvaluationRule
{
    private static readonly OptionForm Form = OptionForm.Custom("score|balanced|FILE.json",
        "score, balanced or an existing JSON file of costs (thresholds are chosen by train only)",
        text => DecisionTarget.TryParse(text) is { Label: null } target ? target : null, value => value.ToString()!);

    /// <summary>The option.</summary>
    public static Option<DecisionTarget?> Option() => new Option<DecisionTarget?>("--decide")
    {
        Description = "How scores become a class: the highest score, the model's own p / prior^t, or the smallest expected cost; default: the model's rule. "
            + "Thresholds are chosen by train only, on images that are not measured.",
        HelpName = Form.Placeholder,
    }.Of(Form);

    /// <summary>The rule; null: the model's own.</summary>
    /// <exception cref="Common.SkinClassifierException">The file is no table of costs.</exception>
    /// <exception cref="InputException">The costs are for other classes, or the model does not say the class shares of its training data.</exception>
    public static DecisionRule? Of(DecisionTarget? target, ImageClassificationModel model, string path)
    {
        if (target is null)
            return null;
        if (target.Problem(model.Labels) is { } problem)
            throw new InputException($"--decide: {target}: {problem}. Use the classes of the model.");
        if (target.Table is { } table)
            return DecisionRule.ExpectedCost(table.InOrder(model.Labels));
        return target == DecisionTarget.HighestScore ? DecisionRule.HighestScore : model.BalancedDecision ?? throw new InputException(
            $"--decide: {path}: expected a model that says the class shares of its training data, received one that does not. Use score or a file of costs.");
    }
}
