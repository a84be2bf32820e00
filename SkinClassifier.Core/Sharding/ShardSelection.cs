using System.Globalization;

namespace SkinClassifier.Sharding;

/// <summary>
/// Which part of the work a process does: as the command line says, or with "auto" as the scheduler that started it says in the process's
/// variables. Nothing is guessed: what is missing, does not fit or disagrees is an error that names the variable.
/// </summary>
/// <remarks>
/// Slurm array: SLURM_ARRAY_TASK_ID − SLURM_ARRAY_TASK_MIN of SLURM_ARRAY_TASK_COUNT. Kubernetes Indexed Job: JOB_COMPLETION_INDEX, and the
/// number from the command line, because Kubernetes does not tell it. Open MPI: OMPI_COMM_WORLD_RANK of OMPI_COMM_WORLD_SIZE.
/// </remarks>
internal static class ShardSelection
{
    /// <summary>The word that asks for the scheduler's variables.</summary>
    public const string Auto = "auto";

    private const string SlurmIndex = "SLURM_ARRAY_TASK_ID", SlurmMin = "SLURM_ARRAY_TASK_MIN", SlurmMax = "SLURM_ARRAY_TASK_MAX",
        SlurmCount = "SLURM_ARRAY_TASK_COUNT", KubernetesIndex = "JOB_COMPLETION_INDEX", MpiRank = "OMPI_COMM_WORLD_RANK", MpiSize = "OMPI_COMM_WORLD_SIZE";

    /// <summary>Finds the part.</summary>
    /// <param name="text">i/N, auto, or null: the whole work.</param>
    /// <param name="shards">N of --shards; null: not given.</param>
    /// <param name="variables">The process's variables.</param>
    /// <param name="errors">Everything that is wrong, as sentences; empty when the part is found.</param>
    public static Shard Find(string? text, int? shards, IReadOnlyDictionary<string, string> variables, out IReadOnlyList<string> errors)
    {
        List<string> wrong = [];
        errors = wrong;
        if (text == Auto)
            return FromVariables(shards, variables, wrong);
        if (shards is not null)
            wrong.Add($"--shards: expected with --shard {Auto} only, received {(text is null ? "no --shard" : $"--shard {text}")}. "
                + "Leave it out, or let the scheduler say the index.");
        if (text is null)
            return Shard.Whole;
        if (!Shard.TryParse(text, out Shard shard, out string problem))
            wrong.Add($"--shard: {problem}");
        return shard;
    }

    private static Shard FromVariables(int? shards, IReadOnlyDictionary<string, string> variables, List<string> wrong)
    {
        List<(string From, Shard Shard)> found = [];
        int known = 0;
        if (variables.ContainsKey(SlurmIndex) && ++known > 0 && Slurm(variables, wrong) is { } slurm)
            found.Add((SlurmIndex, slurm));
        if (variables.ContainsKey(KubernetesIndex) && ++known > 0 && Kubernetes(shards, variables, wrong) is { } kubernetes)
            found.Add((KubernetesIndex, kubernetes));
        if (variables.ContainsKey(MpiRank) && ++known > 0 && Mpi(variables, wrong) is { } mpi)
            found.Add((MpiRank, mpi));
        if (known == 0)
            wrong.Add($"--shard {Auto}: expected {SlurmIndex} (a Slurm array), {KubernetesIndex} (a Kubernetes Indexed Job) or {MpiRank} (mpirun) "
                + "among the process's variables, found none of them. Start it by one of these, or give --shard i/N.");
        foreach ((string from, Shard shard) in shards is null ? [] : found.Where(f => f.Shard.Count != shards))
            wrong.Add($"{from}: expected a shard of {shards}, as --shards says, received {shard}. Make both numbers equal.");
        foreach ((string from, Shard shard) in found.Skip(1).Where(f => f.Shard != found[0].Shard))
            wrong.Add($"{from}: expected the same shard as {found[0].From}, which says {found[0].Shard}, received {shard}. Give --shard i/N.");
        return found.Count > 0 ? found[0].Shard : Shard.Whole;
    }

    private static Shard? Slurm(IReadOnlyDictionary<string, string> variables, List<string> wrong)
    {
        int? index = Number(SlurmIndex), min = Number(SlurmMin), count = Number(SlurmCount);
        if (index is null || min is null || count is null)
            return null;
        if (variables.ContainsKey(SlurmMax) && Number(SlurmMax) is { } max && max - min + 1 != count)
        {
            wrong.Add($"{SlurmCount}: expected {max - min + 1}, all numbers from {SlurmMin} {min} to {SlurmMax} {max}, received {count}. "
                + "Start the array without gaps, for example --array=0-3.");
            return null;
        }
        return Fitting(SlurmIndex, index.Value, index.Value - min.Value, count.Value, wrong);

        int? Number(string name) => NumberOf(name, variables, wrong);
    }

    private static Shard? Kubernetes(int? shards, IReadOnlyDictionary<string, string> variables, List<string> wrong)
    {
        int? index = NumberOf(KubernetesIndex, variables, wrong);
        if (shards is null)
            wrong.Add($"{KubernetesIndex}: expected --shards N beside --shard {Auto}, the completions of the Job, which Kubernetes does not tell. Add it.");
        return index is null || shards is null ? null : Fitting(KubernetesIndex, index.Value, index.Value, shards.Value, wrong);
    }

    private static Shard? Mpi(IReadOnlyDictionary<string, string> variables, List<string> wrong)
    {
        int? rank = NumberOf(MpiRank, variables, wrong), size = NumberOf(MpiSize, variables, wrong);
        return rank is null || size is null ? null : Fitting(MpiRank, rank.Value, rank.Value, size.Value, wrong);
    }

    private static Shard? Fitting(string name, int value, int index, int count, List<string> wrong)
    {
        if (count is >= 1 and <= Shard.MaxCount && index >= 0 && index < count)
            return new Shard(index, count);
        wrong.Add(string.Create(CultureInfo.InvariantCulture,
            $"{name}: expected a shard from 0 to {count - 1} of {count} (at most {Shard.MaxCount}), received {index} (the variable is {value}). "
            + $"Let the array have as many tasks as there are shards, without gaps."));
        return null;
    }

    private static int? NumberOf(string name, IReadOnlyDictionary<string, string> variables, List<string> wrong)
    {
        if (variables.TryGetValue(name, out string? text) && Shard.TryNumber(text, out int number))
            return number;
        wrong.Add($"{name}: expected a whole number, received {(text is null ? "nothing" : $"'{text}'")}. Give --shard i/N without a scheduler.");
        return null;
    }
}
