namespace SkinClassifier.Dermatology.Fhir;

/// <summary>The model that has predicted, as a report names it.</summary>
/// <param name="Name">Name that people know it by.</param>
/// <param name="Sha256">SHA-256 of its model.zip, lower-case hexadecimal: what tells it from every other one; null: not known.</param>
public sealed record ReportedModel(string Name, string? Sha256)
{
    /// <summary>Version of the software that predicted. Default: that of this library.</summary>
    public string SoftwareVersion { get; init; } = typeof(ReportedModel).Assembly.GetName().Version!.ToString(3);
}
