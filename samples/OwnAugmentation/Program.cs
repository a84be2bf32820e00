// An augmentation list of your own, with a change of your own in it: writes a contact sheet of it, then trains with it.
// For research and decision support only; not a medical device.
using SkinClassifier.Backbones;
using SkinClassifier.Common;
using SkinClassifier.Data;
using SkinClassifier.Data.Augmentations;
using SkinClassifier.Imaging;
using SkinClassifier.Models;
using SkinClassifier.Trainers;

if (args.Length != 2)
{
    Console.Error.WriteLine("usage: dotnet run -- FOLDER SHEET.png");
    return 2;
}

try
{
    // A change of your own: a copy of the image to write to, and random numbers that follow from seed, epoch and image.
    AugmentationPipeline.Register("warm_light", probability: 0.5, (image, random) =>
    {
        double red = 1 + 0.15 * random.NextDouble();
        Span<byte> pixels = image.Pixels; // R, G, B, R, G, B …
        for (int i = 0; i < pixels.Length; i += 3)
            pixels[i] = (byte)Math.Min(255, pixels[i] * red);
        return image;
    });

    // docs/augmentation.md lists all types. The geometric ones first: they are combined into one resampling.
    AugmentationPipeline augmentation = AugmentationPipeline.FromJson("""
        [
          { "type": "quarter_turns" },
          { "type": "rotation", "degrees": [-15, 15], "probability": 0.8 },
          { "type": "brightness", "factor": [0.9, 1.1] },
          { "type": "warm_light" },
          { "type": "hair", "count": [3, 10], "probability": 0.3 }
        ]
        """, "gentle with hairs");

    ImageDataset photos = ImageDataset.FromFolder(args[0]);
    RgbImage[] first = [.. photos.Examples.Take(4).Select(example => RgbImage.Load(example.File!))];
    AugmentationSheet.Draw(first, augmentation, seed: 1).Save(args[1]);

    ImageClassificationTrainer trainer = new(new() { Arch = Architecture.SmallCnn, ImageSize = 64, Epoch = 3, Augmentation = augmentation });
    ImageClassificationModel model = trainer.Fit(photos);
    Console.WriteLine($"trained on {photos.Examples.Count} images of {model.Labels.Count} classes with '{augmentation.Name}'; sheet: {args[1]}");
    return 0;
}
catch (Exception error) when (error is SkinClassifierException or IOException)
{
    Console.Error.WriteLine(error.Message);
    return 3;
}
