using System.Reflection;
using NUnit.Framework.Interfaces;

namespace SkinClassifier.Tests.House;

/// <summary>Names of tests are sentences with underscores.</summary>
public sealed class TestNameTests
{
    [Test]
    public void Every_test_has_a_sentence_as_its_name()
    {
        string[] names = [.. typeof(TestNameTests).Assembly.GetTypes()
            .SelectMany(t => t.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly))
            .Where(m => m.GetCustomAttributes().Any(a => a is ITestBuilder or ISimpleTestBuilder)).Select(m => m.Name)];
        HashSet<string> types = [.. AppDomain.CurrentDomain.GetAssemblies()
            .Where(a => a.GetName().Name!.StartsWith("SkinClassifier.", StringComparison.Ordinal)).SelectMany(a => a.GetTypes()).Select(t => t.Name.Split('`')[0])];
        Assert.That(names, Has.Length.GreaterThan(500));
        Assert.That(SourceRules.TestNames(names, types.Contains), Is.Empty);
    }

    [Test]
    public void A_name_that_is_no_sentence_is_found()
    {
        string[] bad = ["ALargeOneTrains", "Convolves", "a_small_letter", "Double__underscore", "The_secondWord_runs_on"];
        string[] good = ["A_large_one_trains", "Equals_PyTorch", "What_CsvText_writes", "ML_NETs_names_are_read", "1_of_2"];
        Assert.That(SourceRules.TestNames([.. bad, .. good], word => word == "CsvText"), Is.EqualTo(bad));
    }
}
