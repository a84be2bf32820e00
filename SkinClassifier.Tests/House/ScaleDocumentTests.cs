using System.Text.RegularExpressions;

namespace SkinClassifier.Tests.House;

/// <summary>
/// The files of docs/scale: they have the fields that the published schemas (batch/v1, jobset.x-k8s.io/v1alpha2) require, in the right place, and call
/// the command line with options that it has. None of the YAML files was run.
/// </summary>
public sealed class ScaleDocumentTests
{
    private static readonly string _folder = Path.Combine(SharedFiles.Repository, "docs", "scale");

    [TestCase("job.yaml", "apiVersion: batch/v1", "kind: Job", "metadata.name: scores", "spec.completionMode: Indexed", "spec.completions: 4",
        "spec.backoffLimitPerIndex: 3", "spec.podFailurePolicy.rules.action: FailIndex", "spec.podFailurePolicy.rules.onExitCodes.operator: In",
        "spec.podFailurePolicy.rules.onExitCodes.values: [2, 3]", "spec.template.spec.restartPolicy: Never",
        "spec.template.spec.containers.name: predict", "spec.template.spec.volumes.name: data")]
    [TestCase("jobset.yaml", "apiVersion: jobset.x-k8s.io/v1alpha2", "kind: JobSet", "metadata.name: scores", "spec.replicatedJobs.name: predict",
        "spec.replicatedJobs.name: merge", "spec.replicatedJobs.replicas: 1", "spec.replicatedJobs.template.spec.completionMode: Indexed",
        "spec.replicatedJobs.dependsOn.status: Complete", "spec.replicatedJobs.template.spec.template.spec.restartPolicy: Never",
        "spec.replicatedJobs.template.spec.template.spec.containers.name: merge")]
    public void A_manifest_has_the_fields_that_its_schema_requires(string file, params string[] fields) =>
        Assert.That(Fields(file), Is.SupersetOf(fields));

    [TestCase("job.yaml", "Job")]
    [TestCase("jobset.yaml", "JobSet")]
    public void Every_field_of_a_manifest_is_one_of_the_published_schema_and_of_its_kind(string file, string kind)
    {
        Dictionary<string, char> known = KubernetesFields.Of(kind);
        foreach ((string name, string value) in Fields(file).Select(f => f.Split(": ", 2)).Select(f => (f[0], f[1])))
        {
            Assert.That(known, Contains.Key(name), $"{file}: {name}");
            char written = value.StartsWith('[') ? 'l' : value.StartsWith('{') ? 'm' : value.All(char.IsAsciiDigit) ? 'n' : 'w';
            Assert.That(written, Is.EqualTo(known[name]), $"{file}: {name}: {value}");
        }
    }

    [TestCase("job.yaml")]
    [TestCase("jobset.yaml")]
    public void The_number_of_shards_is_that_of_the_completions_and_every_volume_is_there(string file)
    {
        string text = File.ReadAllText(Path.Combine(_folder, file));
        Assert.That(text, Does.Contain("not run").And.Contain("--shard, auto, --shards, \"4\""));
        Assert.That(Fields(file), Has.Some.EndsWith("completions: 4").And.Some.EndsWith("volumeMounts.name: data").And.Some.EndsWith("claimName: data"));
    }

    [Test]
    public void The_script_of_a_training_names_only_options_that_train_has()
    {
        string script = File.ReadAllText(Path.Combine(_folder, "train.sbatch"));
        string[] calls = [.. script.Split('\n').Where(l => l.StartsWith("srun --mpi=pmix ", StringComparison.Ordinal)
            || l.Contains("set -- ", StringComparison.Ordinal))];
        string[] options = [.. SkinClassifier.Training.CommandTree.Create().Subcommands.Single(c => c.Name == "train").Options.Select(o => o.Name)];
        Assert.That(calls, Has.Length.EqualTo(3));
        string[] named = [.. calls.SelectMany(c => Regex.Matches(c, "(?<= |:-)--[a-z]+[a-z-]*")).Select(m => m.Value)];
        Assert.That(named, Is.SupersetOf(new[] { "--resume", "--backbone", "--distributed" }));
        Assert.That(named.Except(["--mpi", "--kill-on-bad-exit", "--quiet"]), Is.SubsetOf(options));
        Assert.That(script, Does.Contain("--distributed mpi").And.Contain("#SBATCH --requeue"));
    }

    [Test]
    public void The_script_for_Slurm_names_only_options_that_predict_has()
    {
        string script = File.ReadAllText(Path.Combine(_folder, "predict.sbatch"));
        string call = script.Split('\n').Single(l => l.StartsWith("skinclassifier predict", StringComparison.Ordinal));
        string[] options = [.. SkinClassifier.Training.CommandTree.Create().Subcommands.Single(c => c.Name == "predict").Options.Select(o => o.Name)];
        foreach (Match option in Regex.Matches(call, "--[a-z-]+"))
            Assert.That(options.Append("--quiet"), Does.Contain(option.Value));
        Assert.That(script, Does.Contain("#SBATCH --array=0-3").And.Contain("#SBATCH --requeue").And.Contain("--shard auto"));
    }

    /// <summary>All fields with a value as "a.b.c: value"; lists take the name of their field. Only the YAML that these files use.</summary>
    private static List<string> Fields(string file)
    {
        List<string> fields = [];
        Stack<(int Depth, string Name)> open = new();
        foreach (string line in File.ReadLines(Path.Combine(_folder, file)))
        {
            if (Regex.Match(line, @"^(\s*(?:- )?)(\w+):(?: (.+))?$") is not { Success: true } match)
                continue;
            int depth = match.Groups[1].Length;
            while (open.TryPeek(out (int Depth, string Name) top) && top.Depth >= depth)
                open.Pop();
            string path = string.Join('.', open.Reverse().Select(o => o.Name).Append(match.Groups[2].Value));
            if (match.Groups[3].Success)
                fields.Add($"{path}: {match.Groups[3].Value}");
            else
                open.Push((depth, match.Groups[2].Value));
        }
        return fields;
    }
}
