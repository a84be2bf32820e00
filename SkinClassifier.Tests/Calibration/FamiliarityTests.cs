using SkinClassifier.Calibration;
using SkinClassifier.Common;

namespace SkinClassifier.Tests.Calibration;

public sealed class FamiliarityTests
{
    private const int Length = 24;
    private static readonly int[] Many = [200, 150, 120];

    [Test]
    public void One_in_twenty_new_images_of_the_same_kind_is_not_familiar()
    {
        Familiarity familiarity = Fit(Many, [200, 200, 200]);
        (float[] features, int[] labels) = ClusterFeatures.Draw(Length, [1000, 1000, 1000], 31);
        float[] values = [.. features.Chunk(Length).Select(f => familiarity.Measure(f).Familiarity)];
        Assert.That(values.Count(v => v <= Familiarity.Limit) / (double)labels.Length, Is.EqualTo(0.05).Within(0.02));
        Assert.That(values.Average(), Is.EqualTo(0.5).Within(0.04), "ranks of the same kind are even");
        Assert.That(values, Is.All.InRange(1f / 601, 1f));
    }

    [Test]
    public void Features_of_another_kind_are_not_familiar()
    {
        Familiarity familiarity = Fit(Many, [60, 60, 60]);
        SeededRandom random = new(8);
        for (int n = 0; n < 50; n++)
        {
            float[] foreign = [.. Enumerable.Range(0, Length).Select(i => i < Length / 2 ? (float)random.NextGaussian() : 4 + (float)random.NextGaussian())];
            FamiliarityResult result = familiarity.Measure(foreign);
            Assert.That(result.IsFamiliar, Is.False);
            Assert.That(result.Distance + result.Residual, Is.GreaterThan(3));
        }
    }

    [Test]
    public void The_rank_counts_validation_images_that_are_no_more_familiar()
    {
        (float[] features, int[] labels) = ClusterFeatures.Draw(Length, [30, 30, 30], 32);
        Familiarity familiarity = Fit(Many, [30, 30, 30], 32);
        FamiliarityResult[] results = [.. features.Chunk(Length).Select(f => familiarity.Measure(f))];
        float[] scores = [.. results.Select(r => r.Distance + r.Residual)];
        for (int n = 0; n < labels.Length; n++)
            Assert.That(results[n].Familiarity, Is.EqualTo((1f + scores.Count(s => s >= scores[n])) / 91).Within(1.2f / 91));
        Assert.That(results.Min(r => r.Familiarity), Is.EqualTo(2f / 91).Within(1e-6), "the least familiar one: itself and the new image");
    }

    [Test]
    public void A_class_that_scatters_more_is_not_called_foreign()
    {
        double[] spread = [0.3, 0.3, 1.2];
        (float[] train, int[] labels) = ClusterFeatures.Draw(Length, [400, 400, 60], 41, spread);
        (float[] validation, int[] own) = ClusterFeatures.Draw(Length, [100, 100, 60], 42, spread);
        Familiarity familiarity = Familiarity.Fit(train, labels, validation, own, [], 3, WorkerPool.Shared, out _)!;
        (float[] test, int[] actual) = ClusterFeatures.Draw(Length, [0, 0, 300], 43, spread);
        double accepted = test.Chunk(Length).Average(f => familiarity.Measure(f).IsFamiliar ? 1.0 : 0);
        Assert.That(accepted, Is.GreaterThan(0.75), "without a scale of its own nearly none of them would be");
        Assert.That(actual, Is.All.EqualTo(2));
    }

    [TestCase(1)]
    [TestCase(4)]
    public void A_class_of_few_images_has_no_mean_that_would_be_one_of_them(int few)
    {
        Familiarity with = Fit([200, 150, few], [60, 60, 0]), five = Fit([200, 150, Familiarity.MinClassImages], [60, 60, 0]);
        Assert.That(Centers(with), Is.EqualTo(2));
        Assert.That(Centers(five), Is.EqualTo(3));
        (float[] rare, _) = ClusterFeatures.Draw(Length, [0, 0, 20], 51);
        Assert.That(rare.Chunk(Length).Average(f => with.Measure(f).IsFamiliar ? 1 : 0), Is.LessThan(0.2), "its images look like none of the others");
    }

    [Test]
    public void Only_classes_of_few_images_are_compared_with_the_mean_of_all() =>
        Assert.That(Centers(Fit([4, 4, 4], [10, 10, 10])), Is.EqualTo(1));

    [Test]
    public void Too_few_images_and_useless_features_are_said()
    {
        (float[] train, int[] labels) = ClusterFeatures.Draw(Length, Many, 1);
        string? reason;
        Assert.That(Familiarity.Fit(train, labels, train.AsSpan(0, 19 * Length), labels[..19], [], 3, WorkerPool.Shared, out reason), Is.Null);
        Assert.That(reason, Is.EqualTo("expected at least 20 images that were not trained on, received 19"));
        Assert.That(Familiarity.Fit(train.AsSpan(0, 7 * Length), labels[..7], train, labels, [], 3, WorkerPool.Shared, out reason), Is.Null);
        Assert.That(reason, Does.EndWith("at least 8 of them, received 7"));
        Assert.That(Familiarity.Fit(new float[train.Length], labels, train, labels, [], 3, WorkerPool.Shared, out reason), Is.Null);
        Assert.That(reason, Does.EndWith("received 470 that are all the same to it"));
        train[5] = float.NaN;
        Assert.That(Familiarity.Fit(train, labels, train, labels, [], 3, WorkerPool.Shared, out reason), Is.Null);
        Assert.That(reason, Is.EqualTo("expected finite features, received infinity or not-a-number"));
    }

    [Test]
    public void Energy_is_the_negative_logarithm_of_the_sum_of_exponentials()
    {
        Assert.That(Familiarity.Energy([0, 0]), Is.EqualTo(-Math.Log(2)).Within(1e-6));
        Assert.That(Familiarity.Energy([1000, 0]), Is.EqualTo(-1000));
        Familiarity familiarity = Fit(Many, [60, 60, 60]);
        Assert.That(familiarity.Measure(new float[Length], [0, 0]).Energy, Is.EqualTo(-0.6931472f).Within(1e-6));
        Assert.That(familiarity.Measure(new float[Length]).Energy, Is.Null);
    }

    [Test]
    public void An_energy_above_that_of_the_validation_images_makes_an_image_unfamiliar()
    {
        (float[] train, int[] labels) = ClusterFeatures.Draw(Length, Many, 21);
        (float[] others, int[] own) = ClusterFeatures.Draw(Length, [60, 60, 60], 22);
        // Sure of one class, by 4 to 6: energies from −6 to −4.
        float[] logits = [.. own.SelectMany((label, n) => Enumerable.Range(0, 3).Select(c => c == label ? 4 + n % 21 * 0.1f : 0))];
        Familiarity familiarity = Familiarity.Fit(train, labels, others, own, logits, 3, WorkerPool.Shared, out _)!;
        int usual = Enumerable.Range(0, 180).MaxBy(n => familiarity.Measure(others.AsSpan(n * Length, Length), [5, 0, 0]).Familiarity);
        ReadOnlySpan<float> features = others.AsSpan(usual * Length, Length);
        Assert.That(familiarity.Measure(features, [5, 0, 0]).IsFamiliar);
        Assert.That(familiarity.Measure(features, [0, 9, 0]).IsFamiliar, "surer than any of them is fine");
        Assert.That(familiarity.Measure(features, [1, 1, 1]).Familiarity, Is.EqualTo(1f / 181).Within(1e-6));
        Assert.That(Read(Bytes(familiarity)).Measure(features, [3.9f, 0, 0]), Is.EqualTo(familiarity.Measure(features, [3.9f, 0, 0])));
    }

    [Test]
    public void Without_a_validation_set_images_are_ranked_by_spaces_that_were_made_without_them()
    {
        (float[] train, int[] labels) = ClusterFeatures.Draw(Length, Many, 21);
        int[] folds = [.. labels.Select((_, n) => n % 5)];
        Familiarity byFolds = Familiarity.FitByFolds(train, labels, [], folds, 3, WorkerPool.Shared, out string? reason)!;
        Assert.That(reason, Is.Null);
        Familiarity byItself = Familiarity.Fit(train, labels, train, labels, [], 3, WorkerPool.Shared, out _)!;
        (float[] others, _) = ClusterFeatures.Draw(Length, [1000, 1000, 1000], 31);
        double Accepted(Familiarity f) => others.Chunk(Length).Average(o => f.Measure(o).IsFamiliar ? 1.0 : 0);
        Assert.That(Accepted(byFolds), Is.EqualTo(0.95).Within(0.02));
        Assert.That(Accepted(byFolds), Is.GreaterThan(Accepted(byItself)), "images that made the space are nearer to it than new ones");
    }

    [Test]
    public void Folds_need_enough_images_too()
    {
        Assert.That(Familiarity.FitByFolds(new float[19], new int[19], [], new int[19], 1, WorkerPool.Shared, out string? reason), Is.Null);
        Assert.That(reason, Is.EqualTo("expected at least 20 images, received 19"));
        Assert.That(Familiarity.FitByFolds(new float[40], new int[40], [], new int[40], 1, WorkerPool.Shared, out reason), Is.Null);
        Assert.That(reason, Does.EndWith("received 40 that are all the same to it"));
    }

    [Test]
    public void Any_number_of_threads_gives_the_same_bytes()
    {
        (float[] train, int[] labels) = ClusterFeatures.Draw(Length, Many, 1);
        Assert.That(Bytes(Familiarity.Fit(train, labels, train, labels, [], 3, new WorkerPool(1), out _)!),
            Is.EqualTo(Bytes(Familiarity.Fit(train, labels, train, labels, [], 3, new WorkerPool(4), out _)!)));
    }

    [TestCase(1280, 7, 600)]
    [TestCase(16384, 3, 200)]
    [TestCase(100, 1100, 5500)]
    public void At_most_two_megabytes_are_stored(int length, int classes, int images)
    {
        SeededRandom random = new(2);
        float[] features = new float[length * images];
        for (int i = 0; i < features.Length; i++)
            features[i] = random.NextSingle() + (i / length % classes == i % length % classes ? 1 : 0);
        int[] labels = [.. Enumerable.Range(0, images).Select(i => i % classes)];
        Familiarity familiarity = Familiarity.Fit(features, labels, features, labels, [], classes, WorkerPool.Shared, out _)!;
        Assert.That(Bytes(familiarity), Has.Length.LessThanOrEqualTo(Familiarity.MaxBytes));
        Assert.That(Centers(familiarity), Is.EqualTo(Math.Min(classes, Familiarity.MaxCenters)));
    }

    [Test]
    public void A_file_gives_the_same_answers_as_what_was_written()
    {
        Familiarity written = Fit(Many, [60, 60, 60]);
        byte[] bytes = Bytes(written);
        Familiarity read = Read(bytes);
        Assert.That(Bytes(read), Is.EqualTo(bytes));
        (float[] features, _) = ClusterFeatures.Draw(Length, [20, 20, 20], 61);
        Assert.That(features.Chunk(Length).Select(f => read.Measure(f)), Is.EqualTo(features.Chunk(Length).Select(f => written.Measure(f))));
    }

    [Test]
    public void A_file_that_ends_early_or_holds_impossible_numbers_is_refused()
    {
        byte[] bytes = Bytes(Fit(Many, [60, 60, 60]));
        for (int length = 0; length < bytes.Length; length += Math.Max(1, bytes.Length / 97))
            Assert.That(() => Read(bytes[..length]), Throws.TypeOf<InvalidContentException>().With.Message.Contains("policy.bin"), $"{length} bytes");
        Assert.That(() => Read([.. BitConverter.GetBytes(-5), .. bytes[4..]]), Throws.TypeOf<InvalidContentException>());
        Assert.That(() => Read([.. bytes[..4], .. BitConverter.GetBytes(65), .. bytes[8..]]), Throws.TypeOf<InvalidContentException>());
        Assert.That(() => Read([.. bytes[..8], .. BitConverter.GetBytes(float.NaN), .. bytes[12..]]), Throws.TypeOf<InvalidContentException>());
    }

    [Test]
    public void Measuring_allocates_nothing()
    {
        Familiarity familiarity = Fit(Many, [60, 60, 60]);
        float[] features = new float[Length], logits = [1, 2, 3];
        Assert.That(AllocatedBytes.Of(3, () => familiarity.Measure(features, logits)), Is.Zero);
    }

    private static Familiarity Fit(int[] train, int[] validation, ulong seed = 22)
    {
        (float[] features, int[] labels) = ClusterFeatures.Draw(Length, train, 21);
        (float[] others, int[] own) = ClusterFeatures.Draw(Length, validation, seed);
        return Familiarity.Fit(features, labels, others, own, [], 3, WorkerPool.Shared, out _)!;
    }

    private static int Centers(Familiarity familiarity)
    {
        byte[] bytes = Bytes(familiarity);
        return BitConverter.ToInt32(bytes, FeatureSpaceTests.Bytes(familiarity.Space).Length);
    }

    private static byte[] Bytes(Familiarity familiarity)
    {
        using MemoryStream stream = new();
        using BinaryWriter writer = new(stream);
        familiarity.Write(writer);
        return stream.ToArray();
    }

    private static Familiarity Read(byte[] bytes) => Familiarity.Read(new BinaryReader(new MemoryStream(bytes)), "policy.bin");
}
