using System.Buffers.Binary;
using System.Diagnostics;
using System.Text;
using System.Text.Json;
using SkinClassifier.Data;
using SkinClassifier.Graphs;
using SkinClassifier.Onnx;
using SkinClassifier.Tensors;
using SkinClassifier.Tests.Models;

namespace SkinClassifier.Tests.CommandLine;

[NonParallelizable]
public sealed class FeaturesVerbTests : FolderTests
{
    private const int Images = 40, Length = 6;
    private string _network = "";

    [SetUp]
    public void Prepare()
    {
        _network = _folder.File("means.onnx");
        WriteNetwork(_network);
        for (int i = 0; i < Images; i++)
        {
            string name = _folder.File($"photos/{(i % 3 == 0 ? "a" : "b, c")}/{i:00}.png");
            Directory.CreateDirectory(Path.GetDirectoryName(name)!);
            SmallModels.Plain((byte)(5 * i), (byte)(255 - i), (byte)i, 20, 16).Save(name);
            if (i is 7 or 20)
                File.WriteAllBytes(name, File.ReadAllBytes(name)[..^20]);
        }
        File.WriteAllText(_folder.File("photos/a/broken.png"), "no image");
    }

    [Test]
    public void Every_readable_image_has_a_row_of_the_array_and_of_the_table()
    {
        Run("whole");
        (long rows, int length, float[] values) = Read(_folder.File("whole/features.npy"));
        Assert.That((rows, length), Is.EqualTo((Images - 2L, Length)));
        string[] table = File.ReadAllLines(_folder.File("whole/features.csv"));
        Assert.That(table[0], Is.EqualTo("path,label,part,sha256"));
        Assert.That(table, Has.Length.EqualTo(rows + 1));
        for (int row = 0; row < rows; row++)
        {
            int image = int.Parse(table[row + 1].Split(".png")[0].Split('/')[1].TrimEnd('"'), System.Globalization.CultureInfo.InvariantCulture);
            float[] expected = [5 * image, 255 - image, image, 5 * image, 255 - image, image];
            Assert.That(values.AsSpan(row * Length, Length).ToArray(), Is.EqualTo(expected).Within(1e-3), table[row + 1]);
        }
        Assert.That(File.ReadAllLines(_folder.File("whole/skipped.csv")), Has.Length.EqualTo(4));
        JsonElement facts = JsonDocument.Parse(File.ReadAllText(_folder.File("whole/features.json"))).RootElement;
        Assert.That((facts.GetProperty("rows").GetInt32(), facts.GetProperty("features").GetInt32(), facts.GetProperty("network").GetString()),
            Is.EqualTo((Images - 2, Length, "means")));
    }

    [Test]
    public void Joined_shards_are_the_files_of_one_run_also_after_a_kill()
    {
        Run("whole");
        foreach (int shards in (ReadOnlySpan<int>)[1, 3])
        {
            string folder = _folder.File($"parts{shards}");
            for (int i = shards - 1; i >= 0; i--)
                Run($"parts{shards}", "--shard", $"{i}/{shards}", "--threads", $"{1 + i % 2}");
            string last = Path.Combine(folder, $"features-0000{shards - 1}-of-0000{shards}"), left = $"{last}.csv.{Guid.NewGuid():N}.tmp";
            Assert.That(Read(last + ".npy").Rows, Is.GreaterThan(0));
            // A killed process leaves one file and a piece of another, and no record.
            File.Move(last + ".csv", left);
            File.Delete(last + ".json");
            Assert.That(Cli.Run("merge", folder).Code, Is.EqualTo(3));
            Run($"parts{shards}", "--shard", $"{shards - 1}/{shards}");
            Assert.That(File.Exists(left), Is.False);
            Assert.That(Run($"parts{shards}", "--shard", $"0/{shards}"), Does.Contain("complete already"));
            (int code, _, string error) = Cli.Run("merge", folder, "-o", _folder.File($"joined{shards}"));
            Assert.That(code, Is.Zero, error);
            foreach (string file in Directory.GetFiles(_folder.File("whole")))
                Assert.That(File.ReadAllBytes(_folder.File($"joined{shards}/{Path.GetFileName(file)}")), Is.EqualTo(File.ReadAllBytes(file)), file);
            Assert.That(Directory.GetFiles(_folder.File($"joined{shards}")), Has.Length.EqualTo(4));
        }
    }

    [Test]
    public void A_shard_with_other_options_is_refused()
    {
        Run("parts", "--shard", "0/2");
        (int code, _, string error) = Cli.Run("features", _folder.File("photos"), "-o", _folder.File("parts"), "--backbone", _network,
            "--normalize", "0to1", "--image-size", "16", "--shard", "1/2");
        Assert.That((code, error.Contains("expected model")), Is.EqualTo((3, true)), error);
        Assert.That(Cli.Run("features", _folder.File("photos"), "-o", _folder.File("x"), "--shard", "2/2", "--pool", "none").Error,
            Does.Contain("--shard: expected i/N").And.Contain("--pool: expected"));
    }

    [Test]
    public void The_array_is_read_by_NumPy()
    {
        ProcessStartInfo start = new("/usr/bin/python3") { RedirectStandardOutput = true, RedirectStandardError = true };
        if (!File.Exists(start.FileName))
            Assert.Ignore("there is no /usr/bin/python3");
        Run("whole");
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add("import numpy, sys; a = numpy.load(sys.argv[1], mmap_mode='r'); print(a.shape, a.dtype, a[1, 1])");
        start.ArgumentList.Add(_folder.File("whole/features.npy"));
        using Process python = Process.Start(start)!;
        string output = python.StandardOutput.ReadToEnd(), error = python.StandardError.ReadToEnd();
        python.WaitForExit();
        if (error.Contains("No module named", StringComparison.Ordinal))
            Assert.Ignore("NumPy is not installed");
        Assert.That(output.Trim(), Is.EqualTo("(38, 6) float32 252.0"), error);
    }

    [Test]
    public void An_array_of_any_shape_has_an_aligned_header()
    {
        foreach (long[] shape in (long[][])[[5], [2, 3], [10_000_000_000, 1280]])
        {
            string header = Encoding.ASCII.GetString(NumpyFile.Header(NumpyFile.TableHeader, shape).AsSpan(10));
            Assert.That(header.Length + 10, Is.EqualTo(NumpyFile.TableHeader));
            Assert.That(header, Does.EndWith("\n").And.Contain($"'shape': ({string.Join(", ", shape)}{(shape.Length == 1 ? "," : "")})"));
        }
    }

    /// <summary>Writes a network that gives the means of the three channels, twice.</summary>
    internal static void WriteNetwork(string path)
    {
        GraphBuilder builder = new("means");
        string x = builder.Input("image", new TensorShape(TensorShape.Free, 3, 16, 16));
        x = builder.Concat([x, x], "six");
        builder.Flatten(builder.GlobalAveragePool(x, "pool"), "features");
        using FileStream stream = File.Create(path);
        OnnxModel.Write(builder.Build("features"), stream);
    }

    private string Run(string name, params string[] more)
    {
        (int code, _, string error) = Cli.Run(["features", _folder.File("photos"), "-o", _folder.File(name), "--backbone", _network, "--normalize", "none",
            "--image-size", "16", .. more]);
        Assert.That(code, Is.Zero, error);
        return error;
    }

    private static (long Rows, int Length, float[] Values) Read(string file)
    {
        byte[] bytes = File.ReadAllBytes(file);
        int start = 10 + BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(8));
        string[] shape = Encoding.ASCII.GetString(bytes.AsSpan(10, start - 10)).Split('(', ')')[1].Split(", ");
        float[] values = new float[(bytes.Length - start) / 4];
        for (int i = 0; i < values.Length; i++)
            values[i] = BinaryPrimitives.ReadSingleLittleEndian(bytes.AsSpan(start + 4 * i));
        (long rows, int length) = (long.Parse(shape[0], System.Globalization.CultureInfo.InvariantCulture),
            int.Parse(shape[1], System.Globalization.CultureInfo.InvariantCulture));
        Assert.That(values, Has.Length.EqualTo(rows * length));
        return (rows, length, values);
    }
}
