using SkinClassifier.Common;
using SkinClassifier.Data.Augmentations;
using SkinClassifier.Tensors;

namespace SkinClassifier.Trainers.Loop;

/// <summary>MixUp, CutMix, or one of the two at random in each step; follows from seed and step alone.</summary>
internal sealed class BatchMixer(double mixUp, double cutMix, ulong seed)
{
    private const ulong ChoiceKey = 0x4D49_5855;

    /// <summary>Mixes images [N,3,H,W] and targets [N,K] in place.</summary>
    public void Mix(Span<float> images, Span<float> targets, TensorShape shape, long step)
    {
        bool cut = mixUp <= 0 || (cutMix > 0 && new SeededRandom(seed, ChoiceKey, (ulong)step).NextInt32(2) == 1);
        if (cut)
            BatchMixing.CutMix(images, targets, shape[0], shape[2], shape[3], cutMix, seed, step);
        else
            BatchMixing.MixUp(images, targets, shape[0], mixUp, seed, step);
    }
}
