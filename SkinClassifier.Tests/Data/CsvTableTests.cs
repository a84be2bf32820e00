using SkinClassifier.Common;
using SkinClassifier.Data;

namespace SkinClassifier.Tests.Data;

public sealed class CsvTableTests
{
    [TestCase(",")]
    [TestCase(";")]
    [TestCase("\t")]
    public void Delimiters_quotes_line_breaks_and_empty_fields_are_read(string delimiter)
    {
        string text = $"a{delimiter} b {delimiter}c\r\n1{delimiter}\"x{delimiter}\"\"y\"\"\nz\"{delimiter}\r\n\n2{delimiter}ü{delimiter}3";
        CsvTable table = CsvTable.Read(new StringReader(text), "test.csv");
        Assert.That(table.Columns, Is.EqualTo(new[] { "a", "b", "c" }));
        Assert.That(table.Rows, Is.EqualTo(new[] { new[] { "1", $"x{delimiter}\"y\"\nz", "" }, ["2", "ü", "3"] }));
        Assert.That((table.IndexOf("B"), table.IndexOf("none")), Is.EqualTo((1, -1)));
        Assert.That(table.ToDictionary(table.Rows[1])["C"], Is.EqualTo("3"));
    }

    [Test]
    public void What_CsvText_writes_CsvTable_reads()
    {
        string[][] rows = [["plain", "with, comma", "with \"quotes\""], ["line\nbreak", "", "\r\n"], ["ü", "=1+1", "0"], [" lead", "trail ", "\ttab"]];
        CsvText csv = new("one", "two", "three");
        foreach (string[] row in rows)
            csv.Row(row);
        Assert.That(CsvTable.Read(new StringReader(csv.ToString()), "x").Rows, Is.EqualTo(rows));
    }

    [TestCase("", "the file is empty")]
    [TestCase("a,b\n1\n", "row 2 has 1 fields, the header has 2")]
    [TestCase("a,b\n1,x\"y\"z\n", "quote in the wrong place")]
    public void Errors_name_the_row(string text, string expected) =>
        Assert.That(() => CsvTable.Read(new StringReader(text), "test.csv"),
            Throws.TypeOf<InvalidContentException>().With.Message.Contains(expected).And.Message.StartsWith("test.csv: "));

    [Test]
    public void Text_that_is_not_utf8_is_refused()
    {
        using TestImages images = new();
        string file = images.Add("latin.csv", [(byte)'a', (byte)'\n', 0xE4, (byte)'\n']);
        Assert.That(() => CsvTable.Read(file), Throws.TypeOf<InvalidContentException>().With.Message.Contains("UTF-8"));
    }
}
