using SkinClassifier.Data;
using SkinClassifier.Graphs;
using SkinClassifier.Trainers;
using SkinClassifier.Trainers.Defaults;
using SkinClassifier.Trainers.Networks;

namespace SkinClassifier.Training.Output;

/// <summary>The pretrained network whose feature maps near duplicates are found by.</summary>
internal static class AuditNetwork
{
    /// <summary>The network that `train` would take, said on the terminal; null where there is none on this machine.</summary>
    public static (Graph Features, ImagePreprocessor Preprocessor)? Find(Terminal terminal)
    {
        BackboneChoice choice = BackboneChoice.Resolve();
        if (!choice.IsPretrained)
        {
            terminal.Note("near duplicates: by perceptual hashes alone, because no pretrained network is on this machine: copies are found, two photographs "
                + "of one spot are not");
            return null;
        }
        LoadedBackbone loaded = LoadedBackbone.Load(choice.Apply(new ImageClassificationTrainerOptions()));
        terminal.Note($"near duplicates: by perceptual hashes and the feature maps of {loaded.Name}");
        return (loaded.Features, loaded.Preprocessor);
    }
}
