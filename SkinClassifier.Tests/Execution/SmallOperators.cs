using SkinClassifier.Graphs;
using SkinClassifier.Graphs.Operators;
using SkinClassifier.Tensors;

namespace SkinClassifier.Tests.Execution;

/// <summary>x [N,I], w [I,O] → x·w [N,O].</summary>
internal sealed class Product : Operator
{
    public override string OpType => "Product";

    internal override TensorShape[]? Infer(ReadOnlySpan<TensorShape> inputs, ShapeCheck check) =>
        inputs[0][1] == inputs[1][0] ? [new TensorShape(inputs[0][0], inputs[1][1])]
            : check.Misfit($"[N,{inputs[1][0]}]", $"{inputs[0]}");

    internal override void Forward(ForwardStep step)
    {
        ReadOnlySpan<float> x = step.Input(0), w = step.Input(1);
        Span<float> y = step.Output(0);
        int count = step.InputShape(1)[0], outputs = step.InputShape(1)[1];
        for (int i = 0; i < y.Length; i++)
        {
            float sum = 0;
            for (int k = 0; k < count; k++)
                sum += x[i / outputs * count + k] * w[k * outputs + i % outputs];
            y[i] = sum;
        }
    }

    internal override void Backward(BackwardStep step)
    {
        ReadOnlySpan<float> x = step.Input(0), w = step.Input(1), dy = step.OutputGradient(0);
        Span<float> dx = step.InputGradient(0), dw = step.InputGradient(1);
        int count = step.InputShape(1)[0], outputs = step.InputShape(1)[1];
        for (int i = 0; i < dy.Length; i++)
            for (int k = 0; k < count; k++)
            {
                if (step.Wants(0))
                    dx[i / outputs * count + k] += dy[i] * w[k * outputs + i % outputs];
                if (step.Wants(1))
                    dw[k * outputs + i % outputs] += dy[i] * x[i / outputs * count + k];
            }
    }
}

/// <summary>a·b elementwise; both may be the same value.</summary>
internal sealed class Times : Operator
{
    public override string OpType => "Times";

    internal override TensorShape[] Infer(ReadOnlySpan<TensorShape> inputs, ShapeCheck check) => [inputs[0]];

    internal override void Forward(ForwardStep step)
    {
        for (int i = 0; i < step.Output(0).Length; i++)
            step.Output(0)[i] = step.Input(0)[i] * step.Input(1)[i];
    }

    internal override void Backward(BackwardStep step)
    {
        for (int i = 0; i < step.OutputGradient(0).Length; i++)
        {
            if (step.Wants(0))
                step.InputGradient(0)[i] += step.OutputGradient(0)[i] * step.Input(1)[i];
            if (step.Wants(1))
                step.InputGradient(1)[i] += step.OutputGradient(0)[i] * step.Input(0)[i];
        }
    }
}

/// <summary>Drops half of the values in training.</summary>
internal sealed class Halve : Operator
{
    public override string OpType => "Dropout";

    internal override TensorShape[] Infer(ReadOnlySpan<TensorShape> inputs, ShapeCheck check) => [inputs[0]];

    internal override int SavedLength(ReadOnlySpan<TensorShape> inputs) => inputs[0].ElementCount;

    internal override void Forward(ForwardStep step)
    {
        for (int i = 0; i < step.Saved.Length; i++)
        {
            step.Saved[i] = step.Training && step.Random!.NextSingle() < 0.5f ? 0 : 2;
            step.Output(0)[i] = step.Input(0)[i] * step.Saved[i];
        }
    }

    internal override void Backward(BackwardStep step)
    {
        for (int i = 0; i < step.Saved.Length && step.Wants(0); i++)
            step.InputGradient(0)[i] += step.OutputGradient(0)[i] * step.Saved[i];
    }
}

/// <summary>y = x·scale[c] with a running statistic that counts training passes; stands for BatchNormalization.</summary>
internal sealed class CountingScale : Operator
{
    public override string OpType => "BatchNormalization";

    internal override TensorShape[] Infer(ReadOnlySpan<TensorShape> inputs, ShapeCheck check) => [inputs[0]];

    internal override bool IsTrainable(int input) => input != 2;

    internal override void Forward(ForwardStep step)
    {
        int channels = step.InputShape(1)[0];
        for (int i = 0; i < step.Output(0).Length; i++)
            step.Output(0)[i] = step.Input(0)[i] * step.Input(1)[i % channels];
        if (step.Training)
            step.RunningStatistic(2)[0]++;
    }

    internal override void Backward(BackwardStep step)
    {
        int channels = step.InputShape(1)[0];
        for (int i = 0; i < step.OutputGradient(0).Length; i++)
        {
            if (step.Wants(0))
                step.InputGradient(0)[i] += step.OutputGradient(0)[i] * step.Input(1)[i % channels];
            if (step.Wants(1))
                step.InputGradient(1)[i % channels] += step.OutputGradient(0)[i] * step.Input(0)[i];
        }
    }
}
