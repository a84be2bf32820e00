namespace SkinClassifier.Execution.Training;

/// <summary>Finds out, in backward order, which step writes the gradient of a value first and which one reads it last.</summary>
internal sealed class GradientPlan
{
    private readonly Dictionary<BlockedValue, int> _places = [];
    private readonly List<(BlockedValue Value, int Claimed, int Completed, int Released)> _gradients = [];

    /// <summary>The step whose claims follow.</summary>
    public int Step { get; set; }

    /// <summary>Values with a gradient, the steps that write it first and last and the one that reads it last, −1 when none says so.</summary>
    public IReadOnlyList<(BlockedValue Value, int Claimed, int Completed, int Released)> Gradients => _gradients;

    /// <summary>Claims the right to write the gradient of <paramref name="value"/>; false: it is the first write, true: it must add.</summary>
    public bool Claim(BlockedValue value)
    {
        if (_places.TryGetValue(value, out int place))
        {
            _gradients[place] = _gradients[place] with { Completed = Step };
            return true;
        }
        _places[value] = _gradients.Count;
        value.Gradient = value.Stored.Like();
        _gradients.Add((value, Step, Step, -1));
        return false;
    }

    /// <summary><see cref="Claim"/> where a gradient of <paramref name="value"/> is needed at all, else false.</summary>
    public bool ClaimNeeded(BlockedValue value) => value.NeedsGradient && Claim(value);

    /// <summary>Marks the gradient of <paramref name="value"/> as no longer read.</summary>
    public void Release(BlockedValue value)
    {
        if (_places.TryGetValue(value, out int place))
            _gradients[place] = _gradients[place] with { Released = Step };
    }
}
