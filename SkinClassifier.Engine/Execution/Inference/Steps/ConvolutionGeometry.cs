using SkinClassifier.Execution.Rewrites;
using SkinClassifier.Graphs.Operators;
using SkinClassifier.Kernels;

namespace SkinClassifier.Execution.Inference.Steps;

/// <summary>
/// How a convolution over blocks of 16 channels is cut. Groups of channels that are not multiples of 16 are joined until they are
/// (a dense convolution with zeros between groups). Output blocks are taken a few at a time, so many that a tile fills the registers.
/// </summary>
internal sealed class ConvolutionGeometry
{
    /// <summary>Chunks below this many operations cost more to hand out than they save.</summary>
    private const double ChunkWork = 2e6;

    /// <summary>
    /// Planes of fewer pixels are shared out by channels, larger ones by rows: a thread finds in its own cache what it wrote one layer before.
    /// </summary>
    public const int SmallPlane = 128;

    /// <summary>Cuts <paramref name="node"/>; flat means that a plane is one long row.</summary>
    public ConvolutionGeometry(FusedConvolution node, KernelFamily family, bool flat, bool planar)
    {
        Window w = node.Window;
        int channels = node.Weights.Shape[1] * node.Group;
        int outputs = node.Weights.Shape[0];
        int join = planar ? 1 : Join(channels / node.Group, outputs / node.Group, node.Group);
        Supers = planar ? 1 : (node.Group + join - 1) / join;
        InputsPerSuper = Supers == 1 ? channels : channels / node.Group * join;
        OutputsPerSuper = Supers == 1 ? outputs : outputs / node.Group * join;
        InputBlocksPerSuper = planar ? channels : (InputsPerSuper + 15) / 16;
        OutputBlocks = (outputs + 15) / 16;
        Rows = flat ? 1 : w.OutH;
        Columns = flat ? w.OutH * w.OutW : w.OutW;
        long perOutput = (long)(planar ? InputBlocksPerSuper : InputBlocksPerSuper * 16) * w.KernelH * w.KernelW;
        (PixelLimit, int blocks) = BestTile(family, Columns, Supers == 1 ? OutputBlocks : OutputsPerSuper / 16, planar, w.StrideW > 2);
        Groups = [.. CutBlocks(Supers == 1 ? OutputBlocks : OutputsPerSuper / 16, blocks)];
        CutChunks(perOutput, 2.0 * perOutput * OutputBlocks * 16 * w.OutH * w.OutW,
            (long)(planar ? 1 : 16) * InputBlocksPerSuper * Supers * w.InH * w.InW, 16L * OutputBlocks * w.OutH * w.OutW, family.Caches.SecondLevelFloats);
    }

    /// <summary>Independent parts along the channels.</summary>
    public int Supers { get; }

    /// <summary>Input channels of one part.</summary>
    public int InputsPerSuper { get; }

    /// <summary>Output channels of one part.</summary>
    public int OutputsPerSuper { get; }

    /// <summary>Input blocks of one part (NCHW: channels).</summary>
    public int InputBlocksPerSuper { get; }

    /// <summary>Output blocks of all parts.</summary>
    public int OutputBlocks { get; }

    /// <summary>Rows of output that are cut on their own; 1 when planes are flat.</summary>
    public int Rows { get; }

    /// <summary>Pixels of one such row.</summary>
    public int Columns { get; }

    /// <summary>Widest tile.</summary>
    public int PixelLimit { get; }

    /// <summary>Output blocks that are computed together: first block inside the part, and how many.</summary>
    public (int First, int Count)[] Groups { get; }

    /// <summary>Bands of rows (of pixels when there is one row).</summary>
    public int Bands { get; private set; }

    /// <summary>Parts that all groups of all supers are cut into.</summary>
    public int GroupParts { get; private set; }

    /// <summary>Whether all pixels are computed for some output channels before the next ones; else all channels of a band before the next band.</summary>
    public bool WeightsFirst { get; private set; }

    /// <summary>Images whose input stays in the second-level cache while weights pass by.</summary>
    public int ImagesAtOnce { get; private set; }

    /// <summary>All groups of all parts.</summary>
    public int AllGroups => Groups.Length * Supers;

    /// <summary>Row range of a band, or pixel range when there is one row.</summary>
    public (int From, int To) Band(int band)
    {
        if (Rows > 1)
            return (band * Rows / Bands, (band + 1) * Rows / Bands);
        int tiles = (Columns + PixelLimit - 1) / PixelLimit;
        return (band * tiles / Bands * PixelLimit, Math.Min((band + 1) * tiles / Bands * PixelLimit, Columns));
    }

    /// <summary>How many groups of so many inputs and outputs must be joined to make both multiples of 16.</summary>
    private static int Join(int inputs, int outputs, int groups)
    {
        if (groups == 1)
            return 1;
        int join = 1;
        while (join < groups && (join * inputs % 16 != 0 || join * outputs % 16 != 0))
            join++;
        return join * inputs % 16 == 0 && join * outputs % 16 == 0 ? join : groups;
    }

    private static IEnumerable<(int First, int Count)> CutBlocks(int blocks, int limit)
    {
        RowCut cut = RowCut.Of(blocks, limit);
        for (int i = 0, first = 0; i < cut.WideCount + cut.NarrowCount; i++)
        {
            int count = i < cut.WideCount ? cut.WidePixels : cut.NarrowPixels;
            yield return (first, count);
            first += count;
        }
    }

    /// <summary>
    /// The tile that needs the minimum of cycles: two multiply-adds and two loads a cycle, at least eight independent sums. Loads hinder multiply-adds
    /// the more of them there are beside each (measured on an Intel server with AVX-512: 10 % in tiles of 14 × 2, 5 % in 9 × 3 and 6 × 4).
    /// </summary>
    private static (int Pixels, int Blocks) BestTile(KernelFamily family, int columns, int blocks, bool planar, bool singlePixels)
    {
        (int, int) best = default;
        double least = double.MaxValue;
        for (int b = Math.Min(Math.Min(family.MaxBlocks, planar ? 2 : 4), blocks); b >= 1; b--)
        {
            int limit = singlePixels ? 1 : family.PixelLimit(b);
            double cost = 0;
            RowCut cut = RowCut.Of(columns, limit), groups = RowCut.Of(blocks, b);
            foreach ((int count, int size) in new[] { (groups.WideCount, groups.WidePixels), (groups.NarrowCount, groups.NarrowPixels) })
                cost += count * (cut.WideCount * Cycles(cut.WidePixels, size) + cut.NarrowCount * Cycles(cut.NarrowPixels, size));
            if (cost < least * 0.999)
                (least, best) = (cost, (limit, b));
        }
        return best;

        static double Cycles(int pixels, int count)
        {
            double products = pixels * count, loads = pixels + count;
            return Math.Max(Math.Max(products * 0.5, loads * 0.55), 4) + 0.2 * count + 0.16 * loads * loads / products;
        }
    }

    private void CutChunks(long perOutput, double work, long input, long output, long near)
    {
        int rows = Rows > 1 ? Rows : (Columns + PixelLimit - 1) / PixelLimit;
        int wanted = (int)Math.Clamp(work / ChunkWork, 1, 48);
        if (wanted > 1)
            wanted = (wanted + 1) / 2 * 2;
        long weights = perOutput * OutputBlocks * 16;
        WeightsFirst = weights > 2 * (input + output);
        ImagesAtOnce = (int)Math.Clamp(near / 2 / Math.Max(input, 1), 1, 1024);
        int bands = (int)Math.Clamp((input + near / 2 - 1) / (near / 2), 1, rows), parts;
        if (WeightsFirst)
        {
            parts = Math.Min(AllGroups, Math.Max((wanted + bands - 1) / bands, 2));
            if (parts % 2 == 1 && parts < 24 && bands == 1 && rows >= 4)
                bands = 2; // else one thread has a part more than the other
        }
        else
        {
            if (wanted > 1)
                bands = Math.Min(rows, (bands + 1) / 2 * 2);
            parts = Math.Min(AllGroups, (wanted + bands - 1) / bands);
        }
        (Bands, GroupParts) = (bands, parts);
    }
}
