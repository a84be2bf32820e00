using System.Text;
using SkinClassifier.Data;

namespace SkinClassifier.Reports.Page;

/// <summary>How many images each class has, in all and in each set.</summary>
internal static class DatasetClassesSection
{
    private static readonly (DatasetSplit Split, string Color)[] Sets =
        [(DatasetSplit.Train, "train"), (DatasetSplit.Validation, "val"), (DatasetSplit.Test, "test"), (DatasetSplit.Unassigned, "accent")];

    public static void Write(StringBuilder html, DatasetInspection found)
    {
        int most = Math.Max(1, found.Classes.Select(c => c.Count).DefaultIfEmpty().Max());
        (DatasetSplit Split, string Color)[] sets = [.. Sets.Where(s => found.Classes.Any(c => c.BySplit.GetValueOrDefault(s.Split) > 0))];
        html.Append("<section class=\"card\">\n<h2>Classes</h2>\n<div class=\"bars\">\n");
        foreach (ClassInspection c in found.Classes)
        {
            html.Append($"<b>{Html.Escape(c.Label)}</b><div class=\"bar\">");
            foreach ((int count, string color) in sets.Length == 0 ? [(c.Count, "accent")]
                : sets.Select(s => (c.BySplit.GetValueOrDefault(s.Split), s.Color)))
                html.Append($"<span class=\"f-{color}\" style=\"width:{Html.N(100.0 * count / most)}%\"></span>");
            html.Append($"</div><i>{Text.Whole(c.Count)}</i>\n");
        }
        html.Append("</div>\n");
        if (sets.Length > 0)
        {
            html.Append("<ul class=\"legend\">");
            foreach ((DatasetSplit split, string color) in sets)
                html.Append($"<li><span class=\"f-{color}\"></span>{Name(split)}: "
                    + $"{Text.Whole(found.Classes.Sum(c => c.BySplit.GetValueOrDefault(split)))}</li>");
            html.Append("</ul>\n");
        }
        html.Append("<div class=\"scroll\"><table><thead><tr><th>class</th><th>images</th><th>share</th>")
            .AppendJoin("", sets.Select(s => $"<th>{Name(s.Split)}</th>")).Append("</tr></thead><tbody>\n");
        foreach (ClassInspection c in found.Classes)
            html.Append($"<tr><td class=\"name\">{Html.Escape(c.Label)}</td><td>{Text.Whole(c.Count)}</td><td>{Text.Percent(c.Share)}</td>")
                .AppendJoin("", sets.Select(s => $"<td>{Text.Whole(c.BySplit.GetValueOrDefault(s.Split))}</td>")).Append("</tr>\n");
        html.Append("</tbody></table></div>\n</section>\n");
    }

    private static string Name(DatasetSplit split) => split == DatasetSplit.Unassigned ? "no set" : SplitNames.NameOf(split);
}
