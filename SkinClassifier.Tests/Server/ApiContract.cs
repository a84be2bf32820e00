using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Json.Schema;

namespace SkinClassifier.Tests.Server;

/// <summary>The OpenAPI document that a server gives, and what it promises of an answer.</summary>
internal sealed class ApiContract
{
    private readonly JsonObject _document;

    private ApiContract(JsonObject document) => _document = document;

    /// <summary>Every operation, as "POST /v1/predict".</summary>
    public IEnumerable<string> Operations => _document["paths"]!.AsObject().SelectMany(path => path.Value!.AsObject()
        .Select(method => $"{method.Key.ToUpperInvariant()} {path.Key}"));

    public static async Task<ApiContract> ReadAsync(HttpClient client) =>
        new(JsonNode.Parse(await client.GetStringAsync("/openapi/v1.json"))!.AsObject());

    /// <summary>Names of the parameters of an operation.</summary>
    public IEnumerable<string> Parameters(string operation) => Find(operation)["parameters"]?.AsArray().Select(p => p!["name"]!.GetValue<string>()) ?? [];

    /// <summary>Types that an operation accepts as body.</summary>
    public IEnumerable<string> Bodies(string operation) => Find(operation)["requestBody"]?["content"]?.AsObject().Select(c => c.Key) ?? [];

    /// <summary>What an answer does otherwise than the document says; null: nothing.</summary>
    public async Task<string?> ErrorAsync(string operation, HttpResponseMessage answer)
    {
        int status = (int)answer.StatusCode;
        if (Find(operation)["responses"]![$"{status}"] is not { } response)
            return $"status {status} is not declared";
        MediaTypeHeaderValue? type = answer.Content.Headers.ContentType;
        if (response["content"]?[type?.MediaType ?? ""] is not { } content)
            return $"status {status}: type {type} is not declared";
        byte[] body = await answer.Content.ReadAsByteArrayAsync();
        if (type!.MediaType == "application/jsonl")
            return body.Length == 0 ? "no line" : Encoding.UTF8.GetString(body).Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(line => SchemaError(content["schema"]!, JsonDocument.Parse(line).RootElement)).FirstOrDefault(e => e is not null);
        return type.MediaType!.Contains("json", StringComparison.Ordinal) ? SchemaError(content["schema"]!, JsonDocument.Parse(body).RootElement)
            : body.Length == 0 ? "an empty body" : null;
    }

    private JsonObject Find(string operation)
    {
        string[] parts = operation.Split(' ');
        return _document["paths"]![parts[1]]![parts[0].ToLowerInvariant()]!.AsObject();
    }

    /// <summary>A schema of the document with all that it refers to; objects have no other properties than the declared ones.</summary>
    private string? SchemaError(JsonNode schema, JsonElement value)
    {
        JsonObject whole = Copy(schema);
        whole["$defs"] = Copy(_document["components"]!["schemas"]!);
        foreach ((string name, JsonNode? definition) in whole["$defs"]!.AsObject())
            // Problem details may have extensions (RFC 9457).
            if (name != "ProblemDetails" && definition!["properties"] is not null)
                definition["additionalProperties"] = false;
        EvaluationResults results = JsonSchema.FromText(whole.ToJsonString()).Evaluate(value, new EvaluationOptions { OutputFormat = OutputFormat.List });
        return results.IsValid ? null : string.Join("; ", (results.Details ?? []).Where(d => d.Errors is not null)
            .SelectMany(d => d.Errors!.Select(e => $"{d.InstanceLocation}: {e.Key}: {e.Value}"))) + $" in {value}";
    }

    private static JsonObject Copy(JsonNode schemas) =>
        JsonNode.Parse(schemas.ToJsonString().Replace("#/components/schemas/", "#/$defs/", StringComparison.Ordinal))!.AsObject();
}
