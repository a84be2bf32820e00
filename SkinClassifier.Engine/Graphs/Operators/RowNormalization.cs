using SkinClassifier.Tensors;

namespace SkinClassifier.Graphs.Operators;

/// <summary>
/// Rows of a tensor, each normalized to mean 0 and variance 1 and then scaled and shifted:
/// y = scale · (x − mean) / √(var + epsilon) + bias. Element i of row r uses element First(r) + i / Span of scale and bias.
/// </summary>
internal abstract class RowNormalization : Operator
{
    /// <summary>Added to the variance before the root.</summary>
    public abstract float Epsilon { get; }

    /// <summary>Mean and 1 / √(var + epsilon) per row.</summary>
    internal override int SavedLength(ReadOnlySpan<TensorShape> inputs) => 2 * Layout(inputs[0], inputs[1]).Rows;

    internal override void Forward(ForwardStep step)
    {
        RowLayout l = Layout(step.InputShape(0), step.InputShape(1));
        ReadOnlyMemory<float> x = step.InputMemory(0), scale = step.InputMemory(1), bias = step.Has(2) ? step.InputMemory(2) : default;
        Memory<float> y = step.OutputMemory(0);
        float[] means = new float[l.Rows], inverses = new float[l.Rows];
        Rows.RunGroups(step.Workers, l.Rows, l.Length, (first, end) =>
        {
            ReadOnlySpan<float> factors = scale.Span, offsets = bias.Span;
            for (int row = first; row < end; row++)
            {
                ReadOnlySpan<float> from = x.Span.Slice(row * l.Length, l.Length);
                Span<float> to = y.Span.Slice(row * l.Length, l.Length);
                double mean = Rows.Sum(from) / l.Length, squares = 0;
                foreach (float value in from)
                    squares += (value - mean) * (value - mean);
                float inverse = inverses[row] = (float)(1 / Math.Sqrt(squares / l.Length + Epsilon));
                means[row] = (float)mean;
                float center = (float)mean;
                for (int i = 0, p = l.First(row); i < to.Length; p++)
                    for (int last = i + l.Span; i < last; i++)
                        to[i] = (from[i] - center) * inverse * factors[p] + (offsets.IsEmpty ? 0 : offsets[p]);
            }
        });
        if (!step.Saved.IsEmpty)
        {
            means.CopyTo(step.Saved);
            inverses.CopyTo(step.Saved[l.Rows..]);
        }
        if (step.OutputCount > 1 && step.Output(1).Length == l.Rows)
            means.CopyTo(step.Output(1));
        if (step.OutputCount > 2 && step.Output(2).Length == l.Rows)
            inverses.CopyTo(step.Output(2));
    }

    internal override void Backward(BackwardStep step)
    {
        RowLayout l = Layout(step.InputShape(0), step.InputShape(1));
        ReadOnlyMemory<float> x = step.InputMemory(0), scale = step.InputMemory(1), dy = step.OutputGradientMemory(0);
        float[] saved = step.Saved.ToArray();
        if (step.Wants(0))
        {
            Memory<float> dx = step.InputGradientMemory(0);
            Rows.RunGroups(step.Workers, l.Rows, l.Length, (first, end) =>
            {
                for (int row = first; row < end; row++)
                {
                    ReadOnlySpan<float> from = x.Span.Slice(row * l.Length, l.Length), upper = dy.Span.Slice(row * l.Length, l.Length),
                        factors = scale.Span[l.First(row)..];
                    Span<float> to = dx.Span.Slice(row * l.Length, l.Length);
                    float mean = saved[row], inverse = saved[l.Rows + row];
                    double sum = 0, products = 0;
                    for (int i = 0; i < to.Length; i++)
                    {
                        double g = (double)upper[i] * factors[i / l.Span];
                        sum += g;
                        products += g * ((from[i] - mean) * inverse);
                    }
                    float meanOfGradient = (float)(sum / l.Length), meanOfProducts = (float)(products / l.Length);
                    for (int i = 0; i < to.Length; i++)
                        to[i] += inverse * (upper[i] * factors[i / l.Span] - meanOfGradient - (from[i] - mean) * inverse * meanOfProducts);
                }
            });
        }
        if (step.Wants(1) || step.Wants(2))
            AddParameterGradients(step, l);
    }

    /// <summary>How the rows lie in <paramref name="x"/> and which parameters they use.</summary>
    protected abstract RowLayout Layout(TensorShape x, TensorShape scale);

    private static void AddParameterGradients(BackwardStep step, RowLayout l)
    {
        int count = step.InputShape(1).ElementCount;
        double[] scale = new double[count], bias = new double[count];
        for (int row = 0; row < l.Rows; row++)
        {
            ReadOnlySpan<float> from = step.Input(0).Slice(row * l.Length, l.Length), upper = step.OutputGradient(0).Slice(row * l.Length, l.Length);
            float mean = step.Saved[row], inverse = step.Saved[l.Rows + row];
            int parameter = l.First(row);
            for (int i = 0; i < upper.Length; i++)
            {
                scale[parameter + i / l.Span] += (double)upper[i] * ((from[i] - mean) * inverse);
                bias[parameter + i / l.Span] += upper[i];
            }
        }
        for (int i = 0; i < count; i++)
        {
            if (step.Wants(1))
                step.InputGradient(1)[i] += (float)scale[i];
            if (step.Wants(2))
                step.InputGradient(2)[i] += (float)bias[i];
        }
    }

    /// <summary>
    /// <paramref name="Rows"/> rows of <paramref name="Length"/> elements; row r starts at parameter (r mod Cycle) · PerRow, and each parameter
    /// serves Span elements.
    /// </summary>
    protected readonly record struct RowLayout(int Rows, int Length, int Span, int Cycle, int PerRow)
    {
        public int First(int row) => row % Cycle * PerRow;
    }
}
