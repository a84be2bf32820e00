namespace SkinClassifier.Reports.Sheets;

/// <summary>One item of a reporting checklist.</summary>
/// <param name="Number">Its number in the checklist, for example 12c.</param>
/// <param name="Section">The part of an article that it stands in.</param>
/// <param name="Topic">What it is about, in a few words.</param>
/// <param name="Asks">What it asks for, in our own words.</param>
/// <param name="ToWrite">What the authors write themselves; null where the run's files can say all of it.</param>
/// <param name="FromRun">What the files of a run say; null where they never say anything. Its answer is null where a run does not say it.</param>
internal sealed record ChecklistItem(string Number, string Section, string Topic, string Asks, string? ToWrite, Func<RunFacts, string?>? FromRun = null)
{
    /// <summary>Whether it is asked of articles about the development of a model only.</summary>
    public bool IsDevelopment { get; init; }
}
