namespace SkinClassifier.Hosting;

/// <summary>Where a named model comes from.</summary>
/// <param name="Name">Name that callers use; "" is the default model.</param>
/// <param name="Path">Path of model.zip.</param>
/// <param name="WatchForChanges">Whether a changed or replaced file is loaded while running.</param>
public sealed record ModelRegistration(string Name, string Path, bool WatchForChanges);
