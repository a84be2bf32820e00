using System.Text.Json;
using Hl7.Fhir.Model;
using Hl7.Fhir.Serialization;

namespace SkinClassifier.Dermatology.Fhir;

/// <summary>
/// Predictions as a FHIR R4 Bundle (hl7.org/fhir/R4) of the type collection. For each image, in their order: a DiagnosticReport with status preliminary and
/// its Observations (the decision, the prediction set, familiarity, a probability for each class), or an OperationOutcome that says why there is none;
/// then a Device for each model, with its hash. No resource has a subject: the caller knows whose image it is, this library does not. For research
/// and decision support; not a medical device.
/// </summary>
public static class FhirReport
{
    /// <summary>Media type of FHIR as JSON.</summary>
    public const string MediaType = "application/fhir+json";

    /// <summary>The FHIR version of the resources, as in <c>application/fhir+json; fhirVersion=4.0</c>.</summary>
    public const string FhirVersion = "4.0";

    /// <summary>The sentence that every report and device carries.</summary>
    public const string Notice = "For research and decision support; not a medical device. This is the answer of an AI model: it can be wrong, and does not "
        + "replace a physician.";

    private static readonly JsonSerializerOptions Json = new JsonSerializerOptions().ForFhir(ModelInfo.ModelInspector);

    /// <summary>The bundle of the images.</summary>
    /// <param name="images">Predictions, or reasons why there are none.</param>
    /// <param name="issued">When they were made.</param>
    public static Bundle ToBundle(IReadOnlyList<ReportedImage> images, DateTimeOffset issued)
    {
        ArgumentNullException.ThrowIfNull(images);
        Bundle bundle = new() { Type = Bundle.BundleType.Collection, Timestamp = issued };
        Dictionary<ReportedModel, (string Url, Device Device)> devices = [];
        foreach (ReportedImage image in images)
        {
            if (image.Prediction is null)
            {
                Add(bundle, Refusal(image.Error!));
                continue;
            }
            if (!devices.TryGetValue(image.Model, out (string Url, Device Device) device))
                devices[image.Model] = device = (NewUrl(), FhirDevice.Of(image.Model));
            DiagnosticReport report = FhirResources.Report(image.Prediction, issued);
            Add(bundle, report);
            foreach (Observation observation in FhirResources.Observations(image.Prediction, issued))
            {
                observation.Device = new ResourceReference(device.Url);
                report.Result.Add(new ResourceReference(Add(bundle, observation)));
            }
        }
        foreach ((string url, Device device) in devices.Values)
            bundle.Entry.Add(new Bundle.EntryComponent { FullUrl = url, Resource = device });
        return bundle;
    }

    /// <summary>The bundle of the images as JSON, in UTF-8.</summary>
    /// <inheritdoc cref="ToBundle"/>
    public static byte[] ToJson(IReadOnlyList<ReportedImage> images, DateTimeOffset issued) =>
        JsonSerializer.SerializeToUtf8Bytes(ToBundle(images, issued), Json);

    private static string Add(Bundle bundle, Resource resource)
    {
        string url = NewUrl();
        bundle.Entry.Add(new Bundle.EntryComponent { FullUrl = url, Resource = resource });
        return url;
    }

    private static string NewUrl() => $"urn:uuid:{Guid.NewGuid()}";

    private static OperationOutcome Refusal(string error) => new()
    {
        Issue =
        [
            new OperationOutcome.IssueComponent
            {
                Severity = OperationOutcome.IssueSeverity.Error,
                Code = OperationOutcome.IssueType.Processing,
                Diagnostics = FhirText.Of(error),
            },
        ],
    };
}
