using SkinClassifier.Execution;
using SkinClassifier.Models;
using SkinClassifier.Trainers.Checkpoints;
using SkinClassifier.Trainers.Optimizers;
using SkinClassifier.Trainers.Settings;

namespace SkinClassifier.Trainers.Loop;

/// <summary>Everything that changes while a phase trains. It writes itself into a checkpoint and reads itself from one.</summary>
internal sealed class LoopState
{
    private readonly IReadOnlyList<Parameter> _parameters;
    private readonly Dictionary<string, int> _places;

    /// <summary>The state before the first step.</summary>
    public LoopState(IReadOnlyList<Parameter> parameters, PhaseSettings settings)
    {
        _parameters = parameters;
        Parameter[] trainable = [.. parameters.Where(p => p.Trainable)];
        _places = Enumerable.Range(0, trainable.Length).ToDictionary(i => trainable[i].Name, StringComparer.Ordinal);
        Optimizer = Optimizer.Create(settings.Optimizer, [.. trainable.Select(p => p.Shape.ElementCount)],
            (float)settings.Options.Momentum, settings.Options.Nesterov, (float)settings.Options.Beta2);
        Best = new BestWeights(parameters);
        Ema = settings.EmaDecay > 0 ? new MovingAverage(parameters, settings.EmaDecay) : null;
        Swa = settings.SwaEpochs > 0 ? new EpochAverage(parameters) : null;
        Tracker = new EarlyStoppingTracker(settings.Options.EarlyStoppingCriteria);
    }

    /// <summary>Whether all weights and running statistics are numbers; a step with a finite loss can leave others behind.</summary>
    public bool IsFinite => _parameters.All(p => !p.Value.ContainsAnyExceptInRange(float.MinValue, float.MaxValue));

    /// <summary>The optimizer and its memory.</summary>
    public Optimizer Optimizer { get; }

    /// <summary>Weights of the best epoch.</summary>
    public BestWeights Best { get; }

    /// <summary>Moving average of the weights, when wanted.</summary>
    public MovingAverage? Ema { get; }

    /// <summary>Mean of the weights at the ends of the last epochs, when wanted.</summary>
    public EpochAverage? Swa { get; }

    /// <summary>Follows the validation metric.</summary>
    public EarlyStoppingTracker Tracker { get; }

    /// <summary>Steps that gave no finite loss or gradient.</summary>
    public BadSteps BadSteps { get; } = new();

    /// <summary>Sums over the steps of this epoch.</summary>
    public EpochTotals Totals { get; } = new();

    /// <summary>Finished epochs.</summary>
    public List<TrainingEpoch> History { get; } = [];

    /// <summary>Validation loss (training loss without a validation set) of each finished epoch.</summary>
    public List<double> Losses { get; } = [];

    /// <summary>0-based epoch that runs or comes next.</summary>
    public int Epoch { get; private set; }

    /// <summary>Batches of this epoch already taken.</summary>
    public int Batch { get; set; }

    /// <summary>Batches begun in this phase, skipped ones included; seeds dropout and mixing.</summary>
    public long Step { get; set; }

    /// <summary>Learning rate of the last step.</summary>
    public double Rate { get; set; }

    /// <summary>The images that epochs leave out, where the network itself trains; null elsewhere.</summary>
    public EasyImages? Easy { get; init; }

    /// <summary>Place in the optimizer of a parameter that trains, also where later plans train fewer.</summary>
    public int PlaceOf(Parameter parameter) => _places[parameter.Name];

    /// <summary>Goes on to the next epoch.</summary>
    public void EndEpoch()
    {
        Easy?.EndEpoch();
        Epoch++;
        Batch = 0;
        Totals.Clear();
    }

    /// <summary>Puts the best weights back and forgets what led away from them.</summary>
    public void RestoreBest()
    {
        Best.Restore();
        Ema?.Restart();
        foreach (float[] memory in Optimizer.State)
            memory.AsSpan().Clear();
        BadSteps.EndRow();
    }

    /// <summary>Writes everything to a checkpoint, or reads it into a new state of the same network and settings.</summary>
    public void Exchange(BinaryExchange io)
    {
        foreach (Parameter parameter in _parameters)
            io.Fill(parameter.Value);
        Best.ExchangeWeights(io);
        io.Fill(Ema?.Values);
        if (Swa is null)
            io.Of(0);
        else
            Swa.Exchange(io);
        io.Fill(Optimizer.State);
        Optimizer.Step = io.Of(Optimizer.Step);
        Tracker.Exchange(io);
        Epoch = io.Of(Epoch);
        Batch = io.Of(Batch);
        Step = io.Of(Step);
        BadSteps.Exchange(io);
        Totals.Exchange(io);
        Best.ExchangeEpoch(io);
        Rate = io.Of(Rate);
        io.List(Losses, 0, io.Of);
        io.List(History);
        Easy?.Exchange(io);
    }
}
