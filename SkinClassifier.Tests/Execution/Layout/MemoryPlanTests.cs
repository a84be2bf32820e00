using SkinClassifier.Common;
using SkinClassifier.Execution.Layout;

namespace SkinClassifier.Tests.Execution.Layout;

public sealed class MemoryPlanTests
{
    [Test]
    public void Buffers_alive_at_the_same_time_never_overlap([Range(1, 40)] int seed)
    {
        SeededRandom random = new((ulong)seed);
        List<BufferLifetime> buffers = [];
        for (int i = 0; i < 30; i++)
        {
            int first = random.NextInt32(20);
            buffers.Add(new BufferLifetime(1 + random.NextInt32(500), first, first + random.NextInt32(5)));
        }
        MemoryPlan plan = MemoryPlan.Place(buffers);
        for (int a = 0; a < buffers.Count; a++)
        {
            Assert.That(plan.Offsets[a] % MemoryPlan.Granule, Is.Zero);
            Assert.That(plan.Offsets[a] + buffers[a].Length, Is.LessThanOrEqualTo(plan.Length));
            for (int b = 0; b < a; b++)
                if (buffers[a].First <= buffers[b].Last && buffers[b].First <= buffers[a].Last)
                    Assert.That(
                        plan.Offsets[a] + buffers[a].Length <= plan.Offsets[b] || plan.Offsets[b] + buffers[b].Length <= plan.Offsets[a], $"{a} and {b}");
        }
    }

    [Test]
    public void A_chain_needs_two_buffers()
    {
        BufferLifetime[] chain = [.. Enumerable.Range(0, 20).Select(i => new BufferLifetime(160, i, i + 1))];
        Assert.That(MemoryPlan.Place(chain).Length, Is.EqualTo(320));
    }
}
