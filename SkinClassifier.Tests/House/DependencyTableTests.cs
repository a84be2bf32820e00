using System.Text.RegularExpressions;

namespace SkinClassifier.Tests.House;

/// <summary>Rooms of Core only look down: the sources' namespaces are compared with the table of docs/architecture.md.</summary>
public sealed partial class DependencyTableTests
{
    private static readonly Dictionary<string, string[]> MayUse = new()
    {
        ["Common"] = [],
        ["Tensors"] = [],
        ["Kernels"] = [],
        ["Imaging"] = [],
        ["Metrics"] = [],
        ["Graphs"] = ["Tensors", "Kernels"],
        ["Data"] = ["Imaging", "Tensors"],
        ["Execution"] = ["Graphs", "Kernels", "Tensors"],
        ["Onnx"] = ["Graphs", "Tensors"],
        ["Backbones"] = ["Execution", "Graphs", "Onnx", "Tensors"],
        ["Models"] = ["Backbones", "Onnx", "Execution", "Graphs", "Data", "Imaging", "Metrics", "Tensors"],
        ["Prediction"] = ["Models", "Execution", "Data", "Imaging", "Tensors"],
        ["Trainers"] = ["Prediction", "Models", "Backbones", "Onnx", "Execution", "Graphs", "Kernels", "Data", "Imaging", "Metrics", "Tensors"],
        ["Explanations"] = ["Prediction", "Models", "Execution", "Graphs", "Imaging", "Tensors"],
        ["Reports"] = ["Explanations", "Prediction", "Models", "Metrics", "Data", "Imaging", "Tensors"],
    };

    [Test]
    public void Rooms_use_only_what_the_table_allows()
    {
        List<string> errors = [];
        foreach ((string file, string room) in SourceFiles.OfCore())
        {
            if (!MayUse.TryGetValue(room, out string[]? allowed))
            {
                errors.Add($"{file}: '{room}' is not a room of the table");
                continue;
            }
            foreach (Match match in RoomName().Matches(File.ReadAllText(file)))
            {
                string used = match.Groups[1].Value;
                if (MayUse.ContainsKey(used) && used != room && used != "Common" && !allowed.Contains(used))
                    errors.Add($"{file}: {room} may not use {used}");
            }
        }
        Assert.That(errors.Distinct(), Is.Empty);
    }

    [Test]
    public void The_table_has_no_circles()
    {
        List<string> order = [];
        while (order.Count < MayUse.Count)
        {
            string? next = MayUse.FirstOrDefault(r => !order.Contains(r.Key) && r.Value.All(order.Contains)).Key;
            Assert.That(next, Is.Not.Null, $"a circle among {string.Join(", ", MayUse.Keys.Except(order))}");
            order.Add(next!);
        }
    }

    [Test]
    public void The_table_stands_in_the_architecture_document()
    {
        string document = File.ReadAllText(Path.Combine(SharedFiles.Repository, "docs", "architecture.md"));
        foreach ((string room, string[] uses) in MayUse)
        {
            Match row = Regex.Match(document, $@"^\| `{room}` \|[^|]*\|([^|]*)\|$", RegexOptions.Multiline);
            Assert.That(row.Success, Is.True, $"docs/architecture.md: no row for {room}");
            string[] written = [.. Regex.Matches(row.Groups[1].Value, @"\w+").Select(m => m.Value)];
            Assert.That(written, Is.EquivalentTo(uses), room);
        }
    }

    [Test]
    public void Namespaces_are_folders()
    {
        foreach ((string file, _) in SourceFiles.OfCore())
        {
            string relative = Path.GetRelativePath(Path.Combine(SharedFiles.Repository, "SkinClassifier.Core"), Path.GetDirectoryName(file)!);
            string expected = "SkinClassifier." + relative.Replace('/', '.').Replace('\\', '.');
            string source = File.ReadAllText(file);
            Match match = Regex.Match(source, @"^namespace ([\w.]+);", RegexOptions.Multiline);
            if (match.Success)
                Assert.That(expected, Is.EqualTo(match.Groups[1].Value).Or.StartWith(match.Groups[1].Value + "."), file);
        }
    }

    [GeneratedRegex(@"\bSkinClassifier\.([A-Z]\w+)")]
    private static partial Regex RoomName();
}
