using SkinClassifier.Execution;

namespace SkinClassifier.Trainers.Loop;

/// <summary>A copy of the values of parameters, running statistics included.</summary>
internal sealed class WeightSnapshot
{
    private readonly IReadOnlyList<Parameter> _parameters;

    /// <summary>Copies the current values.</summary>
    public WeightSnapshot(IReadOnlyList<Parameter> parameters)
    {
        _parameters = parameters;
        Values = [.. parameters.Select(p => p.Value.ToArray())];
    }

    /// <summary>The copied values, parameter by parameter.</summary>
    public float[][] Values { get; }

    /// <summary>Copies the current values again.</summary>
    public void Take()
    {
        for (int i = 0; i < Values.Length; i++)
            _parameters[i].Value.CopyTo(Values[i]);
    }

    /// <summary>Writes the copied values back.</summary>
    public void Restore()
    {
        for (int i = 0; i < Values.Length; i++)
            Values[i].CopyTo(_parameters[i].Value);
    }

    /// <summary>Exchanges the copied and the current values.</summary>
    public void Swap()
    {
        for (int i = 0; i < Values.Length; i++)
        {
            float[] current = _parameters[i].Value.ToArray();
            Values[i].CopyTo(_parameters[i].Value);
            current.CopyTo(Values[i], 0);
        }
    }

    /// <summary>Moves the copied values toward the current ones: copy ← decay·copy + (1 − decay)·current.</summary>
    public void Average(float decay)
    {
        for (int i = 0; i < Values.Length; i++)
            ExponentialAverage.Update(Values[i], _parameters[i].Value, decay);
    }
}
