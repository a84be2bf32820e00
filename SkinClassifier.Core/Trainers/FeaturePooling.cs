namespace SkinClassifier.Trainers;

/// <summary>How the last feature map [N,C,H,W] of a backbone becomes the features that the head reads.</summary>
public enum FeaturePooling
{
    /// <summary>Mean over the area, [N,C]; features that the network itself has pooled stay as they are.</summary>
    Average,

    /// <summary>Largest value over the area, [N,C]: asks whether something is anywhere in the image, not how much of it.</summary>
    Max,

    /// <summary>Mean and largest value side by side, [N,2C].</summary>
    Both,
}
