using System.Net;

namespace SkinClassifier.Server.Startup;

/// <summary>Which addresses the server will listen on, and whether only the machine itself reaches them.</summary>
/// <param name="Urls">Addresses with semicolons between, as <c>--urls</c> takes them.</param>
/// <param name="AreLocal">Whether only this machine reaches all of them.</param>
internal sealed record ListeningAddresses(string Urls, bool AreLocal)
{
    /// <summary>
    /// Addresses of the command line, else of the settings (urls, http_ports, https_ports, Kestrel:Endpoints; ASP.NET Core's own names), else the default.
    /// </summary>
    public static ListeningAddresses Of(string? given, IConfiguration settings)
    {
        string? urls = given ?? settings["urls"];
        IConfigurationSection endpoints = settings.GetSection("Kestrel:Endpoints");
        // Kestrel prefers its endpoints to everything else.
        if (endpoints.GetChildren().Any())
            urls = string.Join(';', endpoints.GetChildren().Select(e => e["Url"] ?? "http://*"));
        urls ??= Ports(settings);
        if (string.IsNullOrWhiteSpace(urls))
            urls = ServerOptions.DefaultUrl;
        return new ListeningAddresses(urls, urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).All(IsLocal));
    }

    /// <summary>Hosts that a browser may name when only the machine itself reaches the server: another name would be a page of somebody else.</summary>
    public static IReadOnlyList<string> LocalHosts { get; } = ["localhost", "127.0.0.1", "[::1]"];

    private static string? Ports(IConfiguration settings)
    {
        string[] http = Split(settings["http_ports"], "http"), https = Split(settings["https_ports"], "https");
        return http.Length + https.Length == 0 ? null : string.Join(';', http.Concat(https));

        static string[] Split(string? ports, string scheme) =>
            [.. (ports ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(p => $"{scheme}://*:{p}")];
    }

    private static bool IsLocal(string url)
    {
        BindingAddress address;
        try
        {
            address = BindingAddress.Parse(url);
        }
        catch (FormatException)
        {
            return false;
        }
        if (address.IsUnixPipe || address.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase))
            return true;
        return IPAddress.TryParse(address.Host.Trim('[', ']'), out IPAddress? ip) && IPAddress.IsLoopback(ip);
    }
}
