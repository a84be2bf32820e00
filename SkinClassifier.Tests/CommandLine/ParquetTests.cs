using System.Globalization;
using Parquet;
using Parquet.Schema;
using SkinClassifier.Common;
using SkinClassifier.Imaging;
using SkinClassifier.Sharding;
using SkinClassifier.Tests.Models;
using SkinClassifier.Training.ParquetFiles;

namespace SkinClassifier.Tests.CommandLine;

/// <summary>Images in Parquet files that another library wrote (assets/golden/parquet), and predictions as Parquet files.</summary>
[NonParallelizable]
public sealed class ParquetTests : FolderTests
{
    private static readonly string _golden = Path.Combine(SharedFiles.Repository, "assets", "golden", "parquet");
    private string _model = "";

    [SetUp]
    public void Prepare()
    {
        _model = _folder.File("model.zip");
        StoredChecksTests.Create(3).Model.Save(_model);
    }

    [TestCase("hub.parquet")]
    [TestCase("words.parquet")]
    public void Every_row_of_a_foreign_file_has_name_content_and_class(string name)
    {
        ParquetImages images = ParquetImages.Open([Path.Combine(_golden, name)]);
        ListedImage[] rows = [.. images.Of(Shard.Whole)];
        Assert.That((images.Rows, rows.Length), Is.EqualTo((21L, 21)));
        int[] numbers = [.. Enumerable.Range(0, 20).Where(i => i % 3 != 0), .. Enumerable.Range(0, 20).Where(i => i % 3 == 0)];
        for (int row = 0; row < 20; row++)
        {
            int i = numbers[row];
            Assert.That(rows[row].Name, Is.EqualTo($"{name}#{row}/{i:00}.png"));
            RgbImage image = RgbImage.Decode(rows[row].Content);
            Assert.That((image.Width, image.Height, image.Pixels[0], image.Pixels[1], image.Pixels[2]),
                Is.EqualTo((10 + i, 12, (byte)(10 * i), (byte)(i * i % 256), (byte)(200 - 5 * i))));
        }
        Assert.That((rows[20].Name, rows[20].Content), Is.EqualTo(($"{name}#20", Array.Empty<byte>())));
        Assert.That(images.Labels(), Is.EqualTo(numbers.Select(i => i % 3 == 0 ? "b" : "a").Append("b")));
        Assert.That(images.Names(), Is.EqualTo(rows.Select(r => r.Name)));
    }

    [TestCase("csv")]
    [TestCase("parquet")]
    public void Shards_of_a_foreign_file_are_joined_to_the_bytes_of_one_run(string format)
    {
        string file = Path.Combine(_golden, "hub.parquet");
        byte[] whole = Joined("whole", 1), parts = Joined("parts", 2);
        Assert.That(parts, Is.EqualTo(whole));
        if (format == "csv")
        {
            string[] rows = File.ReadAllLines(_folder.File("whole/predictions.csv"));
            Assert.That(rows, Has.Length.EqualTo(22));
            Assert.That(rows[^1], Does.StartWith("hub.parquet#20,,\"hub.parquet#20: expected an image"));
            // The scores are those of the same images as files.
            string image = _folder.File("07.png");
            File.WriteAllBytes(image, ParquetImages.Open([file]).Of(Shard.Whole).ElementAt(4).Content!);
            string alone = Cli.Run("predict", _model, image, "--format", "csv").Output.Split('\n')[1];
            Assert.That(rows[5].Replace("hub.parquet#4/07.png", image, StringComparison.Ordinal), Is.EqualTo(alone));
        }

        byte[] Joined(string name, int shards)
        {
            for (int i = 0; i < shards; i++)
                Assert.That(Cli.Run("predict", _model, file, "-o", _folder.File(name), "--format", format, "--shard", $"{i}/{shards}").Code,
                    Is.EqualTo(i == shards - 1 ? 3 : 0));
            Assert.That(Cli.Run("merge", _folder.File(name)).Code, Is.EqualTo(3));
            return File.ReadAllBytes(_folder.File($"{name}/predictions.{format}"));
        }
    }

    [Test]
    public void Predictions_as_Parquet_have_the_columns_and_values_of_those_as_csv()
    {
        string file = Path.Combine(_golden, "words.parquet");
        foreach (string format in (ReadOnlySpan<string>)["csv", "parquet"])
            Cli.Run("predict", _model, file, "-o", _folder.File(format), "--format", format, "--similar", "2");
        using ParquetFile table = ParquetFile.Open(_folder.File("parquet/predictions-00000-of-00001.parquet"));
        List<string[]> rows = [];
        using (CsvHelper.CsvParser csv = new(File.OpenText(_folder.File("csv/predictions-00000-of-00001.csv")), CultureInfo.InvariantCulture))
            while (csv.Read())
                rows.Add(csv.Record!);
        Assert.That(table.Fields.Select(f => f.Name), Is.EquivalentTo(rows[0]));
        foreach (DataField field in table.Fields)
        {
            string[] expected = [.. rows.Skip(1).Select(r => r[Array.IndexOf(rows[0], field.Name)])];
            if (field.ClrType == typeof(float))
                Assert.That(table.Numbers<float>(0, field),
                    Is.EqualTo(expected.Select(e => e.Length == 0 ? (float?)null : float.Parse(e, CultureInfo.InvariantCulture))));
            else
                Assert.That(table.Texts(0, field).Select(t => t ?? ""), Is.EqualTo(expected), field.Name);
        }
    }

    [Test]
    public void A_foreign_file_is_measured_and_gives_features_in_shards_too()
    {
        string file = Path.Combine(_golden, "hub.parquet");
        (int code, _, string error) = Cli.Run("evaluate", _model, file, "-o", _folder.File("whole"));
        Assert.That(code, Is.Zero, error);
        foreach (string shard in (ReadOnlySpan<string>)["0/2", "1/2"])
            Cli.Run("evaluate", _model, file, "-o", _folder.File("parts"), "--shard", shard);
        Assert.That(Cli.Run("merge", _folder.File("parts")).Code, Is.Zero);
        foreach (string name in (ReadOnlySpan<string>)["metrics.json", "predictions.csv", "report.html", "skipped.csv"])
            Assert.That(File.ReadAllBytes(_folder.File($"parts/{name}")), Is.EqualTo(File.ReadAllBytes(_folder.File($"whole/{name}"))), name);
        string[] rows = File.ReadAllLines(_folder.File("whole/predictions.csv"));
        Assert.That((rows.Length, rows[1].StartsWith("hub.parquet#0/01.png,a,", StringComparison.Ordinal)), Is.EqualTo((21, true)), rows[1]);
        string network = _folder.File("means.onnx");
        FeaturesVerbTests.WriteNetwork(network);
        (code, _, error) = Cli.Run("features", file, "-o", _folder.File("features"), "--backbone", network, "--normalize", "none", "--image-size", "16");
        Assert.That(code, Is.Zero, error);
        Assert.That(File.ReadAllLines(_folder.File("features/features.csv")), Has.Length.EqualTo(21));
        error = Cli.Run("train", file, "-o", _folder.File("run"), "--backbone", "small_cnn", "--weights", "random").Error;
        Assert.That(error, Does.Contain("received another file"));
    }

    [Test]
    public void Memory_does_not_grow_with_the_number_of_row_groups()
    {
        const int Groups = 64, Size = 1 << 17;
        string file = _folder.File("many.parquet");
        byte[] noise = new byte[Size];
        new Random(1).NextBytes(noise);
        DataField column = new("image", typeof(byte[]), false);
        using (FileStream stream = File.Create(file))
        {
            ParquetOptions options = new() { CompressionMethod = CompressionMethod.None };
            ParquetWriter writer = ParquetWriter.CreateAsync(new ParquetSchema(column), stream, options).GetAwaiter().GetResult();
            for (int g = 0; g < Groups; g++)
                using (ParquetRowGroupWriter group = writer.CreateRowGroup())
                    group.WriteAsync(column, [noise]).GetAwaiter().GetResult();
            writer.DisposeAsync().AsTask().GetAwaiter().GetResult();
        }
        Assert.That(new FileInfo(file).Length, Is.GreaterThan((long)Groups * Size));
        ParquetImages images = ParquetImages.Open([file]);
        long early = 0, late = 0;
        int rows = 0;
        foreach (ListedImage image in images.Of(Shard.Whole))
        {
            Assert.That(image.Content, Has.Length.EqualTo(Size));
            rows++;
            if (rows == 16)
                early = GC.GetTotalMemory(forceFullCollection: true);
            if (rows == Groups)
                late = GC.GetTotalMemory(forceFullCollection: true);
        }
        Assert.That(rows, Is.EqualTo(Groups));
        // All 48 kept would be 48 times the size; the rest of the process may change by a little.
        Assert.That(late - early, Is.LessThan(24L * Size), "48 more row groups");
    }

    [Test]
    public void What_is_no_such_file_is_told()
    {
        string cut = _folder.File("cut.parquet"), other = _folder.File("other.parquet");
        byte[] whole = File.ReadAllBytes(Path.Combine(_golden, "hub.parquet"));
        File.WriteAllBytes(cut, whole[..^40]);
        Assert.That(() => ParquetImages.Open([cut]), Throws.TypeOf<InvalidContentException>().With.Message.StartsWith($"{cut}: expected a Parquet file"));
        using (FileStream stream = File.Create(other))
        using (ParquetTable table = new(stream, ["name"], ["value"]))
            table.Row(["a"], [1]);
        Assert.That(() => ParquetImages.Open([other]), Throws.TypeOf<InvalidContentException>().With.Message.Contains(
            "expected a column image with the bytes of an image file in each row, found name, value"));
        for (int at = 0; at < whole.Length; at += 199)
        {
            byte[] damaged = [.. whole];
            damaged[at] ^= 0x55;
            File.WriteAllBytes(cut, damaged);
            try
            {
                ParquetImages images = ParquetImages.Open([cut]);
                Assert.That(images.Of(Shard.Whole).Count() + images.Labels().Count(), Is.GreaterThanOrEqualTo(0));
            }
            catch (SkinClassifierException error)
            {
                Assert.That(error.Message, Does.Contain("expected"), $"byte {at}");
            }
        }
        Assert.That(Cli.Run("predict", _model, cut).Error, Does.Contain("expected -o FOLDER beside a Parquet file"));
        Assert.That(Cli.Run("predict", _model, "x.png", "--format", "parquet").Error, Does.Contain("A Parquet file cannot be printed"));
        Assert.That(Cli.Run("predict", _model, cut, "x.png", "-o", _folder.File("x")).Error, Does.Contain("received both"));
    }
}
