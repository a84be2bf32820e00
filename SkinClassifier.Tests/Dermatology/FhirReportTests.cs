using System.Text.Json;
using Hl7.Fhir.Model;
using SkinClassifier.Calibration;
using SkinClassifier.Dermatology.Fhir;
using SkinClassifier.Models;
using SkinClassifier.Prediction;
using SkinClassifier.Tests.Calibration;
using SkinClassifier.Tests.Models;

namespace SkinClassifier.Tests.Dermatology;

public sealed class FhirReportTests
{
    private const string Hash = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
    private static readonly DateTimeOffset Issued = new(2026, 11, 29, 1, 2, 3, TimeSpan.Zero);
    private static readonly ReportedModel Model = new("skin", Hash);
    private static readonly ReportedImage Sure = new(Predicted(0.98f, 0.01f, 0.01f), Model);

    [Test]
    public void An_answer_has_a_preliminary_report_its_observations_and_the_device()
    {
        ImagePrediction prediction = Predicted(0.98f, 0.01f, 0.01f);
        Bundle bundle = FhirReport.ToBundle([new ReportedImage(prediction, Model)], Issued);
        DiagnosticReport report = Only<DiagnosticReport>(bundle);
        Observation[] observations = [.. All<Observation>(bundle)];
        Assert.That((bundle.Type, bundle.Timestamp), Is.EqualTo((Bundle.BundleType.Collection, Issued)));
        Assert.That((report.Status, report.Subject, report.Issued),
            Is.EqualTo((DiagnosticReport.DiagnosticReportStatus.Preliminary, (ResourceReference?)null, Issued)));
        Assert.That(report.Conclusion, Does.StartWith("mel (0.980).").And.Contain("not a medical device"));
        Assert.That(observations.Select(o => o.Code!.Text), Is.EqualTo(new[]
        {
            "Class of the image", "Prediction set: number of classes that the image may have", "Probability of the class mel", "Probability of the class nv",
            "Probability of the class bkl",
        }));
        Assert.That(observations.Select(o => (o.Status, o.Subject)), Has.All.EqualTo((ObservationStatus.Preliminary, (ResourceReference?)null)));
        Assert.That(((CodeableConcept)observations[0].Value!).Text, Is.EqualTo("mel"));
        Assert.That(observations[1].Component.Select(c => c.Value!.ToString()), Is.EqualTo(prediction.PredictionSet));
        Assert.That(((Integer)observations[1].Value!).Value, Is.EqualTo(prediction.PredictionSet!.Count));
        Assert.That(observations.Skip(2).Select(o => ((Quantity)o.Value!).Value), Is.EqualTo(new[] { 0.98m, 0.01m, 0.01m }));
        Assert.That(observations.Skip(2).Select(o => ((Quantity)o.Value!).Code), Has.All.EqualTo("1"));
    }

    [Test]
    public void Every_reference_leads_to_an_entry_and_the_device_names_the_file()
    {
        Bundle bundle = FhirReport.ToBundle([Sure, new ReportedImage(Predicted(0.1f, 0.8f, 0.1f), Model)], Issued);
        HashSet<string> entries = [.. bundle.Entry.Select(e => e.FullUrl!)];
        Assert.That(entries, Has.Count.EqualTo(bundle.Entry.Count).And.All.StartsWith("urn:uuid:"));
        Assert.That(All<DiagnosticReport>(bundle).SelectMany(r => r.Result).Concat(All<Observation>(bundle).Select(o => o.Device))
            .Select(r => r!.Reference!).Distinct(), Is.SubsetOf(entries));
        Assert.That(All<DiagnosticReport>(bundle).Sum(r => r.Result.Count), Is.EqualTo(All<Observation>(bundle).Count()));
        Device device = Only<Device>(bundle);
        Assert.That((device.DeviceName[0].Name, device.Identifier[0].Value), Is.EqualTo(("skin", Hash)));
        Assert.That(device.Version.Select(v => v.Value), Is.EqualTo(new[] { typeof(FhirReport).Assembly.GetName().Version!.ToString(3), Hash }));
        Assert.That(device.Note[0].Text, Does.Contain("not a medical device"));
    }

    [Test]
    public void No_answer_says_so_with_its_reasons_and_the_most_likely_class()
    {
        ImagePrediction prediction = Predicted(0.4f, 0.35f, 0.25f);
        Assert.That(prediction.Decision, Is.EqualTo(PredictionDecision.Abstain));
        Bundle bundle = FhirReport.ToBundle([new ReportedImage(prediction, Model)], Issued);
        Observation decision = All<Observation>(bundle).First();
        Assert.That((decision.Value, decision.DataAbsentReason!.Text, decision.DataAbsentReason.Coding[0].Code),
            Is.EqualTo(((DataType?)null, "no answer", "unknown")));
        Assert.That(decision.Component.Select(c => (c.Code!.Text!, c.Value!.ToString())), Is.EqualTo(
            prediction.Reasons.Select(r => (r.Code, (string?)r.Sentence)).Prepend(("most likely class", "mel"))));
        Assert.That(Only<DiagnosticReport>(bundle).Conclusion, Does.StartWith("No answer (").And.Contain("would be mel (0.400)"));
    }

    [Test]
    public void An_image_that_cannot_be_used_becomes_an_outcome_in_its_place()
    {
        Bundle bundle = FhirReport.ToBundle([new ReportedImage("The image is damaged.", Model), Sure], Issued);
        OperationOutcome outcome = (OperationOutcome)bundle.Entry[0].Resource!;
        Assert.That((outcome.Issue[0].Severity, outcome.Issue[0].Diagnostics), Is.EqualTo((OperationOutcome.IssueSeverity.Error, "The image is damaged.")));
        Assert.That(bundle.Entry[1].Resource, Is.InstanceOf<DiagnosticReport>());
        Assert.That(All<Device>(FhirReport.ToBundle([new ReportedImage("x", Model)], Issued)), Is.Empty);
    }

    [Test]
    public void Class_names_that_FHIR_and_HTML_do_not_accept_are_written_so_that_both_do()
    {
        ImageClassificationModel odd = SmallModels.Create(["a<b>&\u0001", "b", " "]);
        string json = System.Text.Encoding.UTF8.GetString(
            FhirReport.ToJson([new ReportedImage(new ImagePrediction(odd, null, [0.5f, 0.3f, 0.2f], null, null), new ReportedModel("", null))], Issued));
        Bundle bundle = JsonSerializer.Deserialize<Bundle>(json, new JsonSerializerOptions().Fhir())!;
        Assert.That(Only<DiagnosticReport>(bundle).Text!.Div, Does.Contain("a&lt;b&gt;&amp;\uFFFD"));
        Assert.That(Only<Device>(bundle).Identifier, Is.Empty);
        Assert.That(Only<Device>(bundle).DeviceName[0].Name, Is.EqualTo("?"));
    }

    /// <summary>A prediction of a model with a policy that abstains below 0.6.</summary>
    internal static ImagePrediction Predicted(params float[] scores)
    {
        ImageClassificationModel model = SmallModels.Create(["mel", "nv", "bkl"]);
        return new ImagePrediction(model, PredictionPolicyTests.Policy(0.6, 0.5, 0.8, 0.9), scores, null, null);
    }

    private static IEnumerable<T> All<T>(Bundle bundle) where T : Resource => bundle.Entry.Select(e => e.Resource).OfType<T>();

    private static T Only<T>(Bundle bundle) where T : Resource => All<T>(bundle).Single();
}
