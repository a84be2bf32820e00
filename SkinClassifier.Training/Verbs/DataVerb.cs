using System.CommandLine;
using SkinClassifier.Data.Demonstration;
using SkinClassifier.Training.Output;

namespace SkinClassifier.Training.Verbs;

/// <summary>data: looking into, splitting and drawing datasets.</summary>
internal static class DataVerb
{
    public static Command Create() => new("data", "Look into, split or draw datasets.") { Demo() };

    private static Command Demo()
    {
        Option<string> output = CommonOptions.OutputFolder();
        Option<int> perClass = new Option<int>("--per-class") { Description = "Pictures per class.", DefaultValueFactory = _ => 60 }.InRange(2, 10_000);
        Option<int> size = new Option<int>("--size") { Description = "Side of the pictures in pixels.", DefaultValueFactory = _ => 128 }.InRange(32, 1024);
        Option<ulong> seed = CommonOptions.Seed();
        Command command = new("demo", "Draw a small labelled demo dataset: drawings, no photographs.") { output, perClass, size, seed };
        command.SetAction((parsed, cancellation) =>
        {
            string folder = parsed.GetRequiredValue(output);
            DemonstrationDataset.Write(folder, parsed.GetValue(perClass), parsed.GetValue(size), parsed.GetValue(seed), cancellation);
            CommonOptions.Terminal(parsed).Note($"{folder}: {parsed.GetValue(perClass)} drawings for each class");
            return Task.FromResult(ExitCode.Done);
        });
        return command;
    }
}
