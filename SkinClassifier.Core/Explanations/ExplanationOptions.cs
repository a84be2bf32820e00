namespace SkinClassifier.Explanations;

/// <summary>What is explained, and how.</summary>
public sealed record ExplanationOptions
{
    /// <summary>The method. Default <see cref="ExplanationMethod.GradCam"/>.</summary>
    public ExplanationMethod Method { get; init; } = ExplanationMethod.GradCam;

    /// <summary>The class whose score is explained; default null: the predicted one.</summary>
    public string? Label { get; init; }

    /// <summary>
    /// The feature map of the CAM methods: name of a value [N,C,H,W] of the network, or of the node that makes it. Default null: the last feature map before
    /// the head; of an ensemble, the last one of each member.
    /// </summary>
    public string? Layer { get; init; }

    /// <summary>
    /// What covers pixels (<see cref="ExplanationMethod.Occlusion"/>) and where the line to the image begins
    /// (<see cref="ExplanationMethod.IntegratedGradients"/>). Default <see cref="ExplanationFill.Mean"/>.
    /// </summary>
    public ExplanationFill Fill { get; init; } = ExplanationFill.Mean;

    /// <summary>
    /// Side of the square that covers pixels, in pixels of the network's input: 1 to its shorter side. Default null: an eighth of the shorter side (28 of 224).
    /// </summary>
    public int? PatchSize { get; init; }

    /// <summary>Pixels from one patch to the next, 1 to <see cref="PatchSize"/>. Default null: half of the patch.</summary>
    public int? PatchStride { get; init; }

    /// <summary>Points on the line from the baseline to the image, for integrated gradients: 1 to 1000. Default 32.</summary>
    public int IntegrationSteps { get; init; } = 32;
}
