using System.CommandLine;
using System.CommandLine.Parsing;
using SkinClassifier.Training.Verbs;

namespace SkinClassifier.Training;

/// <summary>All verbs.</summary>
internal static class CommandTree
{
    /// <summary>Creates the command line.</summary>
    public static RootCommand Create()
    {
        RootCommand root = new("Train, evaluate and use image classifiers. For research and decision support; not a medical device.")
        {
            TrainVerb.Create(),
            EvaluateVerb.Create(),
            CompareModelsVerb.Create(),
            ReportVerb.Create(),
            PredictVerb.Create(),
            FeaturesVerb.Create(),
            MergeVerb.Create(),
            ExplainVerb.Create(),
            EnsembleVerb.Create(),
            LearningRateVerb.Create(),
            DemoVerb.Create(),
            DataVerb.Create(),
            BackbonesVerb.Create(),
            InspectVerb.Create(),
            ExportVerb.Create(),
            ImportVerb.Create(),
            BenchmarkVerb.Create(),
            CompareVerb.Create(),
            NewVerb.Create(),
            CompletionsVerb.Create(),
        };
        root.Options.Add(CommonOptions.Quiet);
        root.Options.Add(CommonOptions.Verbose);
        HelpWithExamples.AddTo(root);
        return root;
    }

    /// <summary>The verbs that were typed, for example "data", "split".</summary>
    public static IEnumerable<string> PathOf(CommandResult command)
    {
        List<string> path = [];
        for (SymbolResult? at = command; at is CommandResult { Command: not RootCommand } here; at = here.Parent)
            path.Insert(0, here.Command.Name);
        return path;
    }
}
