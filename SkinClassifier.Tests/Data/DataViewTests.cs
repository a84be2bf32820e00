using Microsoft.ML;
using Microsoft.ML.Data;
using SkinClassifier.Common;
using SkinClassifier.Data;

namespace SkinClassifier.Tests.Data;

/// <summary>The dataset as a table of ML.NET, and tables of ML.NET as datasets.</summary>
public sealed class DataViewTests
{
    private TestImages _images = null!;

    [SetUp]
    public void Prepare()
    {
        _images = new TestImages();
        for (int i = 0; i < 5; i++)
        {
            _images.Add($"train/nv/n{i}.png", i);
            _images.Add($"test/mel/m{i}.png", 10 + i);
        }
        _images.AddText("metadata.csv", "image,lesion_id,age,Label\nn0,L1,50,x\nn1,L1,60,x\nm0,L2,70,x\n");
    }

    [TearDown]
    public void CleanUp() => _images.Dispose();

    private ImageDataset Dataset() => ImageDataset.FromFolder(_images.Root);

    private static List<string> Column(DataViewRowCursor cursor, IDataView data, string name)
    {
        ValueGetter<ReadOnlyMemory<char>> getter = cursor.GetGetter<ReadOnlyMemory<char>>(data.Schema[name]);
        List<string> values = [];
        ReadOnlyMemory<char> value = default;
        while (cursor.MoveNext())
        {
            getter(ref value);
            values.Add(value.ToString());
        }
        return values;
    }

    private static List<string> Column(IDataView data, string name, Random? random = null)
    {
        using DataViewRowCursor cursor = data.GetRowCursor([data.Schema[name]], random);
        return Column(cursor, data, name);
    }

    [Test]
    public void The_schema_has_path_label_split_and_metadata()
    {
        IDataView data = Dataset();
        Assert.That(data.Schema.Select(c => c.Name), Is.EqualTo(new[] { "ImagePath", "Label", "Split", "image", "lesion_id", "age" }),
            "a column named as one of ours is left out");
        Assert.That(data.Schema.Where(c => c.Name != "Label").Select(c => c.Type), Is.All.InstanceOf<TextDataViewType>());
        KeyDataViewType key = (KeyDataViewType)data.Schema["Label"].Type;
        Assert.That((key.RawType, key.Count, data.GetRowCount(), data.CanShuffle), Is.EqualTo((typeof(uint), 2ul, 10L, true)));
        VBuffer<ReadOnlyMemory<char>> names = default;
        data.Schema["Label"].Annotations.GetValue("KeyValues", ref names);
        Assert.That(names.DenseValues().Select(n => n.ToString()), Is.EqualTo(new[] { "mel", "nv" }));
    }

    [Test]
    public void Rows_are_the_examples_in_order()
    {
        ImageDataset dataset = Dataset();
        Assert.That(Column(dataset, "ImagePath"), Is.EqualTo(dataset.Examples.Select(e => e.File)));
        Assert.That(Column(dataset, "Split"), Is.EqualTo(dataset.Examples.Select(e => e.Path.Split('/')[0])));
        Assert.That(Column(dataset, "lesion_id"), Is.EqualTo(dataset.Examples.Select(e => e.Columns.GetValueOrDefault("lesion_id", ""))));
        using DataViewRowCursor cursor = ((IDataView)dataset).GetRowCursor([dataset.Schema["Label"]]);
        ValueGetter<uint> label = cursor.GetGetter<uint>(dataset.Schema["Label"]);
        ValueGetter<DataViewRowId> id = cursor.GetIdGetter();
        uint key = 0;
        DataViewRowId row = default;
        Assert.That(() => label(ref key), Throws.InvalidOperationException, "before the first row");
        for (int i = 0; cursor.MoveNext(); i++)
        {
            label(ref key);
            id(ref row);
            Assert.That((cursor.Position, (int)key, row.Low), Is.EqualTo(((long)i, dataset.Examples[i].LabelIndex + 1, (ulong)i)));
        }
        Assert.That((cursor.Position, cursor.MoveNext()), Is.EqualTo((-1L, false)));
    }

    [Test]
    public void Only_columns_that_were_asked_for_have_values_and_types_are_checked()
    {
        IDataView data = Dataset();
        using DataViewRowCursor cursor = data.GetRowCursor([data.Schema["Split"]]);
        Assert.That((cursor.IsColumnActive(data.Schema["Split"]), cursor.IsColumnActive(data.Schema["Label"])), Is.EqualTo((true, false)));
        Assert.That(() => cursor.GetGetter<uint>(data.Schema["Label"]), Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("'Label'"));
        Assert.That(() => cursor.GetGetter<uint>(data.Schema["Split"]), Throws.ArgumentException.With.Message.Contains("UInt32"));
    }

    [Test]
    public void Shuffled_cursors_have_every_row_once_and_the_row_keeps_its_id()
    {
        ImageDataset dataset = Dataset();
        IDataView data = dataset;
        List<string> shuffled = Column(data, "ImagePath", new Random(3));
        Assert.That(shuffled, Is.EquivalentTo(dataset.Examples.Select(e => e.File)).And.Not.EqualTo(dataset.Examples.Select(e => e.File)));
        Assert.That(Column(data, "ImagePath", new Random(3)), Is.EqualTo(shuffled));
        using DataViewRowCursor cursor = data.GetRowCursor([data.Schema["ImagePath"]], new Random(4));
        ValueGetter<ReadOnlyMemory<char>> path = cursor.GetGetter<ReadOnlyMemory<char>>(data.Schema["ImagePath"]);
        ValueGetter<DataViewRowId> id = cursor.GetIdGetter();
        while (cursor.MoveNext())
        {
            ReadOnlyMemory<char> text = default;
            DataViewRowId row = default;
            path(ref text);
            id(ref row);
            Assert.That(text.ToString(), Is.EqualTo(dataset.Examples[(int)row.Low].File));
        }
    }

    [TestCase(1)]
    [TestCase(3)]
    [TestCase(50)]
    public void A_set_of_cursors_shares_the_rows_and_can_be_merged_again(int wanted)
    {
        ImageDataset dataset = Dataset();
        IDataView data = dataset;
        DataViewRowCursor[] cursors = data.GetRowCursorSet([data.Schema["ImagePath"]], wanted);
        List<(long Batch, string Path)> rows = [];
        Parallel.ForEach(cursors, cursor =>
        {
            ValueGetter<ReadOnlyMemory<char>> getter = cursor.GetGetter<ReadOnlyMemory<char>>(data.Schema["ImagePath"]);
            ReadOnlyMemory<char> value = default;
            while (cursor.MoveNext())
            {
                getter(ref value);
                lock (rows)
                    rows.Add((cursor.Batch, value.ToString()));
            }
            cursor.Dispose();
        });
        Assert.That(cursors, Has.Length.EqualTo(Math.Min(wanted, 10)));
        Assert.That(rows.OrderBy(r => r.Batch).Select(r => r.Path), Is.EqualTo(dataset.Examples.Select(e => e.File)));
    }

    [Test]
    public void Reading_the_table_again_gives_the_same_dataset()
    {
        ImageDataset dataset = Dataset(),
            again = ImageDataset.FromDataView(dataset, new ImageDatasetOptions { ImageFolder = _images.Root, GroupBy = "lesion_id" });
        Assert.That(again.Labels, Is.EqualTo(dataset.Labels));
        Assert.That(again.Examples.Select(e => (e.Path, e.Label, e.LabelIndex, e.Split)),
            Is.EqualTo(dataset.Examples.Select(e => (e.Path, e.Label, e.LabelIndex, e.Split))));
        Assert.That(again.Examples.Single(e => e.Path == "train/nv/n1.png").Group, Is.EqualTo("L1"));
        Assert.That(ImageDataset.FromDataView(dataset.Subset(dataset.Examples.Where(e => e.Path.StartsWith("train/", StringComparison.Ordinal))),
            new ImageDatasetOptions { MinimumClasses = 1 }).Examples.Select(e => e.Path),
            Is.EqualTo(Enumerable.Range(0, 5).Select(i => $"n{i}.png")), "relative to the deepest folder that holds all");
    }

    [Test]
    public void Absent_columns_and_other_types_are_named()
    {
        ImageDataset dataset = Dataset();
        Assert.That(() => ImageDataset.FromDataView(dataset, imagePathColumnName: "Path"),
            Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("'Path'").And.Message.Contains("ImagePath, Label"));
        Assert.That(() => ImageDataset.FromDataView(dataset, imagePathColumnName: "Label"),
            Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("expected text"));
        Assert.That(() => ImageDataset.FromDataView(dataset, splitColumnName: "age"),
            Throws.InstanceOf<InvalidContentException>().With.Message.Contains("'50'").Or.Message.Contains("'60'").Or.Message.Contains("'70'"));
        Assert.That(ImageDataset.FromDataView(dataset, labelColumnName: "Split", splitColumnName: "none").Labels, Is.EqualTo(new[] { "test", "train" }));
    }

    [Test]
    public void Rows_without_a_file_are_listed()
    {
        ImageDataset dataset = Dataset();
        File.Delete(Path.Combine(_images.Root, "train/nv/n3.png"));
        Assert.That(ImageDataset.FromDataView(dataset).Skipped.Single().Path, Does.EndWith("n3.png"));
    }
}
