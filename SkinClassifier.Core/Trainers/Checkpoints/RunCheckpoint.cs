using SkinClassifier.Common;
using SkinClassifier.Trainers.Loop;
using SkinClassifier.Trainers.Networks;
using SkinClassifier.Trainers.Phases;

namespace SkinClassifier.Trainers.Checkpoints;

/// <summary>
/// The checkpoint of a run: which phase it is in, what earlier ones reached, and the state of this one. One that cannot be written is a warning.
/// </summary>
internal sealed class RunCheckpoint
{
    private readonly RunSetup _run;
    private readonly CheckpointFile _file;
    private readonly CheckpointClock _clock;
    private string? _resumed;

    private RunCheckpoint(RunSetup run, string folder)
    {
        _run = run;
        _clock = new CheckpointClock(TimeSpan.FromMinutes(run.Options.CheckpointMinutes), run.Reporter);
        _file = new CheckpointFile(folder, KeyOf(run));
        _resumed = run.Options.Resume && _file.Exists ? _file.Load(reader => reader.ReadString()) : null;
        if (run.Group.Any(_resumed is null) && run.Group.Any(_resumed is not null))
            throw new InvalidContentException($"{_file.FilePath}: expected a checkpoint that all processes find, "
                + $"{(_resumed is null ? "this one" : "another one")} does not. Use a folder that all machines share.");
        if (run.Group is not { Rank: > 0 })
            CleanUp();
    }

    /// <summary>Opens the checkpoint that the options name; null: they name none.</summary>
    /// <exception cref="InvalidContentException">The run is to go on from a checkpoint that is damaged, or that other processes do not find.</exception>
    /// <exception cref="ArgumentException">The checkpoint was made with other data or options.</exception>
    public static RunCheckpoint? Open(RunSetup run) => run.Options.CheckpointPath is { } folder ? new RunCheckpoint(run, folder) : null;

    /// <summary>Fingerprints of everything that decides what a run trains.</summary>
    public static string KeyOf(RunSetup run) => RunKey.Of(
        run.Options, [run.HeadSettings, run.FineTuneSettings, run.ScratchSettings], run.Train, run.Validation, NetworkHash.Of(run.Backbone.Features));

    /// <summary>Whether it says that the head's phase is over.</summary>
    public bool HeadIsDone => _resumed is not null && _resumed != _run.HeadSettings.Phase;

    /// <summary>Whether the run goes on within a phase.</summary>
    public bool Resumes(string phase) => _resumed == phase;

    /// <summary>Notes that a phase begins.</summary>
    public void Begin() => _clock.Restart();

    /// <summary>Reads what <see cref="Save"/> wrote, once.</summary>
    public void Load(RunRecord record, LoopState state)
    {
        string phase = _file.Load(reader => Exchange(new BinaryExchange(reader), "", record, state));
        // Until all have read it, it must not be replaced.
        _run.Group.Meet();
        _run.Reporter.Report($"resumed from {_file.FilePath}: {phase}, epoch {state.Epoch + 1}, step {state.Batch + 1}");
        _resumed = null;
    }

    /// <summary>Writes a checkpoint when it is time, or when it must be.</summary>
    public void Save(RunRecord record, LoopState state, string phase, bool must)
    {
        if (_run.Group is { Rank: > 0 } || !_clock.IsDue(must))
            return;
        try
        {
            _file.Save(writer => Exchange(new BinaryExchange(writer), phase, record, state));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            _run.Reporter.Warn("", $"The checkpoint could not be written: {error.Message} The run continues.");
        }
        _clock.Restart();
    }

    private string Exchange(BinaryExchange io, string phase, RunRecord record, LoopState state)
    {
        phase = io.Of(phase);
        record.Exchange(io, _run.HeadSettings);
        state.Exchange(io);
        return phase;
    }

    private void CleanUp()
    {
        try
        {
            _file.DeleteUnfinished();
            if (_resumed is null && _file.Exists)
                _file.Delete();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            _run.Reporter.Warn("",
                $"What an earlier run left in the folder of the checkpoint could not be deleted: {error.Message} The run continues.");
        }
    }
}
