using System.Text;

namespace SkinClassifier.Reports.Sheets;

/// <summary>A reporting checklist: its items, and how it is filled from the files of a run.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Source">Where it was published.</param>
/// <param name="Items">The items in their order.</param>
internal sealed record Checklist(string Name, string Source, IReadOnlyList<ChecklistItem> Items)
{
    /// <summary>What begins the part of an item that no file of a run can say.</summary>
    public const string Mark = "**To be written by the authors:**";

    /// <summary>The checklist of a run as Markdown.</summary>
    /// <param name="facts">What the files of the run say.</param>
    /// <param name="run">What the run is called, for the headline.</param>
    public string Fill(RunFacts facts, string run)
    {
        ArgumentNullException.ThrowIfNull(facts);
        (ChecklistItem Item, string? Answer)[] filled = [.. Items.Select(i => (i, i.FromRun?.Invoke(facts)))];
        StringBuilder text = new();
        text.Append($"# {Name}: {Markdown.Plain(run)}\n\n> **{Text.MedicalHeadline}** {Text.MedicalNotice}\n\n"
            + $"Item numbers are those of {Source}; what they ask is told in our own words, so keep the original at hand. The files of the run say "
            + $"something about "
            + $"{filled.Count(f => f.Answer is not null)} of {Items.Count} items; their numbers are those of metrics.json, config.json, splits.csv, "
            + $"history.csv and "
            + $"the model. What is left to write is marked \"To be written by the authors\".\n");
        string section = "";
        foreach ((ChecklistItem item, string? answer) in filled)
        {
            if (item.Section != section)
                text.Append($"\n## {section = item.Section}\n");
            text.Append($"\n### {item.Number} {item.Topic}\n\n*{item.Asks}*\n");
            if (answer is not null)
                text.Append($"\n{answer}\n");
            if (item.IsDevelopment && facts.IsEvaluation)
                text.Append("\nAsked of the article about the development; this run measured a finished model.\n");
            else if (item.ToWrite is { } rest)
                text.Append($"\n{Mark} {rest}\n");
            else if (answer is null)
                text.Append($"\n{Mark} all of it; the files of this run do not say it.\n");
        }
        return text.ToString();
    }
}
