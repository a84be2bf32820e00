using System.Globalization;

namespace SkinClassifier.Distributed;

/// <summary>What started this process, by the variables that it sets.</summary>
internal static class MpiLauncher
{
    private static readonly string[] Signs = ["OMPI_COMM_WORLD_SIZE", "PMIX_RANK", "PMI_RANK"];

    /// <summary>Whether a launcher of MPI started this process: mpirun, or srun with PMIx or PMI.</summary>
    public static bool IsThere(Func<string, string?> variable) => Signs.Any(name => variable(name) is { Length: > 0 });

    /// <summary>Why a process that stands alone must not train, as a sentence; null: it may.</summary>
    /// <param name="variable">Reads a variable.</param>
    public static string? Problem(Func<string, string?> variable) =>
        int.TryParse(variable("SLURM_STEP_NUM_TASKS"), NumberStyles.None, CultureInfo.InvariantCulture, out int tasks) && tasks > 1
            ? $"MPI: expected {tasks} processes that know of each other, as SLURM_STEP_NUM_TASKS says, received one that stands alone. Start them with "
                + "'srun --mpi=pmix' (srun --mpi=list names what this Slurm has), or with mpirun inside of the job."
            : null;
}
