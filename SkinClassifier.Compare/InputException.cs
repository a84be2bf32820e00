namespace SkinClassifier.Compare;

/// <summary>The data or a file that was named is not usable; the message is a sentence for the user.</summary>
internal sealed class InputException(string message) : Exception(message);
