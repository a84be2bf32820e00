using SkinClassifier.Tensors;

namespace SkinClassifier.Graphs.Operators;

/// <summary>
/// ONNX multidirectional broadcasting of two inputs: shapes are aligned at the last axis; a length of 1 or a missing axis repeats.
/// Axes that both inputs walk in the same way are joined, so that the innermost loop is as long as possible.
/// </summary>
internal sealed class Broadcast
{
    private readonly int[] _lengths, _stepsA, _stepsB;

    public Broadcast(string opType, TensorShape a, TensorShape b)
    {
        Output = Shape(opType, a, b);
        int rank = Output.Rank;
        List<int> lengths = [], stepsA = [], stepsB = [];
        int strideA = 1, strideB = 1;
        for (int back = 1; back <= rank; back++) // from the innermost axis outwards
        {
            int length = Output[rank - back];
            int lengthA = back <= a.Rank ? a[a.Rank - back] : 1, lengthB = back <= b.Rank ? b[b.Rank - back] : 1;
            int stepA = lengthA == 1 ? 0 : strideA, stepB = lengthB == 1 ? 0 : strideB;
            strideA *= lengthA;
            strideB *= lengthB;
            if (length == 1)
                continue;
            if (lengths.Count > 0 && stepA == stepsA[^1] * lengths[^1] && stepB == stepsB[^1] * lengths[^1])
            {
                lengths[^1] *= length;
                continue;
            }
            lengths.Add(length);
            stepsA.Add(stepA);
            stepsB.Add(stepB);
        }
        if (lengths.Count == 0)
        {
            lengths.Add(1);
            stepsA.Add(0);
            stepsB.Add(0);
        }
        (_lengths, _stepsA, _stepsB) = ([.. lengths], [.. stepsA], [.. stepsB]);
        RepeatsA = a.ElementCount != Output.ElementCount;
        RepeatsB = b.ElementCount != Output.ElementCount;
    }

    /// <summary>Shape of the result.</summary>
    public TensorShape Output { get; }

    /// <summary>Whether elements of the first input are used more than once.</summary>
    public bool RepeatsA { get; }

    /// <summary>Whether elements of the second input are used more than once.</summary>
    public bool RepeatsB { get; }

    /// <summary>Steps of both inputs from one output element to the next inside a row: 0 or 1.</summary>
    public (int A, int B) InnerSteps => (_stepsA[0], _stepsB[0]);

    /// <summary>The joined shape, or null when two lengths differ and neither is 1.</summary>
    public static TensorShape? Shape(ShapeCheck check, TensorShape a, TensorShape b)
    {
        int rank = Math.Max(a.Rank, b.Rank);
        int[] lengths = new int[rank];
        for (int back = 1; back <= rank; back++)
        {
            int lengthA = back <= a.Rank ? a[a.Rank - back] : 1, lengthB = back <= b.Rank ? b[b.Rank - back] : 1;
            if (lengthA != lengthB && lengthA != 1 && lengthB != 1)
            {
                check.No("shapes whose lengths are equal or 1, aligned at the last axis", $"{a} and {b}");
                return null;
            }
            lengths[rank - back] = lengthA == 1 ? lengthB : lengthA;
        }
        return new TensorShape(lengths);
    }

    /// <summary>The joined shape of one or more inputs, or null.</summary>
    public static TensorShape? Shape(ShapeCheck check, ReadOnlySpan<TensorShape> inputs)
    {
        TensorShape shape = inputs[0];
        foreach (TensorShape input in inputs[1..])
            if (Shape(check, shape, input) is TensorShape joined)
                shape = joined;
            else
                return null;
        return shape;
    }

    /// <summary>The joined shape of two that fit.</summary>
    /// <exception cref="Common.ShapeMismatchException">Two lengths differ and neither is 1.</exception>
    public static TensorShape Shape(string opType, TensorShape a, TensorShape b)
    {
        ShapeCheck check = new(opType);
        return Shape(check, a, b) ?? throw check.Error();
    }

    /// <summary>Calls <paramref name="row"/>(output start, a start, b start, count) for the output elements [start, start + count).</summary>
    public void ForRows(int start, int count, RowAction row)
    {
        int inner = _lengths[0];
        while (count > 0)
        {
            int rest = start / inner, offset = start % inner, a = offset * _stepsA[0], b = offset * _stepsB[0];
            for (int axis = 1; axis < _lengths.Length; axis++)
            {
                int index = rest % _lengths[axis];
                rest /= _lengths[axis];
                a += index * _stepsA[axis];
                b += index * _stepsB[axis];
            }
            int length = Math.Min(count, inner - offset);
            row(start, a, b, length);
            start += length;
            count -= length;
        }
    }

    /// <summary>One run of output elements and where the inputs' elements for it start.</summary>
    public delegate void RowAction(int output, int a, int b, int count);
}
