/// <summary>What a prediction gives: output columns of the chain in model.zip.</summary>
public sealed class ModelOutput
{
    /// <summary>One probability per class, in the order of the column's slot names.</summary>
    public float[] Score { get; set; } = [];

    /// <summary>Name of the class with the highest probability.</summary>
    public string PredictedLabel { get; set; } = "";
}
