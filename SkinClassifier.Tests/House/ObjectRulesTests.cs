namespace SkinClassifier.Tests.House;

/// <summary>The trainers keep the rules of <see cref="ObjectRules"/>, and each rule finds a type that does not.</summary>
public sealed class ObjectRulesTests
{
    private static SourceFile[] Trainers =>
        [.. SourceFiles.All.Where(f => f.Path.StartsWith("SkinClassifier.Core/Trainers/", StringComparison.Ordinal))];

    [Test]
    public void No_object_of_the_trainers_has_more_than_five_fields_that_change()
    {
        Assert.That(Trainers, Has.Length.GreaterThan(60));
        Assert.That(ObjectRules.Restless(Trainers), Is.Empty);
    }

    [Test]
    public void No_lambda_of_trainers_and_command_line_refers_to_the_object_that_holds_it()
        => Assert.That(ObjectRules.SelfCaptures([.. Trainers, .. SourceFiles.All.Where(f => f.Path.StartsWith("SkinClassifier.Training/",
            StringComparison.Ordinal))]), Is.Empty);

    [Test]
    public void A_restless_object_is_found()
    {
        const string Good = "class A(int x) { private readonly int _a = x; private static int _b; const int C = 1; int _1, _2, _3; int P { get; set; } "
            + "int Q { get; private set; } int R { get; init; } int S { get => _1; set => _1 = value; } }";
        Assert.That(ObjectRules.Restless([new("A.cs", Good)]), Is.Empty);
        Assert.That(ObjectRules.Restless([new("A.cs", Good.Replace("_3;", "_3, _4;"))]), Is.EqualTo(new[] { "A: 6 fields change: _1, _2, _3, _4, P, Q" }));
        Assert.That(ObjectRules.Restless([new("A.cs", Good.Replace("} }", "} void F() => x = 2; }"))]).Single(), Does.EndWith("P, Q, x"));
    }

    [TestCase("B? b = null; b = new B(() => b!.Run());", true, TestName = "A_lambda_in_the_constructor_of_its_own_object_is_found")]
    [TestCase("B? b = null; b = new B(null) { Saver = must => Save(b!.State, must) };", true, TestName = "A_lambda_in_an_initializer_is_found")]
    [TestCase("_field = () => _other;", true, TestName = "A_lambda_in_a_field_of_its_own_object_is_found")]
    [TestCase("Call = must => Save(1, must);", true, TestName = "A_lambda_that_calls_a_method_of_its_own_object_is_found")]
    [TestCase("_field = () => this;", true, TestName = "A_lambda_that_gives_its_own_object_is_found")]
    [TestCase("B b = new(null) { Saver = (state, must) => _other.Save(state, must) };", false, TestName = "A_lambda_given_to_another_object_is_allowed")]
    [TestCase("_field = list.Select(l => _other + l).ToArray();", false, TestName = "A_lambda_that_is_only_called_is_allowed")]
    [TestCase("int n = 1; _field = () => n;", false, TestName = "A_lambda_of_local_values_is_allowed")]
    public void A_lambda_that_refers_to_its_holder_is_found(string statements, bool isFound)
    {
        string code = $"class A {{ object _field, _other; object Call {{ get; set; }} void Save(int a, bool b) {{ }} void Run() {{ {statements} }} }}";
        Assert.That(ObjectRules.SelfCaptures([new("A.cs", code)]).Count(), Is.EqualTo(isFound ? 1 : 0));
    }
}
