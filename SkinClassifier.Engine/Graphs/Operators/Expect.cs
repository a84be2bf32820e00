namespace SkinClassifier.Graphs.Operators;

/// <summary>Texts about attributes that an operator refuses; every one starts with the operator's name.</summary>
internal static class Expect
{
    /// <summary>The text for an attribute with a value that is not supported.</summary>
    public static string Attribute(string opType, string attribute, string received, string supported) =>
        $"{opType}: attribute {attribute} = {received} is not supported. Supported: {supported}.";
}
