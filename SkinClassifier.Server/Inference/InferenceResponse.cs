using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using SkinClassifier.Models;
using SkinClassifier.Prediction;

namespace SkinClassifier.Server.Inference;

/// <summary>The answer to an inference request: JSON, and where binary outputs are wanted, their bytes after it.</summary>
internal static class InferenceResponse
{
    private static readonly JsonWriterOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Outputs of a model: scores and the label by its rule.</summary>
    public static IReadOnlyList<TensorDescription> Outputs(int classes) =>
        [new(ImageClassificationModel.OutputName, "FP32", [-1, classes]), new("PredictedLabel", "BYTES", [-1])];

    /// <summary>Writes an answer.</summary>
    /// <param name="request">The request: its id, and which outputs in which form.</param>
    /// <param name="model">Public name of the model.</param>
    /// <param name="version">Its version.</param>
    /// <param name="predictions">One per image.</param>
    /// <param name="headerLength">Bytes of the JSON where binary outputs follow; null: JSON alone.</param>
    /// <exception cref="InferenceException">An output does not exist.</exception>
    public static ReadOnlyMemory<byte> Write(InferenceRequest request, string model, string version, IReadOnlyList<ImagePrediction> predictions,
        out int? headerLength)
    {
        int classes = predictions[0].Score.Count;
        IReadOnlyList<TensorDescription> all = Outputs(classes);
        if (request.Outputs.FirstOrDefault(o => all.All(a => a.Name != o.Name)) is { } unknown)
            throw new InferenceException($"outputs: expected {string.Join(" or ", all.Select(a => $"\"{a.Name}\""))}, received \"{unknown.Name}\".");
        bool binaryByDefault = IsTrue(request.Parameters, "binary_data_output");
        ArrayBufferWriter<byte> header = new(), binary = new();
        using (Utf8JsonWriter json = new(header, Json))
        {
            json.WriteStartObject();
            json.WriteString("model_name", model);
            json.WriteString("model_version", version);
            if (request.Id is not null)
                json.WriteString("id", request.Id);
            json.WriteStartArray("outputs");
            foreach (TensorDescription output in all)
            {
                RequestedOutput? wanted = request.Outputs.FirstOrDefault(o => o.Name == output.Name);
                if (request.Outputs.Count > 0 && wanted is null)
                    continue;
                bool isBinary = wanted?.Parameters?.ContainsKey("binary_data") == true ? IsTrue(wanted.Parameters, "binary_data") : binaryByDefault;
                WriteOutput(json, output, predictions, isBinary ? binary : null);
            }
            json.WriteEndArray();
            json.WriteEndObject();
        }
        headerLength = binary.WrittenCount > 0 ? header.WrittenCount : null;
        header.Write(binary.WrittenSpan);
        return header.WrittenMemory;
    }

    private static void WriteOutput(Utf8JsonWriter json, TensorDescription output, IReadOnlyList<ImagePrediction> predictions, ArrayBufferWriter<byte>? binary)
    {
        json.WriteStartObject();
        json.WriteString("name", output.Name);
        json.WriteString("datatype", output.Datatype);
        json.WriteStartArray("shape");
        json.WriteNumberValue(predictions.Count);
        foreach (long length in output.Shape.Skip(1))
            json.WriteNumberValue(length);
        json.WriteEndArray();
        if (binary is null)
        {
            json.WriteStartArray("data");
            foreach (ImagePrediction prediction in predictions)
                if (output.Datatype == "BYTES")
                    json.WriteStringValue(prediction.PredictedLabel);
                else
                    foreach (float score in prediction.Score)
                        json.WriteNumberValue(score);
            json.WriteEndArray();
        }
        else
        {
            int before = binary.WrittenCount;
            foreach (ImagePrediction prediction in predictions)
                if (output.Datatype == "BYTES")
                    WriteText(binary, prediction.PredictedLabel!);
                else
                    foreach (float score in prediction.Score)
                    {
                        BinaryPrimitives.WriteSingleLittleEndian(binary.GetSpan(4), score);
                        binary.Advance(4);
                    }
            json.WriteStartObject("parameters");
            json.WriteNumber("binary_data_size", binary.WrittenCount - before);
            json.WriteEndObject();
        }
        json.WriteEndObject();
    }

    private static void WriteText(ArrayBufferWriter<byte> binary, string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        BinaryPrimitives.WriteInt32LittleEndian(binary.GetSpan(4), bytes.Length);
        binary.Advance(4);
        binary.Write(bytes);
    }

    private static bool IsTrue(IReadOnlyDictionary<string, JsonElement>? parameters, string name) =>
        parameters?.TryGetValue(name, out JsonElement value) == true && value.ValueKind == JsonValueKind.True;
}
