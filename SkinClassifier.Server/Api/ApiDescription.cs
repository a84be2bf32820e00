using Microsoft.AspNetCore.Mvc;
using Microsoft.OpenApi;

namespace SkinClassifier.Server.Api;

/// <summary>What the OpenAPI document says of an address beside its path and parameters. Nothing here changes how requests are answered.</summary>
internal static class ApiDescription
{
    /// <summary>Media type of several objects, one a line.</summary>
    public const string JsonLines = "application/jsonl";

    private const string Binary = "binary", Problem = "application/problem+json";

    /// <summary>Names the problems that an address answers with.</summary>
    public static RouteHandlerBuilder WithProblems(this RouteHandlerBuilder route, params int[] statuses)
    {
        foreach (int status in statuses)
            route.Produces<ProblemDetails>(status, Problem);
        return route;
    }

    /// <summary>Names the types of a body; multipart/form-data is a form with files, JSON has a schema of its own.</summary>
    public static RouteHandlerBuilder WithBody(this RouteHandlerBuilder route, params string[] types) => route.Change(operation =>
    {
        OpenApiRequestBody body = new() { Required = true, Content = new Dictionary<string, OpenApiMediaType>() };
        foreach (string type in types)
            body.Content[type] = new OpenApiMediaType { Schema = type == "multipart/form-data" ? Form() : Bytes() };
        operation.RequestBody = body;
    });

    /// <summary>Adds a type of the answer with status 200, with bytes as content, or an object.</summary>
    public static RouteHandlerBuilder WithAnswer(this RouteHandlerBuilder route, string type, bool isObject = false) => route.Change(operation =>
        Ok(operation)[type] = new OpenApiMediaType { Schema = isObject ? new OpenApiSchema { Type = JsonSchemaType.Object } : Bytes() });

    /// <summary>Says that the JSON of status 200 is an object, or an array of such objects.</summary>
    public static RouteHandlerBuilder WithOneOrSeveral(this RouteHandlerBuilder route) => route.Change(operation =>
    {
        OpenApiMediaType json = Ok(operation)["application/json"];
        IOpenApiSchema one = json.Schema!;
        json.Schema = new OpenApiSchema { OneOf = [one, new OpenApiSchema { Type = JsonSchemaType.Array, Items = one }] };
    });

    private static IDictionary<string, OpenApiMediaType> Ok(OpenApiOperation operation) => ((OpenApiResponse)operation.Responses!["200"]).Content!;

    private static RouteHandlerBuilder Change(this RouteHandlerBuilder route, Action<OpenApiOperation> change) =>
        route.AddOpenApiOperationTransformer((operation, _, _) =>
        {
            change(operation);
            return Task.CompletedTask;
        });

    private static OpenApiSchema Bytes() => new() { Type = JsonSchemaType.String, Format = Binary };

    private static OpenApiSchema Form() => new()
    {
        Type = JsonSchemaType.Object,
        Properties = new Dictionary<string, IOpenApiSchema> { ["file"] = new OpenApiSchema { Type = JsonSchemaType.Array, Items = Bytes() } },
    };
}
