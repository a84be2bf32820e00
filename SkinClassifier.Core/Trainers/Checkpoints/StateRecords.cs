using SkinClassifier.Execution;
using SkinClassifier.Models;
using SkinClassifier.Trainers.Loop;

namespace SkinClassifier.Trainers.Checkpoints;

/// <summary>The state of a phase and the rows of the history as bytes of a checkpoint.</summary>
internal static class StateRecords
{
    private static readonly TrainingEpoch _empty = new(0, "", 0, 0, null, null, 0, 0);

    /// <summary>Writes weights, optimizer, averages, best weights and counters.</summary>
    public static void Write(BinaryWriter writer, LoopState state) => Exchange(new BinaryExchange(writer), state);

    /// <summary>Reads what <see cref="Write"/> wrote into a new state of the same network and settings.</summary>
    public static void Read(BinaryReader reader, LoopState state) => Exchange(new BinaryExchange(reader), state);

    /// <summary>Writes rows of the history.</summary>
    public static void WriteHistory(BinaryWriter writer, IReadOnlyList<TrainingEpoch> rows) => Exchange(new BinaryExchange(writer), [.. rows]);

    /// <summary>Reads rows of the history.</summary>
    public static List<TrainingEpoch> ReadHistory(BinaryReader reader)
    {
        List<TrainingEpoch> rows = [];
        Exchange(new BinaryExchange(reader), rows);
        return rows;
    }

    private static void Exchange(BinaryExchange io, LoopState state)
    {
        foreach (Parameter parameter in state.Parameters)
            io.Fill(parameter.Value);
        io.Fill(state.Best.Values);
        io.Fill(state.Ema?.Values);
        io.Fill(state.Swa?.Values);
        state.SwaCount = io.Of(state.SwaCount);
        io.Fill(state.Optimizer.State);
        state.Optimizer.Step = io.Of(state.Optimizer.Step);
        EarlyStoppingTracker tracker = state.Tracker;
        tracker.Restore(io.Of(tracker.BestEpoch), io.Of(tracker.BestValue), io.Of(tracker.BestLoss), io.Of(tracker.Epochs), io.Of(tracker.Waited));
        state.Epoch = io.Of(state.Epoch);
        state.Batch = io.Of(state.Batch);
        state.Step = io.Of(state.Step);
        state.RateFactor = io.Of(state.RateFactor);
        state.BadInARow = io.Of(state.BadInARow);
        state.BadSteps = io.Of(state.BadSteps);
        state.LossSum = io.Of(state.LossSum);
        state.Right = io.Of(state.Right);
        state.Counted = io.Of(state.Counted);
        state.SecondsBefore = io.Of(state.SecondsBefore);
        state.BestEpoch = io.Of(state.BestEpoch);
        state.Rate = io.Of(state.Rate);
        io.List(state.Losses, 0, io.Of);
        Exchange(io, state.History);
    }

    private static void Exchange(BinaryExchange io, List<TrainingEpoch> rows) => io.List(rows, _empty, row => new TrainingEpoch(
        io.Of(row.Epoch), io.Of(row.Phase), io.Of(row.TrainLoss), io.Of(row.TrainAccuracy), io.Of(row.ValidationLoss), io.Of(row.ValidationAccuracy),
        io.Of(row.LearningRate), io.Of(row.Seconds)));
}
