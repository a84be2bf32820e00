using BenchmarkDotNet.Attributes;
using SkinClassifier.Imaging;
using SkinClassifier.Imaging.Transforms;

namespace SkinClassifier.Benchmarks.Micro;

/// <summary>The two passes of a resize to 224 columns: one row along, one row from several; beside their scalar loops.</summary>
public class Resizing
{
    private const int Target = 224, Taps = 9;

    private readonly byte[] _rows = Photograph.Draw(Target, Taps).Pixels.ToArray();
    private readonly int[] _taps = [.. Enumerable.Repeat((1 << ResampleWeights.FractionBits) / Taps, Taps)];

    private ResampleWeights _weights;
    private byte[] _row = [], _result = [];

    [Params(200, 600, 2000)]
    public int Columns { get; set; }

    [GlobalSetup]
    public void Prepare()
    {
        _weights = new ResampleWeights(Columns, Target, 0, Target, ResizeFilter.Triangle, WideResampleRows.IsSupported);
        (_row, _result) = ([.. Photograph.Draw(Columns, 1).Row(0), .. new byte[64]], new byte[3 * Target]);
    }

    [Benchmark]
    public void Row() => ResampleKernels.Row(_row, _weights, _result);

    [Benchmark]
    public void ScalarRow() => ResampleKernels.RowScalar(_row, _weights, _result, 0);

    [Benchmark]
    public void Column() => ResampleKernels.Column(_rows, 3 * Target, _taps, _result);

    [Benchmark]
    public void ScalarColumn() => ResampleKernels.ColumnScalar(_rows, 3 * Target, _taps, _result, 0);
}
