using System.IO.Compression;
using System.Text.Json.Nodes;
using SkinClassifier.Common;
using SkinClassifier.Models;
using SkinClassifier.Prediction;

namespace SkinClassifier.Tests.Models;

/// <summary>
/// A model.zip whose manifest was changed in one place, or whose entries were packed again in another way, loads or is refused with our exceptions.
/// </summary>
public sealed class ManifestFuzzTests
{
    private static readonly byte[] _model = Write(SmallModels.Create(["red", "green", "blue"]));

    private static JsonNode?[] Values =>
        [null, 0, -1, 3, 1e300, true, "", "x", new JsonArray(), new JsonArray(null, null, null), new JsonObject { ["a"] = null }, new JsonObject()];

    [Test]
    public void Every_field_absent_null_or_of_another_kind_loads_or_is_refused()
    {
        Dictionary<string, byte[]> entries = Entries(_model);
        int loaded = 0, refused = 0;
        foreach (string[] path in Paths(JsonNode.Parse(entries["manifest.json"])!, []))
            for (int i = -1; i < Values.Length; i++)
            {
                JsonNode manifest = JsonNode.Parse(entries["manifest.json"])!;
                Change(manifest, path, i < 0 ? null : Values[i], remove: i < 0);
                Dictionary<string, byte[]> changed = new(entries) { ["manifest.json"] = System.Text.Encoding.UTF8.GetBytes(manifest.ToJsonString()) };
                if (Loads(Zip(changed, new SeededRandom(1)), $"{string.Join('.', path)} = {(i < 0 ? "absent" : Values[i]?.ToJsonString() ?? "null")}"))
                    loaded++;
                else
                    refused++;
            }
        TestContext.Out.WriteLine($"{loaded} loaded, {refused} refused");
        Assert.That(Math.Min(loaded, refused), Is.GreaterThan(40));
    }

    [Test]
    public void Entries_packed_anew_load_or_are_refused() => Repack(300);

    [Test]
    [Category("Slow")]
    public void Entries_packed_anew_ten_thousand_times_load_or_are_refused() => Repack(10_000);

    private static void Repack(int count)
    {
        SeededRandom random = new(31);
        int loaded = 0;
        for (int round = 0; round < count; round++)
        {
            Dictionary<string, byte[]> entries = Entries(_model);
            List<string> names = [.. entries.Keys];
            for (int changes = random.NextInt32(3); changes >= 0; changes--)
            {
                string name = names[random.NextInt32(names.Count)], other = names[random.NextInt32(names.Count)];
                byte[] content = [.. entries.GetValueOrDefault(name, [])];
                switch (random.NextInt32(8))
                {
                    case 0:
                        entries.Remove(name);
                        break;
                    case 1:
                        entries[name] = [];
                        break;
                    case 2:
                        (entries[name], entries[other]) = (entries.GetValueOrDefault(other, []), content);
                        break;
                    case 3 when content.Length > 0:
                        content[random.NextInt32(content.Length)] ^= (byte)(1 << random.NextInt32(8));
                        entries[name] = content;
                        break;
                    case 4:
                        entries[name] = content[..random.NextInt32(content.Length + 1)];
                        break;
                    case 5:
                        entries[random.NextInt32(4) switch { 0 => "../" + name, 1 => name + "/", 2 => name.ToUpperInvariant(), _ => "C:" + name }] = content;
                        break;
                    case 6:
                        entries[name] = [.. content, .. content];
                        break;
                    default:
                        entries["new"] = new byte[random.NextInt32(1 << 16)];
                        break;
                }
            }
            if (Loads(Zip(entries, random), $"round {round}"))
                loaded++;
        }
        TestContext.Out.WriteLine($"{loaded} of {count} loaded");
        Assert.That(loaded, Is.InRange(1, count - 1));
    }

    /// <summary>Loads a model and uses everything it says; false when it is refused.</summary>
    private static bool Loads(byte[] bytes, string what)
    {
        try
        {
            using MemoryStream stream = new(bytes);
            ImageClassificationModel model = ImageClassificationModel.Load(stream);
            using PredictionEngine engine = new(model);
            Assert.That(engine.Predict(SmallModels.Plain(200, 10, 20)).Score.Count, Is.EqualTo(model.Labels.Count), what);
            using MemoryStream again = new();
            model.Save(again);
            using TemporaryFolder folder = new();
            ModelExport.WriteVerified(model, folder.File("net.onnx"));
            Assert.That(model.ModelCard, Is.Not.Empty, what);
            return true;
        }
        catch (SkinClassifierException refused)
        {
            Assert.That(refused.Message, Is.Not.Empty);
            return false;
        }
        catch (Exception e) when (e is not AssertionException)
        {
            Assert.Fail($"{what}: {e}");
            return false;
        }
    }

    private static IEnumerable<string[]> Paths(JsonNode node, string[] path)
    {
        if (node is JsonObject members)
            foreach ((string name, JsonNode? value) in members)
            {
                yield return [.. path, name];
                if (value is not null)
                    foreach (string[] inner in Paths(value, [.. path, name]))
                        yield return inner;
            }
        else if (node is JsonArray items)
            for (int i = 0; i < items.Count; i++)
                yield return [.. path, $"{i}"];
    }

    private static void Change(JsonNode root, string[] path, JsonNode? value, bool remove)
    {
        JsonNode parent = root;
        foreach (string step in path[..^1])
            parent = parent[step]!;
        if (parent is JsonArray items)
        {
            if (remove)
                items.RemoveAt(int.Parse(path[^1]));
            else
                items[int.Parse(path[^1])] = value;
        }
        else if (remove)
            ((JsonObject)parent).Remove(path[^1]);
        else
            parent[path[^1]] = value;
    }

    private static byte[] Write(ImageClassificationModel model)
    {
        using MemoryStream stream = new();
        model.Save(stream);
        return stream.ToArray();
    }

    private static Dictionary<string, byte[]> Entries(byte[] zip)
    {
        Dictionary<string, byte[]> entries = [];
        using ZipArchive archive = new(new MemoryStream(zip));
        foreach (ZipArchiveEntry entry in archive.Entries)
        {
            using Stream stream = entry.Open();
            using MemoryStream copy = new();
            stream.CopyTo(copy);
            entries[entry.FullName] = copy.ToArray();
        }
        return entries;
    }

    private static byte[] Zip(Dictionary<string, byte[]> entries, SeededRandom random)
    {
        using MemoryStream stream = new();
        using (ZipArchive archive = new(stream, ZipArchiveMode.Create, leaveOpen: true))
            foreach ((string name, byte[] content) in entries)
            {
                using Stream entry = archive.CreateEntry(name, random.NextInt32(2) == 0 ? CompressionLevel.Optimal : CompressionLevel.NoCompression).Open();
                entry.Write(content);
            }
        return stream.ToArray();
    }
}
