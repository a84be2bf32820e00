using SkinClassifier.Hosting;
using SkinClassifier.Models;

namespace SkinClassifier.Server.Api;

/// <summary>What the server tells of a model: everything a reader of its answers needs, and no path of the server.</summary>
/// <param name="Name">Name in requests.</param>
/// <param name="Sha256">Hash of the zip that predicts now.</param>
/// <param name="Network">Its network.</param>
/// <param name="Labels">Class names in the order of the scores.</param>
/// <param name="Width">Width of the network's input, in pixels.</param>
/// <param name="Height">Height of the network's input, in pixels.</param>
/// <param name="LoadedAt">Since when this file predicts.</param>
/// <param name="Reloads">How many times another file took over since the server's start.</param>
/// <param name="NewerFileRefused">Whether a newer file could not be taken; its reason is in the server's log.</param>
/// <param name="Notice">What the model is not.</param>
internal sealed record ServedModel(string Name, string? Sha256, string? Network, IReadOnlyList<string> Labels, int Width, int Height,
    DateTimeOffset? LoadedAt, int Reloads, bool NewerFileRefused, string Notice);

/// <summary>GET /v1/models: the models, their classes and hashes.</summary>
internal static class ModelsEndpoint
{
    /// <summary>The sentence that goes with every model.</summary>
    public const string Notice = "For research and decision support; not a medical device. Answers come from an AI model.";

    /// <summary>The models, their classes and hashes.</summary>
    public static IReadOnlyList<ServedModel> List(IPredictionEnginePools models) => [.. models.Status.Select(m => Describe(m, models.GetModel(m.Name)))];

    private static ServedModel Describe(ModelStatus status, ImageClassificationModel model) => new(ServedModels.PublicName(status.Name), status.Sha256,
        model.Manifest.Backbone, model.Labels, model.Manifest.Width, model.Manifest.Height, status.LoadedAt, status.Reloads, status.LastError is not null,
        Notice);
}
