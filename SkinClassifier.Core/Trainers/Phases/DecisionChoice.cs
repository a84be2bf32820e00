using SkinClassifier.Metrics;
using SkinClassifier.Models;

namespace SkinClassifier.Trainers.Phases;

/// <summary>Makes a model's decision rule of what was asked, with images that were not trained on.</summary>
/// <param name="Labels">The classes.</param>
/// <param name="Counts">Training images of each class: the prior is their shares, whatever weights the classes had in the loss.</param>
/// <param name="Balance">What was done about classes of different size.</param>
internal sealed record DecisionChoice(IReadOnlyList<string> Labels, IReadOnlyList<int> Counts, ClassBalance Balance)
{
    /// <summary>
    /// t of p / prior^t that follows from how classes were weighted: a calibrated model without weights gives p in proportion to the shares (1), one with
    /// weights of 1/√share to their square root (0.5), one that saw all classes alike needs none (0).
    /// </summary>
    private double UsualExponent => Balance switch { ClassBalance.None => 1, ClassBalance.SqrtWeights => 0.5, _ => 0 };

    /// <summary>The rule.</summary>
    /// <param name="target">What was asked.</param>
    /// <param name="probabilities">Probabilities of the images that choose [N,K]; empty: there are none.</param>
    /// <param name="actual">Their classes [N].</param>
    /// <param name="chosenOn">What these images are.</param>
    /// <param name="warn">Takes a sentence when what was asked is not reached.</param>
    public ModelDecision Choose(DecisionTarget target, float[] probabilities, int[] actual, string chosenOn, Action<string> warn)
    {
        double[] prior = ModelDecision.Shares(Counts);
        ModelDecision decision = new()
        {
            Prior = prior,
            Exponent = BalancedExponent.Choose(probabilities, actual, prior, UsualExponent),
            ChosenOn = actual.Length == 0 ? null : $"{chosenOn}, {actual.Length} images",
        };
        if (target == DecisionTarget.Balanced)
            return decision with { Rule = PriorCorrectedRule.Word };
        if (target.Table is { } table)
            return decision with { Rule = CostRule.Word, Costs = table.InOrder(Labels) };
        if (target.Label is not { } label)
            return decision;
        int index = Labels.Index().First(l => l.Item == label).Index;
        double[]? thresholds = target.IsSensitivity
            ? ThresholdChoice.ForSensitivity(probabilities, actual, Labels.Count, index, target.Share)
            : ThresholdChoice.ForSpecificity(probabilities, actual, Labels.Count, index, target.Share);
        int own = actual.Count(a => a == index);
        if (thresholds is not null)
            return decision with
            {
                Rule = ThresholdRule.Word,
                Target = target.ToString(),
                Thresholds = thresholds,
                ChosenOn = $"{decision.ChosenOn}, {own} of '{label}'",
            };
        warn($"decision: {target} is not reachable on {actual.Length} images that can choose ({own} of '{label}') without "
            + $"{(target.IsSensitivity ? $"predicting every image as '{label}'" : $"missing every image of '{label}'")}; the model decides by the highest "
            + "score. Ask for less, or give more validation images.");
        return decision;
    }
}
