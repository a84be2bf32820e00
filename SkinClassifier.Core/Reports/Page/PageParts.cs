using System.Text;
using System.Text.RegularExpressions;

namespace SkinClassifier.Reports.Page;

/// <summary>
/// The sections of a page in named groups, with a table of contents after the first group, which has no name. Every section gets an id, every
/// column heading its scope, and tables that are wider than the page can be scrolled with the keyboard.
/// </summary>
internal sealed partial class PageParts
{
    private readonly List<(string Name, string Html)> _groups = [];

    /// <summary>Adds a group; one without content is left out.</summary>
    public void Add(string name, Action<StringBuilder> write)
    {
        StringBuilder html = new();
        write(html);
        if (html.Length > 0)
            _groups.Add((name, Finished(html.ToString())));
    }

    /// <summary>Writes everything.</summary>
    public void Write(StringBuilder html)
    {
        if (_groups.Skip(1).Select(g => Section().Match(g.Html)).FirstOrDefault(m => m.Success) is { } first)
            html.Append($"<a class=\"skip\" href=\"#{first.Groups["id"].Value}\">Skip the contents</a>\n");
        html.Append(_groups[0].Html).Append("<nav class=\"card toc\" aria-label=\"Contents\">\n<ul>\n");
        foreach ((string name, string part) in _groups.Skip(1))
            html.Append($"<li><b>{Html.Escape(name)}</b><ul>{string.Concat(Section().Matches(part).Select(m =>
                $"<li><a href=\"#{m.Groups["id"].Value}\">{m.Groups["title"].Value}</a></li>"))}</ul></li>\n");
        html.Append("</ul>\n</nav>\n");
        foreach ((string name, string part) in _groups.Skip(1))
            html.Append($"<div role=\"group\" aria-label=\"{Html.Escape(name)}\">\n<p class=\"part\" "
                + $"aria-hidden=\"true\">{Html.Escape(name)}</p>\n{part}</div>\n");
    }

    /// <summary>Ids of sections, headings of columns and rows, and tables that the keyboard can reach, named after the heading above them.</summary>
    internal static string Finished(string html)
    {
        string withIds = Unnamed().Replace(html,
            m => $"<section class=\"card\" id=\"{NotALetter().Replace(m.Groups["title"].Value.ToLowerInvariant(), "-").Trim('-')}\">\n"
                + $"<h2>{m.Groups["title"].Value}</h2>");
        string withRows = RowName().Replace(Heading().Replace(withIds, m => m.Value.Replace("<th>", "<th scope=\"col\">", StringComparison.Ordinal)),
            "<th scope=\"row\" class=\"name\">${content}</th>");
        string title = "";
        Dictionary<string, int> used = [];
        return TitleOrTable().Replace(withRows, m =>
        {
            if (!m.Groups["table"].Success)
            {
                title = m.Groups["title"].Value;
                return m.Value;
            }
            int number = used[title] = used.GetValueOrDefault(title) + 1;
            return $"<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Table: {title}{(number > 1 ? $", {number}" : "")}\">";
        });
    }

    [GeneratedRegex("<section class=\"card\">\\n<h2>(?<title>[^<]*)</h2>")]
    private static partial Regex Unnamed();

    [GeneratedRegex("<section class=\"card\" id=\"(?<id>[^\"]*)\">\\n<h2>(?<title>[^<]*)</h2>")]
    private static partial Regex Section();

    [GeneratedRegex("<td class=\"name\">(?<content>.*?)</td>", RegexOptions.Singleline)]
    private static partial Regex RowName();

    [GeneratedRegex("<h[23]>(?<title>[^<]*)</h[23]>|<summary>(?<title>[^<]*)</summary>|(?<table><div class=\"scroll\">)")]
    private static partial Regex TitleOrTable();

    [GeneratedRegex("<thead>.*?</thead>", RegexOptions.Singleline)]
    private static partial Regex Heading();

    [GeneratedRegex("[^a-z0-9]+")]
    private static partial Regex NotALetter();
}
