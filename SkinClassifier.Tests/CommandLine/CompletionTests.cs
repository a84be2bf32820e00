using System.CommandLine;
using System.Diagnostics;
using SkinClassifier.Training;
using SkinClassifier.Training.Completions;

namespace SkinClassifier.Tests.CommandLine;

[NonParallelizable]
public sealed class CompletionTests : FolderTests
{
    [TestCase("tr", "train")]
    [TestCase("  tr", "train")]
    [TestCase("data", "data")]
    [TestCase("data in", "inspect")]
    [TestCase("data re", "report")]
    [TestCase("data report x --susp", "--suspects")]
    [TestCase("new ", "console webapi")]
    [TestCase("completions ", "bash fish pwsh zsh")]
    [TestCase("train x --opti", "--optimizer")]
    [TestCase("train --optimizer ", "adam adamw rmsprop sgd")]
    [TestCase("train --optimizer a", "adam adamw")]
    [TestCase("train --offline --optimi", "--optimizer")]
    [TestCase("train --quiet --optimi", "--optimizer")]
    [TestCase("train @x \"a b\" --optimi", "--optimizer")]
    [TestCase("predict m.zip --format j", "json jsonl")]
    [TestCase("predict m.zip --tta ", "1 2 4 8")]
    [TestCase("evaluate m.zip photos --tta ", "1 2 4 8")]
    [TestCase("train --tta ", "1 2 4 8")]
    [TestCase("predict m.zip --format=c", "csv")]
    [TestCase("evaluate m.zip photos --subset t", "test train")]
    [TestCase("evaluate m.zip photos --q", "--quiet")]
    [TestCase("train --learn-fr", "")]
    [TestCase("predict m.zip ", "")]
    [TestCase("train --quiet ", "")]
    [TestCase("train --backbone ", "")]
    [TestCase("train -o ", "")]
    [TestCase("train -- --optimi", "")]
    public void The_words_are_those_that_can_stand_there(string line, string expected)
    {
        Assert.That(string.Join(' ', CompletionCall.Candidates(line)), Is.EqualTo(expected));
        (int code, string output, string error) = Cli.Run("[suggest]", line);
        Assert.That((code, error), Is.EqualTo((0, "")));
        Assert.That(output, Is.EqualTo(string.Concat(CompletionCall.Candidates(line).Select(c => c + "\n"))));
    }

    [Test]
    public void A_number_says_where_the_cursor_is()
    {
        Assert.That(Cli.Run("[suggest:2]", "train x").Output, Is.EqualTo("train\n"));
        Assert.That(Cli.Run("[suggest:2000]", "trai").Output, Is.EqualTo("train\n"));
        Assert.That(Cli.Run("[suggest]").Output, Does.Contain("train\n").And.Not.Contain("--"));
    }

    [Test]
    public void Every_verb_and_every_option_that_help_shows_is_offered()
    {
        RootCommand root = CommandTree.Create();
        foreach (Command verb in root.Subcommands)
        {
            Assert.That(CompletionCall.Candidates(""), Does.Contain(verb.Name));
            (string Path, Command Leaf)[] leaves = verb.Subcommands.Count == 0 ? [(verb.Name, verb)]
                : [.. verb.Subcommands.Select(s => ($"{verb.Name} {s.Name}", s))];
            foreach ((string path, Command leaf) in leaves)
                Assert.That(CompletionCall.Candidates($"{path} --"), Is.SupersetOf(leaf.Options.Where(o => !o.Hidden).Select(o => o.Name)), path);
        }
    }

    [TestCase("bash", "complete -o bashdefault -o default -F _skinclassifier skinclassifier")]
    [TestCase("zsh", "compdef _skinclassifier skinclassifier")]
    [TestCase("fish", "complete -c skinclassifier")]
    [TestCase("pwsh", "Register-ArgumentCompleter -Native -CommandName skinclassifier")]
    public void Every_shell_has_a_script_that_asks_the_command_line(string shell, string registration)
    {
        (int code, string output, string error) = Cli.Run("completions", shell);
        Assert.That((code, error), Is.EqualTo((0, "")));
        Assert.That(output, Does.Contain(registration).And.Contain("[suggest]").And.Not.Contain("\r"));
        Assert.That(output, Does.Contain(CompletionScripts.HowToLoad[shell]));
    }

    [Test]
    public void An_unknown_shell_is_refused_with_the_nearest_one()
    {
        (int code, string output, string error) = Cli.Run("completions", "bsh");
        Assert.That((code, output), Is.EqualTo((2, "")));
        Assert.That(error, Does.Contain("expected one of bash, zsh, fish, pwsh. Did you mean bash?"));
    }

    [TestCase("skinclassifier tra", "train")]
    [TestCase("skinclassifier predict 'a b.zip' --format js", "json jsonl")]
    [TestCase("skinclassifier train * --batch-no", "--batch-normalization")]
    [TestCase("skinclassifier ", "backbones benchmark compare compare-models completions data demo ensemble evaluate explain export features import inspect "
        + "lr-find merge new predict report train")]
    [TestCase("skinclassifier predict ", "")]
    public void Bash_gets_the_words_from_the_function_of_the_script(string line, string expected)
    {
        const string Ask = "source \"$1\"; COMP_LINE=$2; COMP_POINT=${#2}; _skinclassifier skinclassifier; echo \"${COMPREPLY[*]}\"";
        Assert.That(Answer("bash", Ask, "bash", line), Is.EqualTo(expected));
    }

    [TestCase("skinclassifier tra", "train")]
    [TestCase("skinclassifier train --optimizer a", "adam adamw")]
    public void Fish_gets_the_words_from_the_function_of_the_script(string line, string expected) =>
        Assert.That(Answer("fish", "source $argv[1]; complete -C $argv[2]", null, line).ReplaceLineEndings(" "), Is.EqualTo(expected));

    [Test]
    public void The_script_of_zsh_is_one_for_zsh() => Assert.That(Answer("zsh", "zsh -n \"$1\" && echo good", "zsh", ""), Is.EqualTo("good"));

    /// <summary>
    /// What a shell prints for a command with two arguments: its script of completions, and <paramref name="line"/>. skinclassifier is found by name.
    /// </summary>
    private string Answer(string shell, string command, string? name, string line)
    {
        if (!File.Exists($"/usr/bin/{shell}"))
            Assert.Ignore($"no {shell} here");
        string script = _folder.File($"completions.{shell}"), program = _folder.File("skinclassifier");
        File.WriteAllText(script, Cli.Run("completions", shell).Output);
        File.WriteAllText(program, $"#!/bin/sh\nexec dotnet '{Path.Combine(AppContext.BaseDirectory, "skinclassifier.dll")}' \"$@\"\n");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        ProcessStartInfo start = new($"/usr/bin/{shell}") { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["PATH"] = $"{Path.GetDirectoryName(program)}:{Environment.GetEnvironmentVariable("PATH")}";
        start.Environment["HOME"] = Path.GetDirectoryName(program);
        foreach (string argument in new[] { "-c", command, name, script, line }.OfType<string>())
            start.ArgumentList.Add(argument);
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        Assert.That(process.WaitForExit(60_000), Is.True);
        Assert.That(error.Result, Is.Empty);
        return output.TrimEnd('\n');
    }
}
