using SkinClassifier.Common;
using SkinClassifier.Data;
using SkinClassifier.Graphs;
using SkinClassifier.Onnx;
using SkinClassifier.Tensors;
using SkinClassifier.Trainers.Loop;
using SkinClassifier.Trainers.Networks;

namespace SkinClassifier.Trainers.Defaults;

/// <summary>What a recipe depends on.</summary>
internal sealed record DatasetFacts
{
    /// <summary>Input size of a network that does not say its own, in pixels.</summary>
    private const int UsualSize = 224;

    /// <summary>Images to train on.</summary>
    public required int TrainingImages { get; init; }

    /// <summary>Images of the largest class / images of the smallest one that has any; at least 1.</summary>
    public double Imbalance { get; init; } = 1;

    /// <summary>Median of the images' shorter sides in pixels; 0 when it is not known.</summary>
    public int ShorterSide { get; init; }

    /// <summary>Whether there are pretrained weights.</summary>
    public bool IsPretrained { get; init; }

    /// <summary>The network's own input size in pixels.</summary>
    public int NativeSize { get; init; } = UsualSize;

    /// <summary>
    /// Whether the pretrained network normalizes its values (BatchNormalization, LayerNormalization and the like), which keeps large steps from
    /// ruining it.
    /// </summary>
    public bool IsNormalized { get; init; } = true;

    /// <summary>Whether the pretrained network takes images smaller than its own, as one without dense layers inside does.</summary>
    public bool TakesSmallerImages { get; init; }

    /// <summary>Whether training may begin with smaller images: the network takes them, and options give no size of images and no number of epochs.</summary>
    public bool MayGrow { get; init; }

    /// <summary>Looks at images and network.</summary>
    /// <exception cref="SkinClassifierException">The ONNX file is damaged or not supported.</exception>
    public static DatasetFacts Of(ImageDataset training, ImageClassificationTrainerOptions options)
    {
        ArgumentNullException.ThrowIfNull(training);
        ArgumentNullException.ThrowIfNull(options);
        int[] counts = [.. training.CountByLabel().Where(c => c > 0)];
        int[] sides = [.. training.Examples.Where(e => e.Info is not null).Select(e => Math.Min(e.Info!.Width, e.Info.Height)).Order()];
        DatasetFacts facts = new()
        {
            TrainingImages = training.Examples.Count,
            Imbalance = counts.Length == 0 ? 1 : (double)counts.Max() / counts.Min(),
            ShorterSide = sides.Length == 0 ? 0 : sides[sides.Length / 2],
            NativeSize = options.Network.InputSize,
        };
        Graph? graph = options.WeightsPath is { } path ? LoadedBackbone.OfFile(OnnxModel.Load(path)) : options.Pretrained?.Graph;
        if (graph is null)
            return facts;
        bool takesSmaller = TakesSmaller(graph);
        TensorShape declared = graph.Inputs.Count == 1 ? graph.Inputs[0].Shape : default;
        return facts with
        {
            IsPretrained = true,
            IsNormalized = graph.Nodes.Any(n => n.Operator.OpType.EndsWith("Normalization", StringComparison.Ordinal)),
            TakesSmallerImages = takesSmaller,
            MayGrow = takesSmaller && options is { FineTuneEpoch: null, ImageSize: null, ProgressiveFrom: null },
            NativeSize = options.Pretrained?.InputSize ?? (declared.Rank == 4 && declared[2] > 0 ? declared[2] : UsualSize),
        };
    }

    private static bool TakesSmaller(Graph graph)
    {
        if (graph.Inputs is not [{ Shape: { Rank: 4 } shape } input] || shape[1] is not 3 and not 1)
            return false;
        int[] sides = [.. ProgressiveSizes.Below(shape[2] > 0 ? shape[2] : UsualSize)];
        try
        {
            GraphInput free = input with { Shape = new TensorShape(TensorShape.Free, shape[1], TensorShape.Free, TensorShape.Free) };
            Graph small = new(graph.Name, [free], graph.Nodes, graph.Outputs, graph.Parameters);
            foreach (int side in sides)
                small.InferShapes(new TensorShape(1, shape[1], side, side));
            return sides.Length > 0;
        }
        catch (ShapeMismatchException)
        {
            return false;
        }
    }
}
