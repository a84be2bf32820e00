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
    ];
}
