using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using SkinClassifier.Tensors;
using Tensor = SkinClassifier.Tensors.Tensor;

namespace SkinClassifier.Tests.Onnx;

/// <summary>ONNX Runtime in this process, on one thread, as the judge of what we write.</summary>
internal static class OnnxRuntime
{
    /// <summary>First output of a file with one input. Outputs are floats: what we write ends in them.</summary>
    /// <exception cref="OnnxRuntimeException">ONNX Runtime refuses the file.</exception>
    public static Tensor Run(byte[] model, Tensor input)
    {
        using SessionOptions options = new() { IntraOpNumThreads = 1, InterOpNumThreads = 1, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        using InferenceSession session = new(model, options);
        int[] lengths = input.Shape.Lengths.ToArray();
        using IDisposableReadOnlyCollection<DisposableNamedOnnxValue> outputs =
            session.Run([NamedOnnxValue.CreateFromTensor(session.InputMetadata.Keys.Single(), new DenseTensor<float>(input.Values.ToArray(), lengths))]);
        Tensor<float> output = outputs[0].AsTensor<float>();
        return new Tensor(new TensorShape(output.Dimensions), output.ToArray());
    }
}
