namespace SkinClassifier.Execution.Training.Steps;

/// <summary>
/// How the channels of a convolution are cut into products of matrices of their own: one part for a convolution without groups, else as
/// many groups in a part as fill whole blocks of 16 input and output channels. Inside a part the matrix is block-diagonal; what lies between the
/// groups is zero.
/// </summary>
internal sealed class ConvolutionParts
{
    private readonly int _inputs, _outputs, _lastInputs, _lastOutputs;

    /// <summary>Cuts <paramref name="groups"/> groups of so many input and output channels each.</summary>
    public ConvolutionParts(int groups, int groupInputs, int groupOutputs)
    {
        (GroupInputs, GroupOutputs, Channels) = (groupInputs, groupOutputs, groups * groupInputs);
        // Both numbers are powers of two: the larger one fills blocks on both sides.
        int inPart = Math.Min(Math.Max(Fill(groupInputs), Fill(groupOutputs)), groups), rest = groups - (groups - 1) / inPart * inPart;
        Count = (groups + inPart - 1) / inPart;
        (_inputs, _outputs) = (Blocks(inPart * groupInputs), Blocks(inPart * groupOutputs));
        (_lastInputs, _lastOutputs) = (Blocks(rest * groupInputs), Blocks(rest * groupOutputs));
        Products = (double)_inputs * _outputs * 256 / ((double)inPart * groupInputs * groupOutputs);
    }

    /// <summary>Number of parts.</summary>
    public int Count { get; }

    /// <summary>Input channels of a group.</summary>
    public int GroupInputs { get; }

    /// <summary>Output channels of a group.</summary>
    public int GroupOutputs { get; }

    /// <summary>All input channels.</summary>
    public int Channels { get; }

    /// <summary>Blocks of input channels of a full part.</summary>
    public int Inputs => _inputs;

    /// <summary>Blocks of output channels of a full part.</summary>
    public int Outputs => _outputs;

    /// <summary>Products that are computed for each one that counts.</summary>
    public double Products { get; }

    /// <summary>Blocks of input channels of part <paramref name="part"/>.</summary>
    public int InputsOf(int part) => part == Count - 1 ? _lastInputs : _inputs;

    /// <summary>Blocks of output channels of part <paramref name="part"/>.</summary>
    public int OutputsOf(int part) => part == Count - 1 ? _lastOutputs : _outputs;

    private static int Blocks(int channels) => (channels + 15) / 16;

    /// <summary>Groups of so many channels that fill whole blocks.</summary>
    private static int Fill(int channels) => 16 / Gcd(16, channels);

    private static int Gcd(int a, int b) => b == 0 ? a : Gcd(b, a % b);
}
