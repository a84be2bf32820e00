using System.Globalization;
using SkinClassifier.Backbones;
using SkinClassifier.Execution;
using SkinClassifier.Graphs;
using SkinClassifier.Tensors;
using SkinClassifier.Trainers.Networks;

namespace SkinClassifier.Tests.Trainers;

/// <summary>All built-in networks can be trained by several processes, and docs/scale.md says how many bytes that takes.</summary>
[Category("Slow")]
public sealed class SharedNetworksTests
{
    /// <summary>The first of two processes; the other sends nothing but zeros.</summary>
    private sealed class CountingGroup : IProcessGroup
    {
        public long Gradients { get; private set; }

        public long Statistics { get; private set; }

        public int Rank => 0;

        public int Size => 2;

        public void Send(int rank, int channel, ReadOnlySpan<byte> data)
        {
            if (channel == 0)
                Gradients += data.Length;
            else
                Statistics += data.Length;
        }

        public bool TryReceive(int rank, int channel, Span<byte> data, bool wait)
        {
            data.Clear();
            return true;
        }

        public void Gather(ReadOnlySpan<byte> own, Span<byte> all) => all.Clear();

        public void StartBroadcast(int root, Memory<float> data)
        {
        }

        public void FinishBroadcasts()
        {
        }
    }

    public static IEnumerable<Architecture> All => ArchitectureCatalog.All;

    [TestCaseSource(nameof(All))]
    public void A_network_can_be_shared_and_its_bytes_are_those_of_the_document(Architecture architecture)
    {
        Backbone backbone = architecture.Build();
        int side = backbone.InputSize;
        Graph features = NetworkAssembly.FeatureGraph(backbone.Graph, backbone.FeatureTensor, backbone.Normalization, side, side);
        ClassifierHead head = new(NetworkAssembly.FeatureCount(features, side, side), [], 7, 1);
        CountingGroup group = new();
        using TrainingPlan plan = TrainingPlan.Create(
            NetworkAssembly.WithHead(features, head.TrainingGraph(0.2)), new TensorShape(2, 3, side, side), new PlanOptions { Group = group });
        plan.Forward(new float[plan.InputShape.ElementCount]);
        plan.Backward(new float[plan.OutputShape.ElementCount]);
        string row = string.Create(CultureInfo.InvariantCulture, $"| {architecture.Name} | {group.Gradients / 1e6:0.0} | {group.Statistics / 1e6:0.0} |");
        Assert.That(File.ReadAllText(Path.Combine(SharedFiles.Repository, "docs", "scale.md")), Does.Contain(row));
    }
}
