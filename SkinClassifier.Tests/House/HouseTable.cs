using System.Text.RegularExpressions;

namespace SkinClassifier.Tests.House;

/// <summary>The two tables of docs/architecture.md: what each project may refer to, and what each room may use.</summary>
internal sealed partial record HouseTable(IReadOnlyDictionary<string, string[]> Projects, IReadOnlyDictionary<string, (string Project, string[] MayUse)> Rooms)
{
    private const string Prefix = "SkinClassifier.";

    /// <summary>Rows "| `project` | holds | may use |" and "| `room` | project | holds | may use |".</summary>
    public static HouseTable Read(string document)
    {
        Dictionary<string, string[]> projects = [];
        Dictionary<string, (string, string[])> rooms = [];
        foreach (string line in document.ReplaceLineEndings("\n").Split('\n').Where(l => l.StartsWith("| `", StringComparison.Ordinal)))
        {
            string[] cells = [.. line.Trim('|').Split('|').Select(c => c.Trim())];
            string name = cells[0].Trim('`');
            if (cells.Length == 3 && name.StartsWith(Prefix, StringComparison.Ordinal))
                projects.Add(name, Words(cells[2]));
            else if (cells.Length == 4)
                rooms.Add(name, (Prefix + cells[1], Words(cells[3])));
        }
        return new HouseTable(projects, rooms);
    }

    /// <summary>Projects without a row, rows without a project, and references that the row does not allow.</summary>
    public IEnumerable<string> ProjectErrors(IReadOnlyList<SourceProject> projects)
    {
        foreach (string absent in Projects.Keys.Except(projects.Select(p => p.Name)))
            yield return $"docs/architecture.md: the row {absent} has no project";
        foreach (SourceProject project in projects)
        {
            if (!Projects.TryGetValue(project.Name, out string[]? allowed))
                yield return $"{project.Name}: docs/architecture.md has no row for this project; add one";
            foreach (string used in project.Projects.Select(ShortName).Concat(project.Packages))
                if (allowed is not null && !allowed.Any(a => a == used || (a.EndsWith('*') && used.StartsWith(a[..^1], StringComparison.Ordinal))))
                    yield return $"{project.Name}: may not refer to {used}";
        }
    }

    private static string ShortName(string project) =>
        project.StartsWith(Prefix, StringComparison.Ordinal) ? project[Prefix.Length..] : project;

    /// <summary>Files outside of the rooms, rooms without files, uses that the table does not allow, and allowed uses that do not happen.</summary>
    public IEnumerable<string> RoomErrors(IReadOnlyList<SourceProject> projects)
    {
        HashSet<(string Room, string Used)> happens = [];
        HashSet<string> found = [];
        Dictionary<string, string[]> types = projects.SelectMany(p => p.Files).GroupBy(RoomOf).Where(g => Rooms.ContainsKey(g.Key))
            .ToDictionary(g => g.Key, g => g.SelectMany(f => TypeName().Matches(f.Text).Select(m => m.Groups[1].Value)).ToArray());
        List<string> errors = [];
        foreach (SourceProject project in projects.Where(p => Rooms.Values.Any(r => r.Project == p.Name)))
            foreach (SourceFile file in project.Files)
            {
                string room = RoomOf(file);
                if (!Rooms.TryGetValue(room, out (string Project, string[] MayUse) row) || row.Project != project.Name)
                {
                    errors.Add($"{file.Path}: '{room}' is not a room of {project.Name}");
                    continue;
                }
                found.Add(room);
                foreach (string used in Uses(file.Text, types).Where(u => u != room && u != "Common").Distinct())
                {
                    happens.Add((room, used));
                    if (!row.MayUse.Contains(used))
                        errors.Add($"{file.Path}: {room} may not use {used}");
                }
            }
        errors.AddRange(Rooms.Keys.Where(r => !found.Contains(r)).Select(r => $"{r}: a room without files"));
        errors.AddRange(Rooms.SelectMany(
            r => r.Value.MayUse.Where(u => !happens.Contains((r.Key, u))).Select(u => $"{r.Key}: does not use {u}; take it out of the table")));
        return errors;
    }

    /// <summary>Rooms that come back to themselves, and rooms that use one of a project that theirs may not refer to.</summary>
    public IEnumerable<string> OrderErrors()
    {
        List<string> order = [];
        while (order.Count < Rooms.Count)
        {
            string? next = Rooms.FirstOrDefault(r => !order.Contains(r.Key) && r.Value.MayUse.All(order.Contains)).Key;
            if (next is null)
            {
                yield return $"a circle among {string.Join(", ", Rooms.Keys.Except(order))}";
                yield break;
            }
            order.Add(next);
        }
        foreach ((string room, (string project, string[] mayUse)) in Rooms)
            foreach (string used in mayUse.Where(u => Rooms[u].Project != project && !Projects[project].Contains(Rooms[u].Project["SkinClassifier.".Length..])))
                yield return $"{room}: {used} belongs to {Rooms[used].Project}, which {project} may not refer to";
    }

    /// <summary>
    /// Files whose namespace is not that of their folder or of one above it. ML.NET finds extension methods without another using when they stand in
    /// Microsoft.ML, so a file …Catalog.cs of the MLNet project may have that one.
    /// </summary>
    public static IEnumerable<string> NamespaceErrors(SourceProject project, bool hasRooms)
    {
        foreach (SourceFile file in project.Files)
        {
            string[] folders = file.Path.Split('/')[..^1];
            int own = Array.LastIndexOf(folders, project.Name);
            string expected = string.Join('.', folders[(own + 1)..].Prepend(hasRooms ? "SkinClassifier" : project.Name));
            Match match = Namespace().Match(file.Text);
            bool catalog = project.Name == Prefix + "MLNet" && file.Path.EndsWith("Catalog.cs", StringComparison.Ordinal);
            if (catalog && match.Groups[1].Value == "Microsoft.ML")
                continue;
            if (match.Success && (expected + ".").StartsWith(match.Groups[1].Value + ".", StringComparison.Ordinal) is false)
                yield return $"{file.Path}: expected namespace {expected}, received {match.Groups[1].Value}";
        }
    }

    private static string RoomOf(SourceFile file) => file.Path.Split('/') is { Length: > 2 } parts ? parts[1] : "";

    // Names with the root namespace, and names that begin with a room inside it: Tensors.TensorShape.
    private IEnumerable<string> Uses(string text, Dictionary<string, string[]> types) =>
        FullName().Matches(text).Select(m => m.Groups[1].Value).Where(Rooms.ContainsKey)
            .Concat(PartialName().Matches(text).Where(m => types.TryGetValue(m.Groups[1].Value, out string[]? names) && names.Contains(m.Groups[2].Value))
                .Select(m => m.Groups[1].Value));

    private static string[] Words(string cell) => [.. cell.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)];

    [GeneratedRegex(@"\bSkinClassifier\.([A-Z]\w+)")]
    private static partial Regex FullName();

    [GeneratedRegex(@"(?<![\w.""])([A-Z][a-z]+)\.([A-Z]\w+)")]
    private static partial Regex PartialName();

    [GeneratedRegex(@"^(?:public|internal)[\w ]* (?:class|struct|record|interface|enum) (?:struct |class )?(\w+)", RegexOptions.Multiline)]
    private static partial Regex TypeName();

    [GeneratedRegex(@"^namespace ([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Namespace();
}
