using System.Text.Json;
using System.Text.Json.Serialization;

namespace SkinClassifier.Server.Inference;

/// <summary>Answer of /v2/health/live.</summary>
internal sealed record InferenceLive(bool Live);

/// <summary>Answer of …/ready.</summary>
internal sealed record InferenceReady(bool Ready);

/// <summary>Answer of /v2.</summary>
internal sealed record InferenceServer(string Name, string? Version, IReadOnlyList<string> Extensions);

/// <summary>Answer of /v2/models/NAME.</summary>
internal sealed record InferenceModel(
    string Name, IReadOnlyList<string> Versions, string Platform, IReadOnlyList<TensorDescription> Inputs, IReadOnlyList<TensorDescription> Outputs);

/// <summary>Every problem, in the protocol's form.</summary>
internal sealed record InferenceError(string Error);

/// <summary>A tensor that <see cref="InferenceResponse"/> writes, for the OpenAPI document.</summary>
internal sealed record AnswerTensor(string Name, string Datatype, IReadOnlyList<long> Shape)
{
    /// <summary>Its values; absent where they follow the JSON as bytes.</summary>
    public IReadOnlyList<JsonElement>? Data { get; init; }

    /// <summary>Where the values follow the JSON: <c>binary_data_size</c>.</summary>
    public IReadOnlyDictionary<string, JsonElement>? Parameters { get; init; }
}

/// <summary>The JSON that <see cref="InferenceResponse"/> writes, for the OpenAPI document.</summary>
internal sealed record InferenceAnswer
{
    [JsonPropertyName("model_name")]
    public required string ModelName { get; init; }

    [JsonPropertyName("model_version")]
    public required string ModelVersion { get; init; }

    [JsonPropertyName("id")]
    public string? Id { get; init; }

    [JsonPropertyName("outputs")]
    public required IReadOnlyList<AnswerTensor> Outputs { get; init; }
}
