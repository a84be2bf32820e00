using System.Text;
using SkinClassifier.Common;
using SkinClassifier.Data;
using SkinClassifier.Explanations;
using SkinClassifier.Imaging;
using SkinClassifier.Metrics;
using SkinClassifier.Models;
using SkinClassifier.Prediction;

namespace SkinClassifier.Reports.Page;

/// <summary>Where the model looked when it was most sure of a wrong answer, and whether its heat maps deserve trust.</summary>
internal static class HeatMapsSection
{
    private const int MaxImages = 8, Side = 224, Quality = 82, MinChecked = 3;

    // One check costs as much as some 40 predictions; of many images, all checks together stay below measuring them once more.
    private const int MeasuredPerCheck = 40;
    private static readonly ExplanationCheckOptions Check = new() { Stages = 1, DeletionSteps = 10, RandomOrders = 2 };
    private static readonly HeatMapOverlayOptions Look = new() { MaxSide = Side, Legend = false };

    public static void Write(StringBuilder html, RunReport report)
    {
        int[] wrong = ImagesSection.MostConfidentWrong(report.Metrics.Examples, MaxImages);
        if (report.Model is null || wrong.Length == 0)
            return;
        html.Append("<section class=\"card\" id=\"heat-maps\">\n<h2>Where the model looked</h2>\n");
        if (HasFeatureMap(report.Model))
            using (PredictionEngine engine = new(report.Model, report.Engine))
                Maps(html, report, engine, wrong);
        else
            html.Append("<p class=\"note\">This network has no feature map that Grad-CAM could read. <code>skinclassifier explain &lt;model.zip&gt; "
                + "&lt;images&gt; -o &lt;folder&gt; --method occlusion</code> draws heat maps of it.</p>\n");
        html.Append("</section>\n");
    }

    private static bool HasFeatureMap(ImageClassificationModel model)
    {
        try
        {
            FeatureMaps.Check(model, null);
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private static void Maps(StringBuilder html, RunReport report, PredictionEngine engine, int[] wrong)
    {
        ScoredExamples scored = report.Metrics.Examples;
        List<RgbImage> images = [];
        StringBuilder figures = new();
        foreach (int i in wrong)
            if (Image(report, i) is { } image)
            {
                images.Add(image);
                ExplanationOptions options = new() { Label = scored.Labels[scored.Predicted[i]] };
                Figure(figures, report.Examples[i], scored, i, image, engine.Explain(image, options));
            }
        if (images.Count == 0)
            return;
        html.Append("<p class=\"note\">The most confident wrong answers, each with the places that speak for the wrong class (Grad-CAM). The line goes "
            + "around the places with at least half of the image’s highest value; the network does not see what is pale. A heat map shows where the "
            + "network looked, not what it saw there; it proves nothing.</p>\n");
        html.Append($"<p class=\"note\">{Html.Escape(Trust(report, engine, images))}</p>\n");
        html.Append("<div class=\"mapscale\"><span>0</span><i style=\"background:linear-gradient(to right");
        for (int i = 0; i <= 8; i++)
        {
            (byte r, byte g, byte b) = HeatMapColors.Of(i / 8f);
            html.Append($",rgb({r},{g},{b})");
        }
        html.Append("\"></i><span>100 %</span></div>\n<div class=\"gallery wrong maps\">\n").Append(figures).Append("</div>\n");
    }

    private static void Figure(StringBuilder html, ImageExample example, ScoredExamples scored, int i, RgbImage image, ImageExplanation explanation)
    {
        string actual = Html.Escape(scored.Labels[scored.Actual[i]]), predicted = Html.Escape(scored.Labels[scored.Predicted[i]]);
        string drawn = Convert.ToBase64String(HeatMapOverlay.Draw(image, explanation, Look).EncodeJpeg(Quality));
        html.Append($"<figure><div class=\"image\"><img alt=\"{Html.Escape($"{example.Path} and its heat map. {explanation.Describe()}")}\" loading=\"lazy\" "
            + $"src=\"data:image/jpeg;base64,{drawn}\"></div><figcaption><b>{predicted}</b> {Text.Percent(scored.Scores(i)[scored.Predicted[i]])}, "
            + $"truly <b>{actual}</b>{(explanation.IsEmpty() ? "<br>The map is empty." : "")}<small>{Html.Escape(example.Path)}</small></figcaption>"
            + "</figure>\n");
    }

    /// <summary>What the checks say of the maps of the mistakes and, where these are few, of other images, evenly taken.</summary>
    private static string Trust(RunReport report, PredictionEngine engine, List<RgbImage> mistakes)
    {
        int measured = report.Metrics.Count, count = Math.Clamp(measured / MeasuredPerCheck, MinChecked, MaxImages);
        List<RgbImage> images = [.. mistakes.Take(count)];
        ScoredExamples scored = report.Metrics.Examples;
        for (int k = 0; k < 2 * count && images.Count < count; k++)
            if ((int)((2L * k + 1) * measured / (4 * count)) is var i && scored.Predicted[i] == scored.Actual[i] && Image(report, i) is { } image)
                images.Add(image);
        return images.Count < MinChecked ? "Whether these maps deserve trust was not checked, because there are few images; `skinclassifier explain "
            + "<model.zip> <images> -o <folder> --check` does it." : ExplanationCheck.Run(engine, images, null, Check).Sentence;
    }

    /// <summary>The image; null when it cannot be read any more.</summary>
    private static RgbImage? Image(RunReport report, int i)
    {
        try
        {
            return RgbImage.Decode(report.Examples[i].ReadContent(), report.Engine.Decoder, report.Examples[i].Path);
        }
        catch (Exception error) when (error is SkinClassifierException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
