using System.Net;
using SkinClassifier.Hosting;
using SkinClassifier.Server.Security;

namespace SkinClassifier.Server.Startup;

/// <summary>What the command line says; the rest comes from appsettings.json and the environment.</summary>
internal sealed record ServerOptions
{
    /// <summary>Port where nothing else is said.</summary>
    public const string DefaultUrl = "http://127.0.0.1:5100";

    /// <summary>Name of the setting that stands for <see cref="Fhir"/>.</summary>
    public const string FhirSetting = "Fhir";

    /// <summary>Models by name; empty: the section "Models" of the settings.</summary>
    public IReadOnlyList<ModelRegistration> Models { get; init; } = [];

    /// <summary>Addresses to listen on; null: those of the settings, else <see cref="DefaultUrl"/>.</summary>
    public string? Urls { get; init; }

    /// <summary>The key that callers must know; null: none is asked for.</summary>
    public ApiKey? Key { get; init; }

    /// <summary>Whether everyone who reaches an address that is not the machine's own may use it.</summary>
    public bool NoAuth { get; init; }

    /// <summary>Certificate and private key as PEM files, or a PFX file alone; null: those of the settings.</summary>
    public string? Certificate { get; init; }

    /// <summary>File of the private key; null where <see cref="Certificate"/> holds it.</summary>
    public string? CertificateKey { get; init; }

    /// <summary>Proxies whose X-Forwarded headers count; empty: none.</summary>
    public IReadOnlyList<IPNetwork> Proxies { get; init; } = [];

    /// <summary>Predictions that one caller may ask for in a minute; 0: no limit.</summary>
    public int PredictionsPerMinute { get; init; }

    /// <summary>Whether answers are also given as FHIR; false: as the setting <see cref="FhirSetting"/> says.</summary>
    public bool Fhir { get; init; }

    /// <summary>Whether only warnings are logged.</summary>
    public bool Quiet { get; init; }
}
