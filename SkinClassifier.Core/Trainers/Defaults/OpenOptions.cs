using SkinClassifier.Data;

namespace SkinClassifier.Trainers.Defaults;

/// <summary>Chooses everything that options leave open: first the network, then what follows from it and from the images.</summary>
internal static class OpenOptions
{
    /// <summary>The options with everything chosen. Options that a recipe has completed stay as they are.</summary>
    /// <param name="options">The options.</param>
    /// <param name="training">Images to train on, without validation and test set.</param>
    /// <param name="report">Hears what is chosen, and why.</param>
    /// <exception cref="ArgumentException">Choices do not fit to what is given; the text lists every error.</exception>
    public static ImageClassificationTrainerOptions Choose(ImageClassificationTrainerOptions options, ImageDataset training, Action<string> report)
    {
        if (options.IsComplete)
            return options;
        options = BackboneChoice.Of(options, report)?.Apply(options) ?? options;
        DefaultRecipe recipe = DefaultRecipe.For(training, options);
        foreach (RecipeChoice choice in recipe.OpenIn(options))
            report($"chosen unless given: {choice.Option} {choice.Value}: {choice.Reason}");
        options = recipe.Complete(options);
        TrainerOptionsCheck.Check(options);
        return options;
    }
}
