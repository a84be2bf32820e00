using System.Globalization;
using Hl7.Fhir.Model;
using SkinClassifier.Calibration;
using SkinClassifier.Prediction;

namespace SkinClassifier.Dermatology.Fhir;

/// <summary>
/// The report and the observations of one prediction. Classes are the model's own words: no code system has them, so that they stand as texts.
/// </summary>
internal static class FhirResources
{
    /// <summary>What the observations are, in words.</summary>
    public const string Decision = "Class of the image", Set = "Prediction set: number of classes that the image may have",
        Familiarity = "Share of the validation images that look as unfamiliar as this one, or more so", Probability = "Probability of the class ";

    private const string MostLikely = "most likely class", InSet = "class in the prediction set", NoAnswer = "no answer";

    /// <summary>The report; its results are added where their addresses are known.</summary>
    public static DiagnosticReport Report(ImagePrediction prediction, DateTimeOffset issued)
    {
        string conclusion = Conclusion(prediction);
        return new DiagnosticReport
        {
            Status = DiagnosticReport.DiagnosticReportStatus.Preliminary,
            Category = [new CodeableConcept("http://terminology.hl7.org/CodeSystem/v2-0074", "IMG", "Diagnostic Imaging", null)],
            Code = new CodeableConcept { Text = "Classification of a skin image by an AI model" },
            Issued = issued,
            Conclusion = $"{conclusion} {FhirReport.Notice}",
            Text = FhirText.Narrative([conclusion, .. prediction.Reasons.Select(r => r.Sentence), FhirReport.Notice]),
        };
    }

    /// <summary>The observations: decision, prediction set and familiarity where the model has them, and every class, most probable first.</summary>
    public static IEnumerable<Observation> Observations(ImagePrediction prediction, DateTimeOffset issued)
    {
        yield return DecisionOf(prediction, issued);
        if (prediction.PredictionSet is { } set)
        {
            Observation observation = New(Set, new Integer(set.Count), issued);
            observation.Component.AddRange(set.Select(label => Component(InSet, label)));
            yield return observation;
        }
        if (prediction.Familiarity is { } familiarity)
            yield return New(Familiarity, Share(familiarity), issued);
        foreach (LabelScore score in prediction.Scores)
            yield return New(Probability + score.Label, Share(score.Score), issued);
    }

    private static Observation DecisionOf(ImagePrediction prediction, DateTimeOffset issued)
    {
        if (prediction.Decision != PredictionDecision.Abstain)
            return New(Decision, new CodeableConcept { Text = FhirText.Of(prediction.PredictedLabel!) }, issued);
        Observation observation = New(Decision, null, issued);
        observation.DataAbsentReason =
            new CodeableConcept("http://terminology.hl7.org/CodeSystem/data-absent-reason", "unknown", "Unknown", NoAnswer);
        observation.Component.Add(Component(MostLikely, prediction.PredictedLabel!));
        observation.Component.AddRange(prediction.Reasons.Select(r => Component(r.Code, r.Sentence)));
        return observation;
    }

    private static Observation New(string code, DataType? value, DateTimeOffset issued) => new()
    {
        Status = ObservationStatus.Preliminary,
        Category = [new CodeableConcept("http://terminology.hl7.org/CodeSystem/observation-category", "imaging", "Imaging", null)],
        Code = new CodeableConcept { Text = FhirText.Of(code) },
        Issued = issued,
        Value = value,
    };

    private static Observation.ComponentComponent Component(string code, string value) => new()
    {
        Code = new CodeableConcept { Text = FhirText.Of(code) },
        Value = new FhirString(FhirText.Of(value)),
    };

    /// <summary>A share, 0 to 1, rounded to a millionth.</summary>
    private static Quantity Share(double share) => new(Math.Round((decimal)share, 6), "1", "http://unitsofmeasure.org");

    private static string Conclusion(ImagePrediction prediction)
    {
        string score = prediction.Scores.First(s => s.Label == prediction.PredictedLabel).Score.ToString("0.000", CultureInfo.InvariantCulture);
        return prediction.Decision == PredictionDecision.Abstain
            ? $"No answer ({string.Join(", ", prediction.Reasons.Select(r => r.Code))}); the most likely class would be {prediction.PredictedLabel} ({score})."
            : $"{prediction.PredictedLabel} ({score}).";
    }
}
