using System.Numerics.Tensors;
using SkinClassifier.Common;

namespace SkinClassifier.Execution.Training.Steps;

/// <summary>Sub, Div, Add or Mul of images in NCHW and one constant per channel, such as the normalization of images; nothing is trained.</summary>
internal sealed class ChannelConstantTrainingStep(WorkerPool workers, string opType, NchwValue input, Parameter constant, NchwValue output)
    : TrainingStep, IChunkedWork
{
    public override bool NeedsBackward => false;

    public override void Forward(long iteration) => workers.Run(input.Shape[0] * input.Shape[1], this);

    public override void Backward()
    {
    }

    void IChunkedWork.Run(int chunk)
    {
        int pixels = input.Shape[2] * input.Shape[3];
        ReadOnlySpan<float> x = input.Values.Span.Slice(chunk * pixels, pixels);
        Span<float> y = output.Values.Span.Slice(chunk * pixels, pixels);
        float value = constant.Value[chunk % input.Shape[1]];
        switch (opType)
        {
            case "Sub": TensorPrimitives.Subtract(x, value, y); break;
            case "Div": TensorPrimitives.Divide(x, value, y); break;
            case "Add": TensorPrimitives.Add(x, value, y); break;
            default: TensorPrimitives.Multiply(x, value, y); break;
        }
    }
}
