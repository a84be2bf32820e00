using SkinClassifier.Execution;
using SkinClassifier.Models;
using SkinClassifier.Trainers.Loop;

namespace SkinClassifier.Trainers.Checkpoints;

/// <summary>The state of a phase and the rows of the history as bytes of a checkpoint.</summary>
internal static class StateRecords
{
    /// <summary>Writes weights, optimizer, averages, best weights and counters.</summary>
    public static void Write(BinaryWriter writer, LoopState state)
    {
        foreach (Parameter parameter in state.Parameters)
            writer.WriteFloats(parameter.Value);
        foreach (float[] best in state.Best.Values)
            writer.WriteFloats(best);
        foreach (float[] average in state.Ema?.Values ?? [])
            writer.WriteFloats(average);
        foreach (float[] average in state.Swa?.Values ?? [])
            writer.WriteFloats(average);
        writer.Write(state.SwaCount);
        foreach (float[] memory in state.Optimizer.State)
            writer.WriteFloats(memory);
        writer.Write(state.Optimizer.Step);
        writer.Write(state.Tracker.BestEpoch);
        writer.Write(state.Tracker.BestValue);
        writer.Write(state.Tracker.BestLoss);
        writer.Write(state.Tracker.Epochs);
        writer.Write(state.Tracker.Waited);
        writer.Write(state.Epoch);
        writer.Write(state.Batch);
        writer.Write(state.Step);
        writer.Write(state.RateFactor);
        writer.Write(state.BadInARow);
        writer.Write(state.BadSteps);
        writer.Write(state.LossSum);
        writer.Write(state.Right);
        writer.Write(state.Counted);
        writer.Write(state.SecondsBefore);
        writer.Write(state.BestEpoch);
        writer.Write(state.Rate);
        writer.Write(state.Losses.Count);
        foreach (double loss in state.Losses)
            writer.Write(loss);
        WriteHistory(writer, state.History);
    }

    /// <summary>Reads what <see cref="Write"/> wrote into a state of the same network and settings.</summary>
    public static void Read(BinaryReader reader, LoopState state)
    {
        foreach (Parameter parameter in state.Parameters)
            reader.ReadFloats(parameter.Value);
        foreach (float[] best in state.Best.Values)
            reader.ReadFloats(best);
        foreach (float[] average in state.Ema?.Values ?? [])
            reader.ReadFloats(average);
        foreach (float[] average in state.Swa?.Values ?? [])
            reader.ReadFloats(average);
        state.SwaCount = reader.ReadInt32();
        foreach (float[] memory in state.Optimizer.State)
            reader.ReadFloats(memory);
        state.Optimizer.Step = reader.ReadInt64();
        state.Tracker.Restore(reader.ReadInt32(), reader.ReadDouble(), reader.ReadDouble(), reader.ReadInt32(), reader.ReadInt32());
        state.Epoch = reader.ReadInt32();
        state.Batch = reader.ReadInt32();
        state.Step = reader.ReadInt64();
        state.RateFactor = reader.ReadDouble();
        state.BadInARow = reader.ReadInt32();
        state.BadSteps = reader.ReadInt32();
        state.LossSum = reader.ReadDouble();
        state.Right = reader.ReadInt64();
        state.Counted = reader.ReadInt32();
        state.SecondsBefore = reader.ReadDouble();
        state.BestEpoch = reader.ReadInt32();
        state.Rate = reader.ReadDouble();
        int losses = reader.ReadInt32();
        for (int i = 0; i < losses; i++)
            state.Losses.Add(reader.ReadDouble());
        state.History.AddRange(ReadHistory(reader));
    }

    /// <summary>Writes rows of the history.</summary>
    public static void WriteHistory(BinaryWriter writer, IReadOnlyList<TrainingEpoch> rows)
    {
        writer.Write(rows.Count);
        foreach (TrainingEpoch row in rows)
        {
            writer.Write(row.Epoch);
            writer.Write(row.Phase);
            writer.Write(row.TrainLoss);
            writer.Write(row.TrainAccuracy);
            writer.WriteOptional(row.ValidationLoss);
            writer.WriteOptional(row.ValidationAccuracy);
            writer.Write(row.LearningRate);
            writer.Write(row.Seconds);
        }
    }

    /// <summary>Reads rows of the history.</summary>
    public static List<TrainingEpoch> ReadHistory(BinaryReader reader)
    {
        List<TrainingEpoch> rows = [];
        for (int count = reader.ReadInt32(); count > 0; count--)
            rows.Add(new TrainingEpoch(reader.ReadInt32(), reader.ReadString(), reader.ReadDouble(), reader.ReadDouble(), reader.ReadOptional(), reader.ReadOptional(), reader.ReadDouble(), reader.ReadDouble()));
        return rows;
    }
}
