namespace SkinClassifier.Training.Output;

/// <summary>What comes through stdin.</summary>
internal static class StandardInput
{
    /// <summary>Its lines without blanks around them; empty ones are left out.</summary>
    public static IEnumerable<string> Lines()
    {
        while (Console.In.ReadLine() is { } line)
            if (line.Trim().Length > 0)
                yield return line.Trim();
    }
}
