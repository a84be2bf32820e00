namespace SkinClassifier.Compare.Methods;

/// <summary>What a method looks at.</summary>
internal enum MethodInput
{
    /// <summary>Nothing but how often the classes occur.</summary>
    None,

    /// <summary>The classical descriptors.</summary>
    Skin,

    /// <summary>Features of the frozen network.</summary>
    Features,

    /// <summary>The images; the library's own trainer.</summary>
    Images,
}

/// <summary>One row of the comparison.</summary>
/// <param name="Name">As written behind --with, for example "skin+sdca".</param>
/// <param name="Title">As people read it.</param>
/// <param name="Input">What it looks at.</param>
/// <param name="Learner">Which of ML.NET's trainers learns; null for the others.</param>
internal sealed record Method(string Name, string Title, MethodInput Input, Learner? Learner = null)
{
    /// <summary>Words of --with and --without that mean this method: its name, what it looks at, its learner.</summary>
    public IEnumerable<string> Words => Learner is null ? [Name] : [Name, .. Name.Split('+')];
}
