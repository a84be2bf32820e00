using System.Text;
using SkinClassifier.Calibration;

namespace SkinClassifier.Reports.Page;

/// <summary>Which images the model answers, with how many errors, and how often the prediction sets have the class.</summary>
internal static class PolicySection
{
    public static void Write(StringBuilder html, PolicyMetrics? reached)
    {
        if (reached is null)
            return;
        PolicyOptions options = reached.Policy.Options;
        html.Append("<section class=\"card\">\n<h2>Answers and prediction sets</h2>\n"
            + $"<p class=\"note\">Calibrated on: {Html.Escape(reached.Policy.CalibratedOn)}. Promises hold for images that come from where those came from, "
            + "on average, and not for one image.</p>\n<div class=\"charts\">\n");
        RiskCoverageChart.Write(html, reached);
        html.Append($"<div><h3>Answer or abstain</h3>\n<p>{Answers(reached)}</p>\n<p>{Errors(reached)}</p>\n"
            + $"<p class=\"note\">The area under the curve (AURC), the mean error among the k most confident images over all k, is "
            + $"{Text.Metric(reached.AreaUnderRiskCoverage)}; 0 is perfect.</p></div>\n</div>\n");
        if (reached.UnfamiliarShare is not null || reached.UnusableShare is not null)
            html.Append($"<p class=\"note\">{Checks(reached)}</p>\n");
        html.Append($"<h3>Prediction sets</h3>\n<p>{Text.Percent(reached.Coverage)} of the sets have the class of their image; wanted are "
            + $"{Text.Percent(1 - options.Alpha)}{(options.Sets == PredictionSetKind.ClassConditional ? " of the images of each class" : " of all images")}. "
            + $"A set has {Text.Short(reached.MeanSetSize ?? 0)} classes on average; {Text.Percent(reached.EmptySets)} of the sets are empty.</p>\n"
            + "<div class=\"scroll\"><table><thead><tr><th>class</th><th>images</th><th>calibration images</th><th>coverage</th><th>95 % interval</th><th>limit"
            + "</th></tr></thead><tbody>\n");
        foreach ((int index, ClassCoverage c) in reached.PerClass.Index())
            html.Append($"<tr><td class=\"name\">{Html.Escape(c.Label)}</td><td>{Text.Whole(c.Images)}</td><td>{Text.Whole(c.Calibration)}</td>"
                + $"<td>{Text.Percent(c.Share)}</td><td>{Text.Interval(c.Interval)}</td><td>{Limit(reached.Policy, index)}</td></tr>\n");
        html.Append("</tbody></table></div>\n<p class=\"note\">The intervals take every image for itself; with several images of a lesion they are too narrow. "
            + $"A class with fewer than {options.MinImages} calibration images has the limit of all classes together.</p>\n</section>\n");
    }

    private static string Checks(PolicyMetrics reached) => "Not answered either: "
        + (reached.UnfamiliarShare is { } unfamiliar ? $"images that are not like the training images, {Text.Percent(unfamiliar)} of these" : "")
        + (reached is { UnfamiliarShare: not null, UnusableShare: not null } ? ", and " : "")
        + (reached.UnusableShare is { } unusable ? $"images that are blurred, dark, blank, tiny or have glare, {Text.Percent(unusable)}" : "") + ".";

    private static string Answers(PolicyMetrics reached) => reached.Policy.Threshold switch
    {
        null => $"The model never abstains for low confidence: no threshold promises at most {Text.Percent(reached.Policy.Options.Risk)} errors, or none was "
            + $"wanted. It answers {Text.Whole(reached.Answered)} of {Text.Whole(reached.Count)} images ({Text.Percent(reached.AnsweredShare)}).",
        { } threshold =>
            $"The model answers {Text.Whole(reached.Answered)} of {Text.Whole(reached.Count)} images ({Text.Percent(reached.AnsweredShare)}): those "
            + $"whose predicted class has a probability of at least {Text.Metric(threshold)} and is in the prediction set.",
    };

    private static string Errors(PolicyMetrics reached) => reached.Answered == 0 ? "No image is answered."
        : $"{Text.Percent(reached.ErrorAmongAnswers)} of the answers are wrong (95 % interval {Text.Interval(reached.ErrorInterval)})"
            + (reached.Policy.Threshold is null ? "." : $"; promised are at most {Text.Percent(reached.Policy.Options.Risk)}.");

    private static string Limit(PredictionPolicy policy, int label) =>
        double.IsInfinity(policy.Limits[label]) ? "in every set" : Text.Metric(policy.Limits[label]);
}
