using SkinClassifier.Hosting;

namespace SkinClassifier.Server.Api;

/// <summary>Finds the model that a request names.</summary>
internal static class ServedModels
{
    /// <summary>
    /// State of the given model, or, without a name, of the default model or of the only one, at this moment. Null: there is no such.
    /// </summary>
    public static ModelStatus? Find(IPredictionEnginePools models, string? given)
    {
        IReadOnlyList<ModelStatus> all = models.Status;
        ModelStatus? standard = all.FirstOrDefault(m => m.Name.Length == 0);
        if (string.IsNullOrEmpty(given))
            return standard ?? (all.Count == 1 ? all[0] : null);
        return all.FirstOrDefault(m => m.Name == given) ?? (given == PublicName("") ? standard : null);
    }

    /// <summary>The name in answers and addresses: the default model has one there, too.</summary>
    public static string PublicName(string name) => name.Length == 0 ? "default" : name;
}
