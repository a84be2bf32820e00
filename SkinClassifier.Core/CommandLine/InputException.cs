namespace SkinClassifier.CommandLine;

/// <summary>The data, image or model that was named cannot be used; exit code 3.</summary>
internal sealed class InputException(string message) : Exception(message);
