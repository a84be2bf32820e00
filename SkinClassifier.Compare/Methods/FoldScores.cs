namespace SkinClassifier.Compare.Methods;

/// <summary>What a method says about the test images of one split or fold, and what it costs.</summary>
/// <param name="Scores">Probabilities [N,K].</param>
/// <param name="SecondsToTrain">Features of the images that were used and the training.</param>
/// <param name="MillisecondsPerImage">From the file to the probabilities.</param>
/// <param name="Megabytes">What a prediction needs on disk.</param>
/// <param name="Note">Something that should be known, for example that the time ran out; null: nothing.</param>
internal sealed record FoldScores(float[] Scores, double SecondsToTrain, double MillisecondsPerImage, double Megabytes, string? Note = null);
