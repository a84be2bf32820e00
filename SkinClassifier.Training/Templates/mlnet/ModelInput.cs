/// <summary>What a prediction starts from: the input column of the chain in model.zip.</summary>
public sealed class ModelInput
{
    /// <summary>Path of an image file. It must exist and must not be empty: ML.NET predicts on a black image for an empty path.</summary>
    public string ImagePath { get; set; } = "";
}
