using SkinClassifier.Prediction;

namespace SkinClassifier.Explanations;

/// <summary>A rectangle of an image, in pixels.</summary>
/// <param name="Left">First column.</param>
/// <param name="Top">First row.</param>
/// <param name="Width">Columns.</param>
/// <param name="Height">Rows.</param>
public readonly record struct ImageArea(int Left, int Top, int Width, int Height);

/// <summary>
/// Which places of an image raised the score of a class. A heat map says where the network looked, not whether it is right, and not what it saw there.
/// </summary>
public sealed class ImageExplanation
{
    internal ImageExplanation(ImagePrediction prediction, string label, ExplanationMethod method, string? layer, int width, int height)
    {
        (Prediction, Label, Method, Layer, Width, Height) = (prediction, label, method, layer, width, height);
    }

    /// <summary>What the model says about the image.</summary>
    public ImagePrediction Prediction { get; }

    /// <summary>The class whose score is explained.</summary>
    public string Label { get; }

    /// <summary>How the map was computed.</summary>
    public ExplanationMethod Method { get; }

    /// <summary>
    /// Name of the feature map that was read, of an ensemble's members with commas between; null for methods that read none.
    /// </summary>
    public string? Layer { get; }

    /// <summary>Columns of the image as it is shown, after its orientation (EXIF) was applied, and of the maps.</summary>
    public int Width { get; }

    /// <summary>Rows of the image as it is shown, and of the maps.</summary>
    public int Height { get; }

    /// <summary>
    /// The part of the image that the network has seen: all of it, or what is left after the crop to the network's proportions. The maps are 0 outside.
    /// </summary>
    public ImageArea Seen { get; internal init; }

    /// <summary>
    /// The map in the method's own unit, [Height,Width], row by row. CAM methods: the sum after ReLU, in units of the score before softmax, never negative;
    /// of several feature maps (an ensemble) the mean of their maps from 0 to 1. Occlusion: by how much the probability falls when the place is covered,
    /// −1 to 1. Integrated gradients: the part of the score difference per pixel of the network's input, of either sign.
    /// </summary>
    public ReadOnlyMemory<float> Raw { get; internal init; }

    /// <summary>
    /// The map from 0 to 1, [Height,Width], row by row: 1 at the strongest place of the network's input. CAM methods: 0 at the weakest place of the input.
    /// Occlusion and integrated gradients: 0 where the class gains nothing. All 0 where no place gains.
    /// </summary>
    public ReadOnlyMemory<float> Map { get; internal init; }
}
