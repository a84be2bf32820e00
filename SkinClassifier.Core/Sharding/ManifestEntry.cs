namespace SkinClassifier.Sharding;

/// <summary>A row of a manifest.</summary>
/// <param name="Path">The image: below the manifest's folder with '/', or a full path.</param>
/// <param name="Label">Its class; "" where it is not known.</param>
/// <param name="Part">train, validation or test; "" where it is in no set.</param>
internal sealed record ManifestEntry(string Path, string Label = "", string Part = "");
