using SkinClassifier.Sharding;

namespace SkinClassifier.Tests.Sharding;

public sealed class ShardSelectionTests
{
    [TestCase("0/1", null, "", "0/1")]
    [TestCase("3/4", null, "", "3/4")]
    [TestCase(null, null, "", "0/1")]
    [TestCase(null, null, "SLURM_ARRAY_TASK_ID=3", "0/1")]
    [TestCase("1/2", null, "SLURM_ARRAY_TASK_ID=9 JOB_COMPLETION_INDEX=x", "1/2")]
    [TestCase("auto", null, "SLURM_ARRAY_TASK_ID=3 SLURM_ARRAY_TASK_MIN=1 SLURM_ARRAY_TASK_COUNT=4", "2/4")]
    [TestCase("auto", 4, "SLURM_ARRAY_TASK_ID=3 SLURM_ARRAY_TASK_MIN=0 SLURM_ARRAY_TASK_MAX=3 SLURM_ARRAY_TASK_COUNT=4", "3/4")]
    [TestCase("auto", 8, "JOB_COMPLETION_INDEX=7", "7/8")]
    [TestCase("auto", null, "OMPI_COMM_WORLD_RANK=1 OMPI_COMM_WORLD_SIZE=2", "1/2")]
    [TestCase("auto", 2, "OMPI_COMM_WORLD_RANK=1 OMPI_COMM_WORLD_SIZE=2 JOB_COMPLETION_INDEX=1", "1/2")]
    public void A_shard_is_what_is_given_or_what_the_scheduler_says(string? text, int? shards, string variables, string expected)
    {
        Shard shard = ShardSelection.Find(text, shards, Table(variables), out IReadOnlyList<string> errors);
        Assert.That(errors, Is.Empty);
        Assert.That(shard.ToString(), Is.EqualTo(expected));
    }

    [TestCase("4/4", null, "", "--shard: expected i/N")]
    [TestCase("-1/4", null, "", "--shard: expected i/N")]
    [TestCase("1", null, "", "--shard: expected i/N")]
    [TestCase("0/0", null, "", "--shard: expected i/N")]
    [TestCase("0/100000", null, "", "--shard: expected i/N")]
    [TestCase("+0/1", null, "", "--shard: expected i/N")]
    [TestCase("0/2", 2, "", "--shards: expected with --shard auto only, received --shard 0/2")]
    [TestCase(null, 2, "", "--shards: expected with --shard auto only, received no --shard")]
    [TestCase("auto", null, "", "--shard auto: expected SLURM_ARRAY_TASK_ID")]
    [TestCase("auto", null, "SLURM_JOB_ID=4 SLURM_PROCID=1 RANK=2", "--shard auto: expected SLURM_ARRAY_TASK_ID")]
    [TestCase("auto", null, "JOB_COMPLETION_INDEX=1", "JOB_COMPLETION_INDEX: expected --shards N")]
    [TestCase("auto", 3, "JOB_COMPLETION_INDEX=3", "JOB_COMPLETION_INDEX: expected a shard from 0 to 2 of 3")]
    [TestCase("auto", 3, "JOB_COMPLETION_INDEX=", "JOB_COMPLETION_INDEX: expected a whole number, received ''")]
    [TestCase("auto", null, "SLURM_ARRAY_TASK_ID=1 SLURM_ARRAY_TASK_MIN=0", "SLURM_ARRAY_TASK_COUNT: expected a whole number, received nothing")]
    [TestCase("auto", null, "SLURM_ARRAY_TASK_ID=1 SLURM_ARRAY_TASK_COUNT=2", "SLURM_ARRAY_TASK_MIN: expected a whole number, received nothing")]
    [TestCase("auto", null, "SLURM_ARRAY_TASK_ID=6 SLURM_ARRAY_TASK_MIN=0 SLURM_ARRAY_TASK_COUNT=4", "SLURM_ARRAY_TASK_ID: expected a shard from 0 to 3")]
    [TestCase("auto", null, "SLURM_ARRAY_TASK_ID=2 SLURM_ARRAY_TASK_MIN=0 SLURM_ARRAY_TASK_MAX=6 SLURM_ARRAY_TASK_COUNT=4",
        "SLURM_ARRAY_TASK_COUNT: expected 7")]
    [TestCase("auto", null, "OMPI_COMM_WORLD_RANK=2 OMPI_COMM_WORLD_SIZE=2", "OMPI_COMM_WORLD_RANK: expected a shard from 0 to 1")]
    [TestCase("auto", null, "OMPI_COMM_WORLD_RANK=0", "OMPI_COMM_WORLD_SIZE: expected a whole number, received nothing")]
    [TestCase("auto", 3, "OMPI_COMM_WORLD_RANK=0 OMPI_COMM_WORLD_SIZE=2", "OMPI_COMM_WORLD_RANK: expected a shard of 3, as --shards says, received 0/2")]
    [TestCase("auto", null, "SLURM_ARRAY_TASK_ID=1 SLURM_ARRAY_TASK_MIN=0 SLURM_ARRAY_TASK_COUNT=4 OMPI_COMM_WORLD_RANK=0 OMPI_COMM_WORLD_SIZE=1",
        "OMPI_COMM_WORLD_RANK: expected the same shard as SLURM_ARRAY_TASK_ID, which says 1/4, received 0/1")]
    public void What_does_not_fit_is_an_error_that_names_the_variable(string? text, int? shards, string variables, string expected)
    {
        ShardSelection.Find(text, shards, Table(variables), out IReadOnlyList<string> errors);
        Assert.That(errors, Has.Some.StartsWith(expected));
    }

    [TestCase(0, 1)]
    [TestCase(0, 3)]
    [TestCase(15, 4)]
    [TestCase(100, 1)]
    [TestCase(100, 3)]
    [TestCase(100, 7)]
    [TestCase(10_000_000, 99_999)]
    public void The_shards_of_a_work_are_all_its_rows_once_and_in_whole_blocks(long rows, int count)
    {
        long next = 0;
        for (int i = 0; i < count; i++)
        {
            (long first, long length) = new Shard(i, count).Range(rows);
            Assert.That((first, length >= 0, first == rows || first % Shard.Block == 0), Is.EqualTo((next, true, true)));
            next += length;
        }
        Assert.That(next, Is.EqualTo(rows));
    }

    private static Dictionary<string, string> Table(string variables) =>
        variables.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(v => v.Split('=')).ToDictionary(v => v[0], v => v[1]);
}
