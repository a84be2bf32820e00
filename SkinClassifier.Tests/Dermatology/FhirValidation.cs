using System.Text.Json;
using Firely.Fhir.Validation;
using Hl7.Fhir.Model;
using Hl7.Fhir.Serialization;
using Hl7.Fhir.Specification.Source;
using Hl7.Fhir.Specification.Terminology;

namespace SkinClassifier.Tests.Dermatology;

/// <summary>Firely's validator with the whole specification of FHIR R4, which a NuGet package brings as a file.</summary>
internal static class FhirValidation
{
    private static readonly Lazy<Validator> Shared = new(() =>
    {
        CachedResolver specification = new(ZipSource.CreateValidationSource());
        return new Validator(specification, new LocalTerminologyService(specification));
    });

    /// <summary>What is wrong with a bundle, one line each; warnings, too.</summary>
    public static IReadOnlyList<string> Issues(ReadOnlySpan<byte> json)
    {
        // Strict reading refuses elements and values that R4 does not have.
        Bundle bundle = JsonSerializer.Deserialize<Bundle>(json, new JsonSerializerOptions().Fhir())!;
        return [.. bundle.Entry.Select(e => e.Resource!).Prepend(bundle).SelectMany(r => Shared.Value.Validate(r).Issue.Select(i => $"{r.TypeName}: {i}"))];
    }

    /// <summary>The options that read FHIR R4.</summary>
    public static JsonSerializerOptions Fhir(this JsonSerializerOptions options) => options.ForFhir(ModelInfo.ModelInspector);
}
