namespace SkinClassifier.Trainers.Settings;

/// <summary>
/// One line of a table of options: everything that the command line, config.json, the check, the description of a model and the documentation need to
/// know about it.
/// </summary>
internal record OptionLine
{
    /// <summary>Name without hyphens in front, lower case with hyphens between words, for example "learning-rate".</summary>
    public required string Name { get; init; }

    /// <summary>What values it takes.</summary>
    public required OptionForm Form { get; init; }

    /// <summary>What it does: one sentence or two, in Markdown. Links and code marks are left out in help texts.</summary>
    public required string Description { get; init; }

    /// <summary>Heading under which it stands in help texts and documents.</summary>
    public string Group { get; init; } = "";

    /// <summary>
    /// The library's name for it, for example "LearningRate", or with the type in front where messages say it so, for example
    /// "DecoderOptions.MaxPixels"; null: the library has none.
    /// </summary>
    public string? Property { get; init; }

    /// <summary>The value where nothing is given; null: none, or chosen from the data.</summary>
    public object? Default { get; init; }

    /// <summary>The default in words, in Markdown. Null, the default: the text of <see cref="Default"/>.</summary>
    public string? DefaultText { get; init; }

    /// <summary>Names that it had before; they are still read, with a warning.</summary>
    public IReadOnlyList<string> OldNames { get; init; } = [];

    /// <summary>Whether config.json has it.</summary>
    public bool InConfiguration { get; init; } = true;

    /// <summary>Whether it can be given on the command line; the others are for programs that use the library.</summary>
    public bool OnCommandLine { get; init; } = true;

    /// <summary>As it is typed, for example "--learning-rate".</summary>
    public string Flag => "--" + Name;

    /// <summary>Its key in config.json and in a model's description, for example "learningRate".</summary>
    public string Key => KeyOf(Name);

    /// <summary>The key of an option's name.</summary>
    public static string KeyOf(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return string.Concat(name.Split('-').Select((word, i) => i == 0 ? word : char.ToUpperInvariant(word[0]) + word[1..]));
    }
}

/// <summary>A line about an option of <see cref="ImageClassificationTrainer"/>.</summary>
internal sealed record TrainerOptionLine : OptionLine
{
    /// <summary>The option's value; null where it is left open.</summary>
    public required Func<ImageClassificationTrainerOptions, object?> Get { get; init; }

    /// <summary>The options with another value, one that <see cref="OptionLine.Form"/> has read.</summary>
    /// <exception cref="ArgumentException">The value does not fit the other options.</exception>
    public required Func<ImageClassificationTrainerOptions, object, ImageClassificationTrainerOptions> Set { get; init; }

    /// <summary>Whether a model's description names it; false where the model does not depend on it, or where it is named for each phase.</summary>
    public bool IsDescribed { get; init; } = true;
}
