using SkinClassifier.Execution.Layout;
using SkinClassifier.Execution.Rewrites;
using SkinClassifier.Graphs.Operators;
using SkinClassifier.Kernels;

namespace SkinClassifier.Execution.Inference.Steps;

/// <summary>Packs convolution weights with the folded factor of each output channel, and biases padded to whole blocks.</summary>
internal static class ConvolutionWeights
{
    /// <summary>[output block][input block of its part][kernel row][column][16 in][16 out], zeros where groups do not meet.</summary>
    public static PinnedFloats Blocked(PackedWeights store, FusedConvolution node, ConvolutionGeometry g)
    {
        Window w = node.Window;
        int taps = w.KernelH * w.KernelW, outputs = node.Weights.Shape[0], perGroup = node.Weights.Shape[1], outPerGroup = outputs / node.Group;
        int outBlocksPerSuper = g.Supers == 1 ? g.OutputBlocks : g.OutputsPerSuper / 16;
        long perBlock = (long)g.InputBlocksPerSuper * taps * 256;
        return store.Get($"{node.Key}|blocked", perBlock * outBlocksPerSuper * g.Supers, memory =>
        {
            Span<float> to = memory.Span;
            ReadOnlySpan<float> from = node.Weights.Values;
            for (int o = 0; o < outputs; o++)
            {
                float factor = node.Scale?[o] ?? 1;
                int super = g.Supers == 1 ? 0 : o / g.OutputsPerSuper;
                long block = perBlock * (o / 16);
                for (int i = 0; i < perGroup; i++)
                {
                    int channel = o / outPerGroup * perGroup + i - super * g.InputsPerSuper;
                    long at = block + (long)(channel / 16) * taps * 256 + channel % 16 * 16 + o % 16;
                    for (int k = 0; k < taps; k++)
                        to[(int)(at + k * 256L)] = from[(o * perGroup + i) * taps + k] * factor;
                }
            }
        });
    }

    /// <summary>[output block][36 or 16][input block][16 in][16 out]: G · g · Gᵀ of every 3×3 kernel, for tiles of <paramref name="edge"/>² outputs.</summary>
    public static PinnedFloats Winograd(PackedWeights store, FusedConvolution node, int edge)
    {
        int outputs = node.Weights.Shape[0], inputs = node.Weights.Shape[1], inputBlocks = (inputs + 15) / 16, side = edge + 2;
        return store.Get($"{node.Key}|winograd{edge}", (long)(outputs + 15) / 16 * side * side * inputBlocks * 256, memory =>
        {
            Span<float> to = memory.Span;
            ReadOnlySpan<double> g = edge == 4 ? KernelFamily.WinogradWeights : KernelFamily.SmallWinogradWeights;
            Span<double> half = stackalloc double[18]; // G · g, 6×3 or 4×3
            for (int o = 0; o < outputs; o++)
                for (int i = 0; i < inputs; i++)
                {
                    ReadOnlySpan<float> kernel = node.Weights.Values.Slice((o * inputs + i) * 9, 9);
                    for (int r = 0; r < side; r++)
                        for (int c = 0; c < 3; c++)
                            half[r * 3 + c] = g[r * 3] * kernel[c] + g[r * 3 + 1] * kernel[3 + c] + g[r * 3 + 2] * kernel[6 + c];
                    double factor = node.Scale?[o] ?? 1;
                    for (int r = 0; r < side; r++)
                        for (int c = 0; c < side; c++)
                        {
                            double value = half[r * 3] * g[c * 3] + half[r * 3 + 1] * g[c * 3 + 1] + half[r * 3 + 2] * g[c * 3 + 2];
                            to[((o / 16 * side * side + r * side + c) * inputBlocks + i / 16) * 256 + i % 16 * 16 + o % 16] = (float)(value * factor);
                        }
                }
        });
    }

    /// <summary>[output block][channel][kernel row][column][16 out].</summary>
    public static PinnedFloats FirstConvolution(PackedWeights store, FusedConvolution node)
    {
        int outputs = node.Weights.Shape[0], perOutput = node.Weights.Shape.ElementCount / outputs, blocks = (outputs + 15) / 16;
        return store.Get($"{node.Key}|planar", (long)perOutput * blocks * 16, memory =>
        {
            Span<float> to = memory.Span;
            for (int o = 0; o < outputs; o++)
                for (int k = 0; k < perOutput; k++)
                    to[(o / 16 * perOutput + k) * 16 + o % 16] = node.Weights.Values[o * perOutput + k] * (node.Scale?[o] ?? 1);
        });
    }

    /// <summary>[block][kernel row][column][16].</summary>
    public static PinnedFloats Depthwise(PackedWeights store, FusedConvolution node) => FirstConvolution(store, node);

    /// <summary>[blocks][16], zero beyond the last channel.</summary>
    public static PinnedFloats PerChannel(PackedWeights store, string key, float[] values)
        => store.Get(key, (values.Length + 15) / 16 * 16, memory => values.CopyTo(memory));
}
