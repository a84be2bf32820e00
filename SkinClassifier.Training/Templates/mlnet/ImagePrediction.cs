/// <summary>A class name with its probability.</summary>
public sealed record LabelScore(string Label, float Score);

/// <summary>What the model says about one image: the class and all classes with their probabilities, highest first.</summary>
public sealed record ImagePrediction(string PredictedLabel, IReadOnlyList<LabelScore> Scores);
