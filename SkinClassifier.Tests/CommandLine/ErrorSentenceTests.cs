using SkinClassifier.CommandLine;
using SkinClassifier.Common;

namespace SkinClassifier.Tests.CommandLine;

public sealed class ErrorSentenceTests
{
    private static IEnumerable<TestCaseData> Errors()
    {
        yield return Case(new OperationCanceledException(), 130, "cancelled");
        yield return Case(new FileNotFoundException("Could not find file '/x/a.png'.", "/x/a.png"), 3,
            "error: /x/a.png: expected a file, found none. Check the path.");
        yield return Case(new FileNotFoundException("a.png: expected a file."), 3, "error: a.png: expected a file.");
        yield return Case(new InvalidContentException("a.png: damaged."), 3, "error: a.png: damaged.");
        yield return Case(new InputException("photos: nothing there."), 3, "error: photos: nothing there.");
        yield return Case(new IOException("No space left on device"), 3, "error: No space left on device");
        yield return Case(new UnauthorizedAccessException("Access to the path is denied."), 3, "error: Access to the path is denied.");
        yield return Case(new ArgumentException("Expected 1.", "count"), 2, "error: Expected 1.");
        yield return Case(new ArgumentOutOfRangeException("count", 7, "Expected 1."), 2, "error: Expected 1.");
        yield return Case(new PlatformNotSupportedException("VARIABLE: expected avx2."), 2, "error: VARIABLE: expected avx2.");
        yield return Case(new AggregateException(new InputException("one")), 3, "error: one");
        yield return Case(new NotFiniteNumberException("NaN"), 1, "unexpected error: NotFiniteNumberException: NaN (run again with --verbose for details)");

        static TestCaseData Case(Exception error, int code, string text) => new(error, code, text);
    }

    [TestCaseSource(nameof(Errors))]
    public void An_exception_has_an_exit_code_and_one_sentence(Exception error, int code, string text) =>
        Assert.That(ErrorSentence.Of(error), Is.EqualTo((code, text)));

    [TestCase("SKINCLASSIFIER_KERNELS", "sse9", "expected one of")]
    [TestCase("SKINCLASSIFIER_CACHES", "large", "for example 32,512, received 'large'")]
    public void A_wrong_environment_variable_is_named(string variable, string value, string said)
    {
        using ConsoleProcess run = ConsoleProcess.Start(["benchmark", "small_cnn", "--seconds", "0.1"], environment: (variable, value));
        Assert.That(run.Wait(), Is.EqualTo(ExitCode.WrongUsage));
        Assert.That(run.Error, Does.StartWith($"error: {variable}: ").And.Contains(said));
    }

    [Test]
    public void Names_of_the_library_become_those_of_a_command_line() =>
        Assert.That(ErrorSentence.Of(new ArgumentException("Epochs: expected 1."), message => message.Replace("Epochs", "--epochs")),
            Is.EqualTo((ExitCode.WrongUsage, "error: --epochs: expected 1.")));
}
