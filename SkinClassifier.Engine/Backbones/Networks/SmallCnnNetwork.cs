using SkinClassifier.Graphs;

namespace SkinClassifier.Backbones.Networks;

/// <summary>
/// A small network for training from scratch on 128 × 128 images: four blocks of Conv 3×3, BatchNormalization, ReLU and
/// MaxPool 2×2 with 16, 32, 64 and 128 channels (times the width), global average pooling and one dense layer.
/// Convolutions start Kaiming normal (fan out), the dense layer at ±1/√F.
/// </summary>
internal static class SmallCnnNetwork
{
    public static Architecture Architecture { get; } =
        new("small_cnn", "SmallCnn", 128, Normalization.MinusOneToOne, 226_680, Features, Classifier) { HasWidths = true };

    private static BackboneTaps Features(GraphBuilder b, string input, BackboneOptions options)
    {
        string x = input;
        for (int block = 0; block < 4; block++)
        {
            x = b.Conv(x, $"block{block}.conv", Channels.Round((16 << block) * options.WidthMultiplier), 3, 1, 1);
            x = b.Relu(b.BatchNormalization(x, $"block{block}.norm"), $"block{block}.relu");
            x = b.MaxPool(x, $"block{block}.pool", 2);
        }
        return new BackboneTaps(b.Flatten(b.GlobalAveragePool(x, "avgpool"), "flatten"), x);
    }

    private static string Classifier(GraphBuilder b, BackboneTaps taps, BackboneOptions options) =>
        b.Gemm(taps.FeatureTensor, "classifier", options.Classes);
}
