using Microsoft.Net.Http.Headers;
using SkinClassifier.Dermatology.Fhir;

namespace SkinClassifier.Server.Api;

/// <summary>How predictions are written.</summary>
internal enum AnswerFormat
{
    /// <summary>In the words of the command line.</summary>
    Json,

    /// <summary>As a FHIR R4 bundle.</summary>
    Fhir,
}

/// <summary>Whether answers for clinical systems are given, and which format a request accepts.</summary>
/// <param name="HasFhir">Whether the server was started with them.</param>
internal sealed record ClinicalExchange(bool HasFhir)
{
    /// <summary>
    /// The format by the request's Accept header; JSON where it has none or names no format that is known here. Null: it accepts FHIR alone, in another version
    /// or from a server that does not give it.
    /// </summary>
    public AnswerFormat? FormatOf(HttpRequest request)
    {
        bool wantsFhir = false;
        foreach (MediaTypeHeaderValue type in request.GetTypedHeaders().Accept.Where(t => t.Quality is null or > 0).OrderByDescending(t => t.Quality ?? 1))
        {
            bool isFhir = type.MediaType.Equals(FhirReport.MediaType, StringComparison.OrdinalIgnoreCase);
            wantsFhir |= isFhir;
            if (isFhir && HasFhir && IsVersion(type))
                return AnswerFormat.Fhir;
            if (type.MatchesAllTypes || type.MatchesMediaType("application/json") || type.Type == "application" && type.MatchesAllSubTypes)
                return AnswerFormat.Json;
        }
        return wantsFhir ? null : AnswerFormat.Json;
    }

    /// <summary>The answer where a request accepts nothing that the server gives.</summary>
    public IResult NotAcceptable() => Results.Problem(
        HasFhir ? $"Expected FHIR in version {FhirReport.FhirVersion} ({FhirReport.MediaType}; fhirVersion={FhirReport.FhirVersion}), received another version."
            : $"Expected application/json, received {FhirReport.MediaType}. This server gives no FHIR: start it with --fhir.",
        title: "The format is not given.", statusCode: StatusCodes.Status406NotAcceptable);

    private static bool IsVersion(MediaTypeHeaderValue type) =>
        type.Parameters.FirstOrDefault(p => p.Name.Equals("fhirVersion", StringComparison.OrdinalIgnoreCase)) is not { } version
        || HeaderUtilities.RemoveQuotes(version.Value).Equals(FhirReport.FhirVersion, StringComparison.Ordinal);
}
