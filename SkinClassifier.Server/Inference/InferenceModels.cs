using System.Text.Json;
using System.Text.Json.Serialization;

namespace SkinClassifier.Server.Inference;

/// <summary>A tensor of the protocol's descriptions.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Datatype">FP32 or BYTES.</param>
/// <param name="Shape">Lengths of its axes, −1 where they are free.</param>
internal sealed record TensorDescription(string Name, string Datatype, IReadOnlyList<long> Shape);

/// <summary>A tensor of a request.</summary>
internal sealed record RequestTensor
{
    [JsonPropertyName("name")]
    public string Name { get; init; } = "";

    [JsonPropertyName("datatype")]
    public string Datatype { get; init; } = "";

    [JsonPropertyName("shape")]
    public IReadOnlyList<long> Shape { get; init; } = [];

    [JsonPropertyName("parameters")]
    public IReadOnlyDictionary<string, JsonElement>? Parameters { get; init; }

    [JsonPropertyName("data")]
    public JsonElement Data { get; init; }
}

/// <summary>An output that a request names.</summary>
internal sealed record RequestedOutput
{
    [JsonPropertyName("name")]
    public string Name { get; init; } = "";

    [JsonPropertyName("parameters")]
    public IReadOnlyDictionary<string, JsonElement>? Parameters { get; init; }
}

/// <summary>The JSON of an inference request.</summary>
internal sealed record InferenceRequest
{
    [JsonPropertyName("id")]
    public string? Id { get; init; }

    [JsonPropertyName("parameters")]
    public IReadOnlyDictionary<string, JsonElement>? Parameters { get; init; }

    [JsonPropertyName("inputs")]
    public IReadOnlyList<RequestTensor> Inputs { get; init; } = [];

    [JsonPropertyName("outputs")]
    public IReadOnlyList<RequestedOutput> Outputs { get; init; } = [];
}

/// <summary>A request that does not follow the protocol, as a sentence; status 400.</summary>
internal sealed class InferenceException(string message) : Exception(message);
