namespace SkinClassifier.MLNet;

/// <summary>Options that cannot be used. The message is the sentence alone; the parameter is in <see cref="ArgumentException.ParamName"/>.</summary>
internal sealed class OptionsException(string message) : ArgumentException(message, "options")
{
    /// <inheritdoc/>
    public override string Message { get; } = message;
}
