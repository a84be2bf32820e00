using Hl7.Fhir.Model;

namespace SkinClassifier.Dermatology.Fhir;

/// <summary>A model as the Device that has observed: its name, the hash of its file as identifier and version, and the version of the software.</summary>
internal static class FhirDevice
{
    /// <summary>What the hash is, in words.</summary>
    public const string HashType = "SHA-256 of model.zip";

    /// <summary>The device.</summary>
    public static Device Of(ReportedModel model)
    {
        Device device = new()
        {
            Status = Device.FHIRDeviceStatus.Active,
            Type = new CodeableConcept { Text = "AI model that classifies images" },
            DeviceName = [new Device.DeviceNameComponent { Name = FhirText.Of(model.Name), Type = DeviceNameType.UserFriendlyName }],
            Version = [new Device.VersionComponent { Type = new CodeableConcept { Text = "SkinClassifier" }, Value = FhirText.Of(model.SoftwareVersion) }],
            Note = [new Annotation { Text = FhirReport.Notice }],
        };
        if (model.Sha256 is { } hash)
        {
            device.Identifier.Add(new Identifier { Type = new CodeableConcept { Text = HashType }, Value = FhirText.Of(hash) });
            device.Version.Add(new Device.VersionComponent { Type = new CodeableConcept { Text = HashType }, Value = FhirText.Of(hash) });
        }
        return device;
    }
}
