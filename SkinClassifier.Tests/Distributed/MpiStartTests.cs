using SkinClassifier.Common;
using SkinClassifier.Distributed;
using SkinClassifier.Tests.CommandLine;

namespace SkinClassifier.Tests.Distributed;

/// <summary>How a process joins others, or says why it cannot.</summary>
public sealed class MpiStartTests
{
    private static string? Nothing(string variable) => null;

    /// <summary>The test is skipped where Open MPI is absent.</summary>
    internal static void RequireOpenMpi()
    {
        if (!System.Runtime.InteropServices.NativeLibrary.TryLoad(MpiLibrary.FileName, out _))
            Assert.Ignore($"{MpiLibrary.FileName} was not found: install Open MPI 4 (apt-get install openmpi-bin) to run this test.");
    }

    [Test]
    public void A_missing_library_is_named_with_a_way_to_get_it() =>
        Assert.That(() => MpiProcessGroup.Start("libmpi-absent.so", Nothing), Throws.TypeOf<UnsupportedContentException>().With.Message.EqualTo(
            "MPI: expected Open MPI's library libmpi-absent.so where the system looks for libraries, found none. Install Open MPI 4 (Debian and Ubuntu: "
                + "apt-get install openmpi-bin), load its module, or add its folder to LD_LIBRARY_PATH."));

    [Test]
    [Platform("Linux")]
    public void A_library_without_the_functions_of_Open_MPI_is_refused() =>
        Assert.That(() => MpiLibrary.Load("libc.so.6"), Throws.TypeOf<UnsupportedContentException>().With.Message.EqualTo(
            "MPI: libc.so.6: expected the library of Open MPI 4, which has 'MPI_Init_thread', received another one."));

    [TestCase("OMPI_COMM_WORLD_SIZE", "4", true)]
    [TestCase("PMIX_RANK", "0", true)]
    [TestCase("PMI_RANK", "1", true)]
    [TestCase("SLURM_STEP_NUM_TASKS", "4", false)]
    [TestCase("PMIX_RANK", "", false)]
    public void A_launcher_is_known_by_its_variables(string name, string value, bool there) =>
        Assert.That(MpiLauncher.IsThere(v => v == name ? value : null), Is.EqualTo(there));

    [Test]
    public void Tasks_of_srun_that_do_not_know_of_each_other_are_refused_and_a_single_one_is_not()
    {
        Assert.That(MpiLauncher.Problem(v => v == "SLURM_STEP_NUM_TASKS" ? "4" : null), Does.StartWith(
            "MPI: expected 4 processes that know of each other, as SLURM_STEP_NUM_TASKS says, received one that stands alone. Start "
                + "them with 'srun --mpi=pmix'"));
        Assert.That(MpiLauncher.Problem(v => v == "SLURM_STEP_NUM_TASKS" ? "1" : null), Is.Null);
        Assert.That(MpiLauncher.Problem(Nothing), Is.Null);
    }

    [Test]
    public void A_process_that_no_launcher_started_is_a_group_of_one()
    {
        RequireOpenMpi();
        using MpiProcessGroup group = MpiProcessGroup.Start(MpiLibrary.FileName, Nothing);
        Assert.That((group.Rank, group.Size, group.IsLaunched), Is.EqualTo((0, 1, false)));
        Assert.That(group.Version, Does.StartWith("Open MPI v"));
        byte[] all = new byte[3];
        group.Gather([1, 2, 3], all);
        Assert.That(all, Is.EqualTo(new byte[] { 1, 2, 3 }));
        Assert.That(() => group.Send(1, 0, [1]), Throws.InvalidOperationException.With.Message.EqualTo(
            "MpiProcessGroup.Send: expected another process, there is only this one."));
    }

    [Test]
    public void A_process_that_no_launcher_started_says_that_it_trains_alone()
    {
        RequireOpenMpi();
        using TemporaryFolder folder = new();
        (int code, _, string error) = Cli.Run("train", folder.File("absent"), "-o", folder.File("run"), "--distributed", "mpi");
        Assert.That(error, Does.StartWith("warning: --distributed mpi: neither mpirun nor srun started this process; it trains alone. Several: mpirun -n 4 "
            + "skinclassifier train …\n").And.Contain("absent"));
        Assert.That(code, Is.EqualTo(3));
    }

    [Test]
    public void Options_that_make_many_trainings_are_refused_with_a_sentence([Values("--folds=3", "--time-budget=1m")] string other)
    {
        (int code, _, string error) = Cli.Run("train", "data", "-o", "run", "--distributed", "mpi", other);
        Assert.That(code, Is.EqualTo(2));
        Assert.That(error, Does.Contain($"--distributed: expected without {other.Split('=')[0]}. Processes share a single training"));
    }
}
