namespace SkinClassifier.Calibration;

/// <summary>Whether a model stands by the class that it predicts for an image.</summary>
public enum PredictionDecision
{
    /// <summary>The predicted class is the answer.</summary>
    Answer,

    /// <summary>No answer: a person should look. The reasons say why; the predicted class stays there for comparison.</summary>
    Abstain,
}
