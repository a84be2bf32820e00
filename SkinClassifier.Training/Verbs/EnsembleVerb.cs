using System.CommandLine;
using SkinClassifier.Graphs;
using SkinClassifier.Models;
using SkinClassifier.Trainers;
using SkinClassifier.Training.Output;

namespace SkinClassifier.Training.Verbs;

/// <summary>ensemble: several models become one that gives the mean of their probabilities.</summary>
internal static class EnsembleVerb
{
    public static Command Create()
    {
        Argument<string[]> models =
            new("model") { Description = "Models with the same classes; networks and input sizes may differ.", Arity = new ArgumentArity(2, 1000) };
        Option<string> output = new("--output", "-o") { Description = "The model.zip to write.", Required = true, HelpName = "model.zip" };
        Option<int?> views = CommonOptions.Views("the most of any of them");
        Option<bool> noMlNet = new("--no-mlnet") { Description = "Leave out of model.zip the part with which ML.NET opens it." };
        Command command =
            new("ensemble", "Join models into one model.zip that predicts as one: the mean of their probabilities.") { models, output, views, noMlNet };
        command.SetAction(parsed =>
            Run(CommonOptions.Terminal(parsed), parsed.GetRequiredValue(models), parsed.GetRequiredValue(output), parsed.GetValue(views),
                parsed.GetValue(noMlNet)));
        return command;
    }

    private static int Run(Terminal terminal, string[] paths, string output, int? views, bool noMlNet)
    {
        ImageClassificationModel[] members = [.. paths.Select(ImageClassificationModel.Load)];
        ImageClassificationModel joined;
        try
        {
            joined = ModelEnsemble.Combine(members);
        }
        catch (ArgumentException error)
        {
            throw new InputException(error.Message);
        }
        if (views is { } number)
            joined = joined.With(joined.Manifest with { TestTimeAugmentation = number });
        joined.Save(output, new ModelSaveOptions { IncludeMlNet = !noMlNet });
        foreach ((string path, ImageClassificationModel member) in paths.Zip(members))
            terminal.Note($"{path}: {member.Manifest.Backbone}, "
                + $"{member.Manifest.Width}×{member.Manifest.Height}"
                + $"{(member.Manifest.Width == joined.Manifest.Width ? "" : ", made smaller inside the network")}");
        terminal.Note(FormattableString.Invariant($"{output}: {members.Length} networks with {joined.Network.ParameterCount():N0} weights, input ")
            + FormattableString.Invariant($"{joined.Manifest.Width}×{joined.Manifest.Height}, {joined.Manifest.TestTimeAugmentation} views; it decides by ")
            + FormattableString.Invariant($"{joined.Decision} and has ")
            + FormattableString.Invariant($"no metrics yet: `skinclassifier evaluate {output} <data> -o <folder>`"));
        return ExitCode.Done;
    }
}
