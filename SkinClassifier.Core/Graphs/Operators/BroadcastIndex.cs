using SkinClassifier.Tensors;

namespace SkinClassifier.Graphs.Operators;

/// <summary>For one input of an operator with any number of broadcast inputs: which of its elements belongs to an output element.</summary>
internal sealed class BroadcastIndex
{
    private readonly int[] _lengths, _strides;

    public BroadcastIndex(TensorShape input, TensorShape output)
    {
        _lengths = output.Lengths.ToArray();
        _strides = new int[_lengths.Length];
        int stride = 1;
        for (int back = 1; back <= input.Rank; back++)
        {
            int length = input[input.Rank - back];
            _strides[^back] = length == 1 ? 0 : stride;
            stride *= length;
        }
        IsSame = input.ElementCount == output.ElementCount;
    }

    /// <summary>Whether elements correspond one to one.</summary>
    public bool IsSame { get; }

    /// <summary>The input element of output element <paramref name="output"/>.</summary>
    public int this[int output]
    {
        get
        {
            if (IsSame)
                return output;
            int result = 0;
            for (int axis = _lengths.Length - 1; axis >= 0; axis--)
            {
                result += output % _lengths[axis] * _strides[axis];
                output /= _lengths[axis];
            }
            return result;
        }
    }

    /// <summary>The joined shape of all inputs.</summary>
    public static TensorShape Shape(string opType, ReadOnlySpan<TensorShape> inputs)
    {
        TensorShape shape = inputs[0];
        foreach (TensorShape input in inputs[1..])
            shape = Broadcast.Shape(opType, shape, input);
        return shape;
    }
}
