namespace SkinClassifier.Data.Augmentations;

/// <summary>The ready-made augmentation lists, in the JSON form that users write too.</summary>
internal static class AugmentationPresets
{
    /// <summary>Name and list of every preset, from weak to strong.</summary>
    public static IReadOnlyList<(string Name, string Json)> All { get; } =
    [
        ("none", "[]"),
        ("light", """
            [
              { "type": "flip_horizontal" },
              { "type": "flip_vertical" },
              { "type": "quarter_turns" }
            ]
            """),
        ("standard", """
            [
              { "type": "flip_horizontal" },
              { "type": "flip_vertical" },
              { "type": "quarter_turns" },
              { "type": "rotation", "degrees": [-20, 20], "probability": 0.7 },
              { "type": "random_resized_crop", "area": [0.7, 1], "ratio": [0.85, 1.18] },
              { "type": "brightness", "factor": [0.85, 1.15] },
              { "type": "contrast", "factor": [0.85, 1.15] },
              { "type": "saturation", "factor": [0.8, 1.2] },
              { "type": "hue", "degrees": [-5, 5] }
            ]
            """),
        ("strong", """
            [
              { "type": "flip_horizontal" },
              { "type": "flip_vertical" },
              { "type": "rotation", "degrees": [-180, 180] },
              { "type": "random_resized_crop", "area": [0.4, 1], "ratio": [0.75, 1.33] },
              { "type": "shear", "x": [-8, 8], "y": [-8, 8], "probability": 0.3 },
              { "type": "gaussian_blur", "sigma": [0.3, 1.5], "probability": 0.15 },
              { "type": "sharpness", "factor": [0.5, 2], "probability": 0.15 },
              { "type": "brightness", "factor": [0.7, 1.3] },
              { "type": "contrast", "factor": [0.7, 1.3] },
              { "type": "saturation", "factor": [0.6, 1.4] },
              { "type": "hue", "degrees": [-10, 10] },
              { "type": "color_cast", "factor": [0.9, 1.1], "probability": 0.5 },
              { "type": "noise", "deviation": [2, 8], "probability": 0.15 },
              { "type": "hair", "probability": 0.2 },
              { "type": "ruler", "probability": 0.05 },
              { "type": "vignette", "probability": 0.15 },
              { "type": "random_erasing", "area": [0.02, 0.12], "probability": 0.25 }
            ]
            """),
    ];
}
