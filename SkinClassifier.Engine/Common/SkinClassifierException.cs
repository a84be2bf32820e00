namespace SkinClassifier.Common;

/// <summary>Base of the errors that come from content (images, models, data), not from the caller's code.</summary>
public abstract class SkinClassifierException : Exception
{
    /// <summary>Creates the error with a text of the form "where: expected X, received Y. What to do."</summary>
    protected SkinClassifierException(string message, Exception? innerException = null) : base(message, innerException) { }
}

/// <summary>The file or stream is damaged: it breaks the rules of its own format.</summary>
public sealed class InvalidContentException : SkinClassifierException
{
    /// <summary>Creates the error with a text of the form "where: expected X, received Y. What to do."</summary>
    public InvalidContentException(string message, Exception? innerException = null) : base(message, innerException) { }
}

/// <summary>The file is fine, but this library cannot read it. The text lists what it can read.</summary>
public sealed class UnsupportedContentException : SkinClassifierException
{
    /// <summary>Creates the error with a text of the form "where: what was found. What is supported, what to do."</summary>
    public UnsupportedContentException(string message, Exception? innerException = null) : base(message, innerException) { }
}

/// <summary>Shapes of tensors, parameters or layers do not fit together.</summary>
public sealed class ShapeMismatchException : SkinClassifierException
{
    /// <summary>Creates the error with a text of the form "where: expected shape X, received Y. What to do."</summary>
    public ShapeMismatchException(string message, Exception? innerException = null) : base(message, innerException) { }
}
