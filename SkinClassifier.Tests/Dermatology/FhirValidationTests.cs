using SkinClassifier.Dermatology.Fhir;
using SkinClassifier.Tests.Server;

namespace SkinClassifier.Tests.Dermatology;

/// <summary>Every kind of report against the whole specification of FHIR R4.</summary>
public sealed class FhirValidationTests
{
    [Test]
    public void Firelys_validator_finds_nothing_wrong_with_any_kind_of_report()
    {
        ReportedModel model = new("skin", new string('a', 64));
        byte[] json = FhirReport.ToJson(
        [
            new ReportedImage(FhirReportTests.Predicted(0.98f, 0.01f, 0.01f), model), new ReportedImage(FhirReportTests.Predicted(0.4f, 0.35f, 0.25f), model),
            new ReportedImage("The image is damaged.", model), new ReportedImage(FhirReportTests.Predicted(1, 0, 1e-30f), new ReportedModel("x", null)),
        ], DateTimeOffset.UtcNow);
        Assert.That(FhirValidation.Issues(json), Is.Empty);
    }

    [Test]
    public void The_validator_finds_what_is_wrong()
    {
        byte[] json = """
            {"resourceType":"Bundle","type":"collection","entry":[{"fullUrl":"urn:uuid:7c0c2a6e-3a3b-4a52-8a1e-0d1d2b1f0a01",
            "resource":{"resourceType":"Observation","status":"preliminary","code":{"text":"x"},"valueString":"y","dataAbsentReason":{"text":"z"}}}]}
            """u8.ToArray();
        Assert.That(FhirValidation.Issues(json), Has.Some.Contains("dataAbsentReason SHALL only be present"));
    }

    [Test]
    public async Task What_the_server_sends_is_valid()
    {
        await using RunningServer server = await RunningServer.StartAsync("--fhir");
        Assert.That(FhirValidation.Issues(await FhirAnswerTests.SendAsync(server, RunningServer.Red)), Is.Empty);
    }
}
