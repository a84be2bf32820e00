namespace SkinClassifier.Trainers.Defaults;

/// <summary>One choice of a recipe: what the command line calls the option, its value, and why.</summary>
/// <param name="Option">For example "image-size".</param>
/// <param name="Value">For example "160".</param>
/// <param name="Reason">Part of a sentence.</param>
internal sealed record RecipeChoice(string Option, string Value, string Reason);
