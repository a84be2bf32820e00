using SkinClassifier.Data;
using SkinClassifier.Tensors;

namespace SkinClassifier.Trainers.Loop;

/// <summary>Batches of images: their form, and which images an epoch shows.</summary>
internal abstract class ImageBatchSource : BatchSource
{
    private readonly EpochOrder _order;
    private readonly int _classes;
    private int _images;

    /// <summary>Creates the source.</summary>
    /// <param name="loader">Reads and augments; its batch size does not matter.</param>
    /// <param name="classes">K.</param>
    /// <param name="batchSize">Images per step; cut to the epoch's length.</param>
    /// <param name="order">Order of each epoch.</param>
    /// <param name="easy">The images that an epoch leaves out.</param>
    protected ImageBatchSource(BatchLoader loader, int classes, int batchSize, EpochOrder order, EasyImages easy)
    {
        (Loader, _classes, _order, Easy, _images) = (loader, classes, order, easy, order.Length);
        Given = new int[Math.Min(batchSize, order.Length)];
        InputShape = new TensorShape(Given.Length, 3, loader.Preprocessor.Height, loader.Preprocessor.Width);
    }

    /// <inheritdoc/>
    public override TensorShape InputShape { get; }

    /// <inheritdoc/>
    public override int Classes => _classes;

    /// <inheritdoc/>
    public override int StepsPerEpoch => _images / BatchSize;

    /// <inheritdoc/>
    public override ReadOnlySpan<int> Indices => Given;

    /// <summary>Reads and augments.</summary>
    protected BatchLoader Loader { get; }

    /// <summary>The images that an epoch leaves out, and what the others count.</summary>
    protected EasyImages Easy { get; }

    /// <summary>The images of the batch last given.</summary>
    protected int[] Given { get; }

    /// <summary>Floats of an image.</summary>
    protected int Length => Loader.Preprocessor.ValueCount;

    /// <summary>The images of an epoch, in order.</summary>
    protected int[] ShownIn(int epoch)
    {
        int[] shown = Easy.Shown(_order.Of(epoch), epoch, least: BatchSize);
        _images = shown.Length;
        return shown;
    }
}
