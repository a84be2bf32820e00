using SkinClassifier.Backbones.Weights;
using SkinClassifier.Common;
using SkinClassifier.Trainers.Defaults;
using SkinClassifier.Trainers.Settings;
using SkinClassifier.Training.Output;
using SkinClassifier.Training.Settings;

namespace SkinClassifier.Training.Verbs;

/// <summary>--backbone and --weights: what the library chooses, said with the command line's words.</summary>
internal static class Networks
{
    /// <summary>The network of a run.</summary>
    /// <inheritdoc cref="Resolve(Terminal, string, string, bool, WeightStore?)"/>
    public static BackboneChoice Resolve(Terminal terminal, OptionValues values) =>
        Resolve(terminal, values.Get<string>(RunOptionTable.Backbone), values.Get<string>(RunOptionTable.Weights), values.Get<bool>(RunOptionTable.Offline));

    /// <summary>The network that two options name.</summary>
    /// <param name="terminal">Hears which file was taken.</param>
    /// <param name="backbone">auto, a network, a name of the catalog or an ONNX file.</param>
    /// <param name="weights">auto, random or a file.</param>
    /// <param name="offline">Whether advice names the file to put where instead of the command that downloads.</param>
    /// <param name="store">Where weights are looked for.</param>
    /// <exception cref="FileNotFoundException">A file does not exist.</exception>
    /// <exception cref="UsageException">The two do not fit together, or the name is unknown.</exception>
    public static BackboneChoice Resolve(Terminal terminal, string backbone, string weights, bool offline = false, WeightStore? store = null)
    {
        store ??= new WeightStore(new WeightStoreOptions { Offline = offline });
        string Advice(string name) =>
            offline || WeightCatalog.For(name) is null ? store.Advice(name)
            : $"`skinclassifier backbones pull {name}` gets some, or name a file with --backbone FILE.onnx";
        try
        {
            return BackboneChoice.Resolve(backbone, weights, store, terminal.Note, Advice);
        }
        catch (WeightsUnavailableException error) when (backbone == BackboneChoice.Auto || Backbones.Architecture.TryParse(backbone, out _))
        {
            throw new WeightsUnavailableException(
                $"{error.Message} To train from scratch, say {RunOptionTable.Weights.Flag} {BackboneChoice.RandomWeights}.", error);
        }
        catch (ArgumentException error) when (error.ParamName is "backbone" or "weights")
        {
            OptionLine line = error.ParamName == "backbone" ? RunOptionTable.Backbone : RunOptionTable.Weights;
            string nearest = error.ParamName == "backbone" ? NearestWord.Question(backbone, Backbones.ArchitectureCatalog.All.Select(a => a.Name)) : "";
            throw new UsageException([$"{line.Flag}: {error.Message.Split(" (Parameter '")[0]}.{nearest}"]);
        }
    }
}
