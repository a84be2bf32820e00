using SkinClassifier.Graphs;

namespace SkinClassifier.Tests.House;

/// <summary>Nothing lists operators beside their catalog, ONNX reading swallows no exception, and each rule finds a file that does.</summary>
public sealed class OperatorRulesTests
{
    private const string Reading = "SkinClassifier.Engine/Onnx/Reading/";

    [Test]
    public void No_list_of_operators_stands_beside_the_catalog() =>
        Assert.That(OperatorRules.NameLists(SourceFiles.All, OperatorCatalog.AllNames), Is.Empty);

    [TestCase("switch (node.OpType) { case \"Conv\": case \"Relu\": case \"Shape\": return true; }", true)]
    [TestCase("new Dictionary<string, int> { [\"Add\"] = 1, [\"Sub\"] = 1, [\"Upsample\"] = 2 }", true)]
    [TestCase("node.OpType is \"Mul\" or \"Div\"", false)]
    [TestCase("new[] { \"axis\", \"axes\", \"perm\", \"mode\" }", false)]
    public void A_list_of_operators_is_found(string line, bool isList)
    {
        Assert.That(OperatorRules.NameLists([new(Reading + "A.cs", line)], OperatorCatalog.AllNames).Count(), Is.EqualTo(isList ? 1 : 0));
        Assert.That(OperatorRules.NameLists([new("SkinClassifier.Engine/Graphs/Operators/A.cs", line)], OperatorCatalog.AllNames), Is.Empty);
    }

    [Test]
    public void Files_that_choose_fast_paths_by_name_still_exist()
    {
        string[] files = [.. SourceFiles.All.Where(f => OperatorRules.Rooms.Any(r => f.Path.StartsWith(r, StringComparison.Ordinal))).Select(f => f.Path)];
        Assert.That(OperatorRules.Choosers.Where(c => !files.Any(f => Path.GetFileName(f) == c)), Is.Empty);
    }

    [Test]
    public void Reading_a_file_and_asking_operators_swallows_no_exception()
    {
        Assert.That(OperatorRules.SwallowingCatches(SourceFiles.All, Reading), Is.Empty);
        Assert.That(OperatorRules.SwallowingCatches(SourceFiles.All, "SkinClassifier.Engine/Graphs/"), Is.Empty);
    }

    [TestCase("try { Read(); } catch (IOException) { return null; }", 1)]
    [TestCase("try { Read(); } catch { }", 1)]
    [TestCase("try { Read(); } catch (IOException e) when (e.HResult > 0) { if (x) { y = 1; } return; }", 1)]
    [TestCase("try { Read(); } catch (IOException e) { throw error.Damaged(\"cut\", e); }", 0)]
    public void A_catch_that_swallows_is_found(string line, int found) =>
        Assert.That(OperatorRules.SwallowingCatches([new(Reading + "A.cs", line)], Reading).Count(), Is.EqualTo(found));
}
