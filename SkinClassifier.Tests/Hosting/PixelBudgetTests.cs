using SkinClassifier.Hosting;

namespace SkinClassifier.Tests.Hosting;

public sealed class PixelBudgetTests
{
    [Test]
    public async Task Callers_are_served_in_order_and_a_small_one_does_not_pass_a_large_one()
    {
        PixelBudget budget = new(10);
        await budget.TakeAsync(8, default);
        Task large = budget.TakeAsync(9, default), small = budget.TakeAsync(1, default);
        Assert.That((large.IsCompleted, small.IsCompleted), Is.EqualTo((false, false)));
        budget.GiveBack(8);
        await large;
        await small;
        Task next = budget.TakeAsync(1, default);
        Assert.That(next.IsCompleted, Is.False);
        budget.GiveBack(9);
        await next;
    }

    [Test]
    public async Task A_canceled_caller_takes_nothing_and_lets_the_next_one_pass()
    {
        PixelBudget budget = new(10);
        await budget.TakeAsync(5, default);
        using CancellationTokenSource leaves = new();
        Task large = budget.TakeAsync(9, leaves.Token), small = budget.TakeAsync(5, default);
        leaves.Cancel();
        Assert.That(async () => await large, Throws.InstanceOf<OperationCanceledException>());
        await small;
        budget.GiveBack(10);
        await budget.TakeAsync(10, default);
    }

    [Test]
    public async Task More_than_all_counts_as_all()
    {
        PixelBudget budget = new(10);
        await budget.TakeAsync(1000, default);
        Task next = budget.TakeAsync(1, default);
        Assert.That(next.IsCompleted, Is.False);
        budget.GiveBack(1000);
        await next;
    }

    [Test]
    public async Task Many_callers_with_cancellations_never_exceed_the_total_and_lose_nothing()
    {
        const long Total = 100;
        PixelBudget budget = new(Total);
        long used = 0, most = 0;
        await Task.WhenAll(Enumerable.Range(0, 400).Select(i => Task.Run(async () =>
        {
            long pixels = 1 + i * 37 % 60;
            using CancellationTokenSource source = new(i % 5 == 0 ? 1 : 60_000);
            try
            {
                await budget.TakeAsync(pixels, source.Token);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            long now = Interlocked.Add(ref used, pixels);
            InterlockedMax(ref most, now);
            await Task.Yield();
            Interlocked.Add(ref used, -pixels);
            budget.GiveBack(pixels);
        })));
        Assert.That(most, Is.InRange(1, Total));
        await budget.TakeAsync(Total, new CancellationTokenSource(10_000).Token);
    }

    private static void InterlockedMax(ref long target, long value)
    {
        for (long seen = Volatile.Read(ref target); value > seen; seen = Volatile.Read(ref target))
            Interlocked.CompareExchange(ref target, value, seen);
    }
}
