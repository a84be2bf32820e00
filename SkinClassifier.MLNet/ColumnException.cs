namespace SkinClassifier.MLNet;

/// <summary>
/// A column is missing, or of another type than the one that is needed. The message is the sentence alone: what .NET adds for programmers (the parameter, the
/// value once more) is in <see cref="ArgumentException.ParamName"/> and <see cref="ArgumentOutOfRangeException.ActualValue"/>.
/// </summary>
internal sealed class ColumnException(string parameter, string column, string message) : ArgumentOutOfRangeException(parameter, column, message)
{
    /// <inheritdoc/>
    public override string Message { get; } = message;
}
