using System.Numerics.Tensors;
using SkinClassifier.Common;
using SkinClassifier.Trainers.Checkpoints;

namespace SkinClassifier.Trainers.Loop;

/// <summary>
/// Which images an epoch may leave out, because the network knows them already: an image is easy when its loss was below the mean of all images when it was
/// last shown. A share of the easy ones, drawn in each epoch, is not shown; the others count 1/(1 − share) times, so the expected gradient stays that
/// of all images. The first epoch and the last eighth show all. (Qin et al., InfoBatch, 2024.)
/// </summary>
/// <param name="share">Share of the easy images that an epoch leaves out, 0 to below 1; 0: none.</param>
/// <param name="images">Training images.</param>
/// <param name="epochs">Planned epochs.</param>
/// <param name="seed">Seed of the run.</param>
internal sealed class EasyImages(double share, int images, int epochs, ulong seed)
{
    private const ulong DrawKey = 0x4541_5359;
    private const double AllFrom = 0.875;
    // Empty where nothing is left out.
    private readonly float[] _losses = Unknown(share, images), _noted = Unknown(share, images), _weights = new float[share == 0 ? 0 : images];

    /// <summary>Whether an epoch (0-based) of <paramref name="epochs"/> shows all images: the first, the last, and the last eighth.</summary>
    public static bool ShowsAll(int epoch, int epochs) => epoch == 0 || epoch >= Math.Min(AllFrom * epochs, epochs - 1);

    /// <summary>How often an image counts in the epoch that <see cref="Shown"/> began.</summary>
    public float WeightOf(int image) => share == 0 ? 1 : _weights[image];

    /// <summary>The images of an epoch without those left out, in the same order; never fewer than <paramref name="least"/>.</summary>
    public int[] Shown(int[] order, int epoch, int least)
    {
        Array.Fill(_weights, 1);
        if (share == 0 || ShowsAll(epoch, epochs))
            return order;
        float[] known = [.. _losses.Where(float.IsFinite)];
        double mean = known.Length == 0 ? 0 : TensorPrimitives.Sum<float>(known) / (double)known.Length;
        SeededRandom random = new(seed, DrawKey, (ulong)epoch);
        // One draw for each image, whether it is easy or not: what one image does never changes what is drawn for the next.
        int[] shown = [.. order.Where(i => random.NextDouble() >= share || !(_losses[i] < mean))];
        if (shown.Length < least)
            return order;
        foreach (int i in shown)
            if (_losses[i] < mean)
                _weights[i] = (float)(1 / (1 - share));
        return shown;
    }

    /// <summary>Notes the losses of a batch: cross-entropy of the logits [N,K] with the targets [N,K], whose rows have any positive sum.</summary>
    public void Note(ReadOnlySpan<int> shown, ReadOnlySpan<float> logits, ReadOnlySpan<float> targets)
    {
        if (share == 0)
            return;
        int classes = logits.Length / shown.Length;
        Span<double> logarithms = classes <= 256 ? stackalloc double[classes] : new double[classes];
        for (int n = 0; n < shown.Length; n++)
        {
            Losses.Loss.LogSoftmax(logits.Slice(n * classes, classes), logarithms);
            double loss = 0, mass = 0;
            for (int c = 0; c < classes; c++)
            {
                loss -= targets[n * classes + c] * logarithms[c];
                mass += targets[n * classes + c];
            }
            _noted[shown[n]] = (float)(loss / mass);
        }
    }

    /// <summary>Ends an epoch: what was noted decides from now on.</summary>
    public void EndEpoch() => _noted.CopyTo(_losses, 0);

    /// <summary>Writes the losses to a checkpoint, or reads them.</summary>
    public void Exchange(BinaryExchange io)
    {
        if (share == 0)
            return;
        io.Fill(_losses);
        io.Fill(_noted);
    }

    private static float[] Unknown(double share, int images)
    {
        float[] values = new float[share == 0 ? 0 : images];
        Array.Fill(values, float.NaN);
        return values;
    }
}
