using System.Text.Json;
using System.Text.Json.Serialization;
using SkinClassifier.Common;

namespace SkinClassifier.Calibration;

/// <summary>
/// The entry policy.json of model.zip. Further parts of a policy (what training images look like, limits of image quality) get fields here, or binary entries
/// beside it that a field names.
/// </summary>
internal sealed record PolicyFile
{
    /// <summary>Name of the entry.</summary>
    public const string EntryName = "policy.json";

    /// <summary>What this release writes; it refuses newer ones.</summary>
    private const int Present = 1;

    private static readonly Dictionary<string, PredictionSetKind> Kinds =
        Enum.GetValues<PredictionSetKind>().ToDictionary(k => JsonNamingPolicy.KebabCaseLower.ConvertName(k.ToString()));

    public int Version { get; init; } = Present;

    public double Alpha { get; init; }

    /// <summary>"class-conditional" or "raps".</summary>
    public string Sets { get; init; } = "";

    /// <summary>Limit of each class; null: infinite.</summary>
    public IReadOnlyList<double?>? Limits { get; init; }

    /// <summary>Calibration images of each class.</summary>
    public IReadOnlyList<int>? Images { get; init; }

    public int MinImages { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Regularization { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? FreeRanks { get; init; }

    public double Risk { get; init; }

    public double RiskError { get; init; }

    public double? Threshold { get; init; }

    public double? AnsweredShare { get; init; }

    public double? ErrorAmongAnswers { get; init; }

    public double? AreaUnderRiskCoverage { get; init; }

    public string? CalibratedOn { get; init; }

    /// <summary>Indented JSON, UTF-8.</summary>
    public static byte[] Write(PredictionPolicy policy)
    {
        PolicyOptions options = policy.Options;
        bool isRaps = options.Sets == PredictionSetKind.Raps;
        return JsonSerializer.SerializeToUtf8Bytes(new PolicyFile
        {
            Alpha = options.Alpha,
            Sets = Kinds.First(k => k.Value == options.Sets).Key,
            Limits = [.. policy.Limits.Select(l => double.IsInfinity(l) ? (double?)null : l)],
            Images = policy.Images,
            MinImages = options.MinImages,
            Regularization = isRaps ? options.Regularization : null,
            FreeRanks = isRaps ? options.FreeRanks : null,
            Risk = options.Risk,
            RiskError = options.RiskError,
            Threshold = policy.Threshold,
            AnsweredShare = policy.AnsweredShare,
            ErrorAmongAnswers = policy.ErrorAmongAnswers,
            AreaUnderRiskCoverage = policy.AreaUnderRiskCoverage,
            CalibratedOn = policy.CalibratedOn,
        }, PolicyJson.Default.PolicyFile);
    }

    /// <summary>Reads and checks a policy.</summary>
    /// <param name="json">UTF-8 JSON.</param>
    /// <param name="classes">Number of the model's labels.</param>
    /// <param name="where">Where it comes from, for messages: the file and the entry.</param>
    /// <exception cref="InvalidContentException">Not a policy, or one that does not fit the model.</exception>
    /// <exception cref="UnsupportedContentException">Written by a newer release.</exception>
    public static PredictionPolicy Read(ReadOnlySpan<byte> json, int classes, string where)
    {
        PolicyFile? file;
        try
        {
            file = JsonSerializer.Deserialize(json, PolicyJson.Default.PolicyFile);
        }
        catch (JsonException error)
        {
            throw new InvalidContentException($"{where}: expected the JSON of a policy, received something else ({error.Message}). The model file is damaged; "
                + "copy it again.", error);
        }
        if (file is { Version: > Present })
            throw new UnsupportedContentException($"{where}: expected a policy of version {Present}, received version {file.Version}, which a newer "
                + "SkinClassifier wrote. Update SkinClassifier to read it.");
        string problem = file is null ? "expected a policy, received null" : string.Join("; ", file.Errors(classes));
        if (problem.Length > 0)
            throw new InvalidContentException($"{where}: {problem}. The model file is damaged or was changed by hand.");
        return file!.ToPolicy();
    }

    private PolicyOptions Options() => new()
    {
        Alpha = Alpha,
        Sets = Kinds[Sets],
        MinImages = MinImages,
        Risk = Risk,
        RiskError = RiskError,
        Regularization = Regularization ?? new PolicyOptions().Regularization,
        FreeRanks = FreeRanks ?? new PolicyOptions().FreeRanks,
    };

    private PredictionPolicy ToPolicy()
    {
        PolicyOptions options = Options();
        double[] limits = [.. Limits!.Select(l => l ?? double.PositiveInfinity)];
        return new PredictionPolicy(new PredictionSets(options.Sets, limits, options.Regularization, options.FreeRanks))
        {
            Options = options,
            Threshold = Threshold,
            Images = Images!,
            AnsweredShare = AnsweredShare,
            ErrorAmongAnswers = ErrorAmongAnswers,
            AreaUnderRiskCoverage = AreaUnderRiskCoverage,
            CalibratedOn = CalibratedOn ?? "",
        };
    }

    private IEnumerable<string> Errors(int classes)
    {
        if (Version < 1)
            yield return $"version: expected {Present}, received {Version}";
        if (Sets is null || !Kinds.ContainsKey(Sets))
            yield return $"sets: expected {string.Join(" or ", Kinds.Keys)}, received \"{Sets}\"";
        else
            foreach (string error in Options().Errors())
                yield return $"{char.ToLowerInvariant(error[0])}{error[1..]}";
        if (Limits?.Count != classes || Images?.Count != classes)
            yield return $"limits and images: expected values for {classes} labels, received {Limits?.Count ?? 0} and {Images?.Count ?? 0}";
        else if (Limits.Any(l => l < 0) || Images.Any(i => i < 0))
            yield return "limits and images: expected numbers of 0 or more, received negative ones";
        if (Threshold is < 0 or > 1)
            yield return FormattableString.Invariant($"threshold: expected 0 to 1 or null, received {Threshold}");
    }
}

[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, NewLine = "\n")]
[JsonSerializable(typeof(PolicyFile))]
internal sealed partial class PolicyJson : JsonSerializerContext;
