using System.Collections.Frozen;
using System.Globalization;
using System.Reflection;
using System.Text.Json;

namespace SkinClassifier.Server.Pages;

/// <summary>The sentences of the pages in one language; a file Languages/CODE.json for each.</summary>
public sealed class PageText
{
    private const string Prefix = "Pages/Languages/";
    private readonly FrozenDictionary<string, string> _texts;

    private PageText(string code, Stream json)
    {
        Code = code;
        _texts = JsonSerializer.Deserialize<Dictionary<string, string>>(json)!.ToFrozenDictionary(StringComparer.Ordinal);
    }

    /// <summary>All languages; the first is the default.</summary>
    public static IReadOnlyList<PageText> All { get; } = [.. Load().OrderBy(t => t.Code != "en").ThenBy(t => t.Code, StringComparer.Ordinal)];

    /// <summary>Code of the language, as in <c>lang="en"</c>.</summary>
    public string Code { get; }

    /// <summary>The keys that this language has.</summary>
    public IEnumerable<string> Keys => _texts.Keys;

    /// <summary>A sentence.</summary>
    /// <exception cref="KeyNotFoundException">There is none; a test proves that no language lacks one.</exception>
    public string this[string key] => _texts[key];

    /// <summary>A sentence with values in its places.</summary>
    public string Format(string key, params object?[] values) => string.Format(CultureInfo.InvariantCulture, _texts[key], values);

    /// <summary>The language that a request asks for: <c>?lang=</c>, else the first known one that the browser prefers, else English.</summary>
    public static PageText Of(HttpRequest request) =>
        All.FirstOrDefault(t => t.Code == request.Query["lang"])
        ?? request.GetTypedHeaders().AcceptLanguage.OrderByDescending(l => l.Quality ?? 1)
            .Select(l => All.FirstOrDefault(t => l.Value.Value!.StartsWith(t.Code, StringComparison.OrdinalIgnoreCase))).FirstOrDefault(t => t is not null)
        ?? All[0];

    private static IEnumerable<PageText> Load()
    {
        Assembly assembly = typeof(PageText).Assembly;
        foreach (string name in assembly.GetManifestResourceNames().Where(n => n.StartsWith(Prefix, StringComparison.Ordinal)))
            using (Stream json = assembly.GetManifestResourceStream(name)!)
                yield return new PageText(Path.GetFileNameWithoutExtension(name[Prefix.Length..]), json);
    }
}
