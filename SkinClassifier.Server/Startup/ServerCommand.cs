using System.CommandLine;
using System.CommandLine.Parsing;
using System.Net;
using SkinClassifier.Common;
using SkinClassifier.Hosting;
using SkinClassifier.Server.Security;

namespace SkinClassifier.Server.Startup;

/// <summary>The command line: its options, and everything that is wrong with one, all at once.</summary>
internal sealed class ServerCommand
{
    /// <summary>Environment variable that holds the API key.</summary>
    public const string KeyVariable = "SKINCLASSIFIER_API_KEY";

    private readonly Option<string[]> _model = new("--model", "-m")
    {
        Description = "A model.zip, or NAME=model.zip for several models. A changed file takes over while the server runs.",
        HelpName = "[NAME=]FILE",
    };
    private readonly Option<string?> _urls = new("--urls")
    {
        Description = $"Addresses to listen on, with semicolons between. Default: {ServerOptions.DefaultUrl}, which only this machine reaches.",
        HelpName = "URLS",
    };
    private readonly Option<string?> _keyFile = new("--api-key-file")
    {
        Description = $"File with the key that callers must send (Authorization: Bearer KEY). Default: the environment variable {KeyVariable}.",
        HelpName = "FILE",
    };
    private readonly Option<bool> _noAuth = new("--no-auth") { Description = "Let everyone who reaches the address use the server without a key." };
    private readonly Option<string?> _certificate = new("--certificate")
    {
        Description = "Certificate for https addresses: a PFX file, or PEM together with --certificate-key.",
        HelpName = "FILE",
    };
    private readonly Option<string?> _certificateKey = new("--certificate-key") { Description = "Private key of the certificate, PEM.", HelpName = "FILE" };
    private readonly Option<string[]> _proxy = new("--proxy")
    {
        Description = "Address or network (10.0.0.0/8) of a reverse proxy whose X-Forwarded-For, -Proto and -Host count. Default: none.",
        HelpName = "NETWORK",
    };
    private readonly Option<int> _rate = new("--rate-limit")
    {
        Description = "Predictions that one caller (key session or address) may ask for in a minute; 0: no limit.",
        HelpName = "0..1000000",
    };
    private readonly Option<bool> _fhir = new("--fhir")
    {
        Description = "Also answer /v1/predict as FHIR R4 where a request accepts application/fhir+json. Default: the setting Fhir.",
    };
    private readonly Option<string?> _health = new("--check-health")
    {
        Description = "Start nothing; ask the server that runs at an address whether it is ready. Exit code 0: yes.",
        HelpName = "URL",
    };
    private readonly Option<bool> _quiet = new("--quiet", "-q") { Description = "Log only warnings and errors." };

    /// <summary>Makes the command.</summary>
    public ServerCommand()
    {
        Root = new RootCommand("Serve SkinClassifier models over HTTP. For research and decision support; not a medical device.");
        foreach (Option option in new Option[] { _model, _urls, _keyFile, _noAuth, _certificate, _certificateKey, _proxy, _rate, _fhir, _health, _quiet })
            Root.Options.Add(option);
        Root.SetAction((_, _) => Task.FromResult(ExitCode.Done));
    }

    /// <summary>The command.</summary>
    public RootCommand Root { get; }

    /// <summary>Whether something else than serving is asked for: help, or the version.</summary>
    public static bool IsOther(ParseResult parsed) =>
        parsed.GetResult("--help") is OptionResult { Implicit: false } || parsed.GetResult("--version") is OptionResult { Implicit: false };

    /// <summary>The address of a running server that is to be asked; null: this one is to start.</summary>
    public string? ServerToAsk(ParseResult parsed) => parsed.Errors.Count == 0 ? parsed.GetValue(_health) : null;

    /// <summary>The options that a command line gives, null where it cannot be understood; what is wrong goes into <paramref name="errors"/>.</summary>
    public ServerOptions? Read(ParseResult parsed, List<string> errors)
    {
        string[] unknown = [.. parsed.UnmatchedTokens];
        foreach (string token in unknown)
            errors.Add($"{token}: expected a known option.{NearestWord.Question(token, Root.Options.Select(o => o.Name))}");
        foreach (ParseError error in parsed.Errors.Where(e => !unknown.Any(t => e.Message.Contains($"'{t}'", StringComparison.Ordinal))))
            errors.Add(error.SymbolResult is OptionResult { Option: { } option } && !error.Message.Contains(option.Name, StringComparison.Ordinal)
                ? $"{option.Name}: {error.Message}" : error.Message);
        if (errors.Count > 0)
            return null;
        int rate = parsed.GetValue(_rate);
        if (rate is < 0 or > 1_000_000)
            errors.Add($"--rate-limit: expected 0 to 1000000, received {rate}.");
        string? certificate = parsed.GetValue(_certificate), certificateKey = parsed.GetValue(_certificateKey);
        foreach ((string name, string? file) in new[] { ("--certificate", certificate), ("--certificate-key", certificateKey) })
            if (file is not null && !File.Exists(file))
                errors.Add($"{name}: expected a file, found none at {file}.");
        if (certificateKey is not null && certificate is null)
            errors.Add("--certificate-key: expected together with --certificate.");
        ServerOptions options = new()
        {
            Models = ReadModels(parsed.GetValue(_model) ?? [], errors),
            Urls = parsed.GetValue(_urls),
            Key = ReadKey(parsed.GetValue(_keyFile), errors),
            NoAuth = parsed.GetValue(_noAuth),
            Certificate = certificate,
            CertificateKey = certificateKey,
            Proxies = ReadProxies(parsed.GetValue(_proxy) ?? [], errors),
            PredictionsPerMinute = rate,
            Fhir = parsed.GetValue(_fhir),
            Quiet = parsed.GetValue(_quiet),
        };
        return options;
    }

    private static List<ModelRegistration> ReadModels(string[] given, List<string> errors)
    {
        List<ModelRegistration> models = [];
        foreach (string text in given)
        {
            int equals = text.IndexOf('=', StringComparison.Ordinal);
            string name = equals < 0 ? "" : text[..equals], path = text[(equals + 1)..];
            if (!File.Exists(path))
                errors.Add($"--model {text}: expected a model.zip, found no file {path}. Train one: skinclassifier train photos -o run");
            if (models.Any(m => m.Name == name))
                errors.Add($"--model {text}: expected a name of its own for each model, received \"{name}\" twice. Give --model NAME=FILE.");
            else
                models.Add(new ModelRegistration(name, Path.GetFullPath(path), WatchForChanges: true));
        }
        return models;
    }

    private static ApiKey? ReadKey(string? file, List<string> errors)
    {
        string where = file is null ? KeyVariable : $"--api-key-file {file}";
        if (file is not null && !File.Exists(file))
        {
            errors.Add($"{where}: expected a file with the key, found none.");
            return null;
        }
        string? text = file is null ? Environment.GetEnvironmentVariable(KeyVariable) : File.ReadAllText(file).Trim();
        if (string.IsNullOrEmpty(text) && file is null)
            return null;
        if (ApiKey.Problem(text ?? "") is { } problem)
        {
            errors.Add($"{where}: {problem}");
            return null;
        }
        return new ApiKey(text!);
    }

    private static List<IPNetwork> ReadProxies(string[] given, List<string> errors)
    {
        List<IPNetwork> proxies = [];
        foreach (string text in given)
            if (IPNetwork.TryParse(text, out IPNetwork network))
                proxies.Add(network);
            else if (IPAddress.TryParse(text, out IPAddress? address))
                proxies.Add(new IPNetwork(address, address.GetAddressBytes().Length * 8));
            else
                errors.Add($"--proxy: expected an address or a network such as 10.0.0.0/8, received {text}.");
        return proxies;
    }
}
