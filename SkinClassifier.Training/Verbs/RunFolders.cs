namespace SkinClassifier.Training.Verbs;

/// <summary>Where a run writes and reads.</summary>
/// <param name="Output">Results.</param>
/// <param name="Workspace">Computed features.</param>
/// <param name="Checkpoint">State of a run that was stopped.</param>
/// <param name="Resume">Whether to go on from the checkpoint.</param>
internal sealed record RunFolders(string Output, string Workspace, string Checkpoint, bool Resume);
