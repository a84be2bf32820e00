using SkinClassifier.Calibration;

namespace SkinClassifier.MLNet.Rows;

/// <summary>What a model's checks say of one image, as two numbers that a saved chain carries behind the scores.</summary>
/// <param name="Familiarity">How much the image is like the training images, above 0 to 1; not-a-number: that is not known.</param>
/// <param name="Problems">Why it cannot be used.</param>
internal readonly record struct CheckedImage(float Familiarity, QualityProblems Problems)
{
    /// <summary>Number of values in a chain.</summary>
    public const int Count = 2;

    /// <summary>
    /// In a chain, for a familiarity that is not known: ML.NET multiplies all values with weights, and no weight makes a number of not-a-number.
    /// </summary>
    private const float Unknown = -1;

    /// <summary>Nothing is known.</summary>
    public static CheckedImage Nothing => new(float.NaN, QualityProblems.None);

    /// <summary>Codes of the reasons against an answer, in the order of <see cref="Prediction.ImagePrediction.Reasons"/>.</summary>
    public IEnumerable<string> Codes => ImageFindings.Codes(Familiarity <= Calibration.Familiarity.Limit, Problems);

    /// <summary>Writes the values [2].</summary>
    public void Write(Span<float> values) =>
        (values[0], values[1]) = (float.IsNaN(Familiarity) ? Unknown : Familiarity, (float)(int)Problems);

    /// <summary>Reads what <see cref="Write"/> wrote; nothing is known where there are no values.</summary>
    public static CheckedImage Read(ReadOnlySpan<float> values) =>
        values.Length < Count || !(values[0] > 0 || values[0] == Unknown) ? Nothing
            : new(values[0] == Unknown ? float.NaN : values[0], (QualityProblems)(int)values[1]);
}
