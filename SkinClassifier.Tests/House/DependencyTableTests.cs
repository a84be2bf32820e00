namespace SkinClassifier.Tests.House;

/// <summary>Projects refer only to what the table of docs/architecture.md allows, and rooms only look down.</summary>
public sealed class DependencyTableTests
{
    private static readonly HouseTable _table = HouseTable.Read(File.ReadAllText(Path.Combine(SharedFiles.Repository, "docs", "architecture.md")));

    [Test]
    public void Projects_refer_only_to_what_the_table_allows() => Assert.That(_table.ProjectErrors(SourceFiles.Projects), Is.Empty);

    [Test]
    public void Rooms_use_what_the_table_allows_and_nothing_else() => Assert.That(_table.RoomErrors(SourceFiles.Projects), Is.Empty);

    [Test]
    public void The_table_has_no_circles() => Assert.That(_table.OrderErrors(), Is.Empty);

    [Test]
    public void Namespaces_are_folders()
        => Assert.That(SourceFiles.Projects.SelectMany(p => HouseTable.NamespaceErrors(p, _table.Rooms.Values.Any(r => r.Project == p.Name))), Is.Empty);

    [Test]
    public void The_table_is_read_whole()
        => Assert.That(
            (_table.Projects.Count >= 7, _table.Rooms.Count >= 14, _table.Rooms["Models"].MayUse.Contains("Execution")), Is.EqualTo((true, true, true)));
}
