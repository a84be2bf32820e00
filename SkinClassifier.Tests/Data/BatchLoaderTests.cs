using SkinClassifier.Common;
using SkinClassifier.Data;
using SkinClassifier.Imaging;

namespace SkinClassifier.Tests.Data;

public sealed class BatchLoaderTests
{
    private static readonly ImagePreprocessor Size = new(8, 6);

    private static List<(int[] Indices, int[] Labels, float[] Pixels)> Collect(BatchLoader loader, int[]? order = null, int epoch = 0) =>
        [.. loader.Load(order, epoch).Select(b => (b.Indices.ToArray(), b.Labels.ToArray(), b.Pixels.ToArray()))];

    [Test]
    public void Batches_come_in_order_with_the_images_of_their_indices([Values(1, 2, 5)] int threads, [Values(1, 3)] int ahead)
    {
        ImageDataset dataset = TestImages.Memory([20, 15]);
        BatchLoader loader = new(dataset.Examples, Size, new BatchLoaderOptions { BatchSize = 8, BatchesAhead = ahead, Workers = new WorkerPool(threads) });
        int[] order = BatchLoader.ShuffledOrder(35, 9, 2);
        List<(int[] Indices, int[] Labels, float[] Pixels)> batches = Collect(loader, order);
        Assert.That(batches.Select(b => b.Indices.Length), Is.EqualTo(new[] { 8, 8, 8, 8, 3 }));
        Assert.That(batches.SelectMany(b => b.Indices), Is.EqualTo(order));
        Assert.That(batches.SelectMany(b => b.Labels), Is.EqualTo(order.Select(i => dataset.Examples[i].LabelIndex)));
        float[] expected = [.. order.SelectMany(i => Planes(dataset.Examples[i]))];
        Assert.That(batches.SelectMany(b => b.Pixels).SequenceEqual(expected));
    }

    [Test]
    public void Unreadable_images_are_left_out_and_reported_once()
    {
        ImageSource[] sources =
        [
            new("a1", "a", TestImages.Png(1)), new("bad", "a", TestImages.Png(2)[..30]), new("b1", "b", TestImages.Png(3)),
            new("gone", "b", () => throw new IOException("The disk is gone.")), new("b2", "b", TestImages.Png(4)),
        ];
        ImageDataset dataset = ImageDataset.FromMemory(sources, new ImageDatasetOptions { CheckImages = false, CheckDuplicates = false });
        List<SkippedFile> reported = [];
        BatchLoader loader = new(dataset.Examples, Size, new BatchLoaderOptions { BatchSize = 2, ImageSkipped = reported.Add });
        for (int pass = 0; pass < 2; pass++)
        {
            List<(int[] Indices, int[] Labels, float[] Pixels)> batches = Collect(loader);
            Assert.That(batches.Select(b => b.Indices), Is.EqualTo(new[] { new[] { 0 }, new[] { 2 }, new[] { 4 } }));
            Assert.That(batches[1].Pixels, Is.EqualTo(Planes(dataset.Examples[2])));
        }
        Assert.That(reported.Select(s => s.Path), Is.EqualTo(new[] { "bad", "gone" }));
        Assert.That(reported[1].Reason, Is.EqualTo("The disk is gone."));
        Assert.That(loader.Skipped, Is.EqualTo(reported));
    }

    [Test]
    public void The_cache_keeps_within_its_limit_and_changes_no_value([Values] bool augmented)
    {
        ImageDataset dataset = TestImages.Memory([10, 10]);
        Func<RgbImage, ulong, int, int, RgbImage>? augment = augmented ? Shade : null;
        BatchLoaderOptions options = new() { BatchSize = 6, Augment = augment };
        BatchLoader plain = new(dataset.Examples, new ImagePreprocessor(4, 4), options),
            cached = new(dataset.Examples, new ImagePreprocessor(4, 4), options with { CacheBytes = 1000 });
        for (int epoch = 0; epoch < 3; epoch++)
        {
            List<(int[] Indices, int[] Labels, float[] Pixels)> expected = Collect(plain, epoch: epoch), actual = Collect(cached, epoch: epoch);
            Assert.That(actual.SelectMany(b => b.Pixels), Is.EqualTo(expected.SelectMany(b => b.Pixels)));
            Assert.That(cached.CachedBytes, Is.InRange(augmented ? 864 : 960, 1000));
        }
        Assert.That(plain.CachedBytes, Is.Zero);
    }

    [Test]
    public void Augmentation_sees_seed_epoch_and_a_new_index_for_each_repeat()
    {
        ImageDataset dataset = TestImages.Memory([2, 2]);
        List<(ulong, int, int)> seen = [];
        BatchLoader loader = new(dataset.Examples, Size, new BatchLoaderOptions
        {
            Seed = 77,
            Workers = new WorkerPool(1),
            Augment = (image, seed, epoch, index) =>
            {
                seen.Add((seed, epoch, index));
                return image;
            },
        });
        Collect(loader, [3, 1, 3, 3], epoch: 4);
        Assert.That(seen, Is.EqualTo(new[] { (77UL, 4, 3), (77UL, 4, 1), (77UL, 4, 7), (77UL, 4, 11) }));
    }

    [Test]
    public void Cancelling_leaving_early_and_errors_stop_the_readers()
    {
        ImageDataset dataset = TestImages.Memory([50, 50]);
        BatchLoader loader = new(dataset.Examples, Size, new BatchLoaderOptions { BatchSize = 4 });
        using CancellationTokenSource source = new();
        Assert.That(() =>
        {
            foreach (ImageBatch batch in loader.Load(cancellationToken: source.Token))
                source.Cancel();
        }, Throws.InstanceOf<OperationCanceledException>());
        foreach (ImageBatch batch in loader.Load())
            break;
        BatchLoader failing = new(dataset.Examples, Size,
            new BatchLoaderOptions { Augment = (_, _, _, index) => index == 30 ? throw new NotSupportedException("augmentation") : new RgbImage(8, 6) });
        Assert.That(() => failing.Load().Count(), Throws.TypeOf<NotSupportedException>().With.Message.EqualTo("augmentation"));
        Assert.That(loader.Load().Sum(b => b.Count), Is.EqualTo(100));
    }

    [Test]
    public void Later_passes_use_the_buffers_of_earlier_ones()
    {
        ImageDataset dataset = TestImages.Memory([60, 60]);
        ImagePreprocessor large = new(64, 64);
        BatchLoader loader = new(dataset.Examples, large, new BatchLoaderOptions { BatchSize = 16, Workers = new WorkerPool(1) });
        float[] expected = [.. loader.Load().SelectMany(b => b.Pixels.ToArray())];
        long before = GC.GetTotalAllocatedBytes(precise: true);
        int count = 0;
        foreach (ImageBatch batch in loader.Load())
            count += batch.Count;
        long allocated = GC.GetTotalAllocatedBytes(precise: true) - before;
        Assert.That(count, Is.EqualTo(120));
        Assert.That(allocated, Is.LessThan(3L * 16 * large.ValueCount * sizeof(float)), "less than one ring of batches");
        Assert.That(loader.Load([3, 5]).Single().Pixels.ToArray(),
            Is.EqualTo(
                expected.AsSpan(3 * large.ValueCount, large.ValueCount).ToArray().Concat(expected.AsSpan(5 * large.ValueCount, large.ValueCount).ToArray())));
        Assert.That(loader.Load().SelectMany(b => b.Pixels.ToArray()), Is.EqualTo(expected));
    }

    [Test]
    public void An_order_outside_the_examples_is_refused_and_an_empty_one_gives_no_batch()
    {
        BatchLoader loader = new(TestImages.Memory([2, 2]).Examples, Size);
        Assert.That(() => loader.Load([0, 4]), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(loader.Load([]).Count(), Is.Zero);
    }

    private static float[] Planes(ImageExample example)
    {
        float[] planes = new float[Size.ValueCount];
        Size.Apply(RgbImage.Decode(example.ReadContent()), planes);
        return planes;
    }

    private static RgbImage Shade(RgbImage image, ulong seed, int epoch, int index)
    {
        RgbImage shaded = new(image.Width, image.Height);
        for (int i = 0; i < image.Pixels.Length; i++)
            shaded.Pixels[i] = (byte)(image.Pixels[i] + epoch * 3 + index);
        return shaded;
    }
}
