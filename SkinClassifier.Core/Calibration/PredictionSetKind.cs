namespace SkinClassifier.Calibration;

/// <summary>How the classes of a prediction set are chosen.</summary>
public enum PredictionSetKind
{
    /// <summary>
    /// Every class has its own limit, so that 1 − α of the images of each class have it in their set (Sadinle, Lei and Wasserman, Least ambiguous set-valued
    /// classifiers with bounded error levels, 2019; class-conditional conformal prediction, Vovk 2012).
    /// </summary>
    ClassConditional,

    /// <summary>
    /// One limit for all classes on the sum of the probabilities down to a class, with a penalty for low ranks: 1 − α of all images, not of each class
    /// (RAPS: Angelopoulos, Bates, Malik and Jordan, Uncertainty sets for image classifiers using conformal prediction, 2021; without its random part).
    /// </summary>
    Raps,
}
