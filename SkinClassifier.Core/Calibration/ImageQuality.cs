using System.Globalization;
using SkinClassifier.Common;

namespace SkinClassifier.Calibration;

/// <summary>
/// Limits beyond which an image is unusable. They come from the training images where those differ from one collection to the next (sharpness), and are fixed
/// numbers, widened where training images lie beyond them, where they do not (darkness, glare, empty and tiny images).
/// </summary>
/// <param name="MinBrightness">Mean luminance below which an image is dark.</param>
/// <param name="MinContrast">Standard deviation of the luminance below which an image is blank.</param>
/// <param name="MinSharpness">Sharpness below which an image is blurred.</param>
/// <param name="MaxGlare">Share of white pixels above which an image has glare.</param>
/// <param name="MinSide">Pixels of the shorter side below which an image is tiny.</param>
internal sealed record ImageQuality(float MinBrightness, float MinContrast, float MinSharpness, float MaxGlare, int MinSide)
{
    /// <summary>Share of training images that may lie beyond a limit taken from them.</summary>
    public const double Outliers = 0.005;

    /// <summary>Fixed limits: they hold where no training image is worse.</summary>
    public const float UsualBrightness = 50, UsualContrast = 4, UsualGlare = 0.05f;

    /// <summary>How near to a limit an image is called nearly unusable: a tenth.</summary>
    public const float Margin = 1.1f;

    private const int SideDivisor = 4;

    /// <summary>
    /// Limits from training images. Sharpness: 0.9 of what all but 0.5 % of them reach. Brightness: 50, or 0.8 of the same where that is darker.
    /// Contrast: 4, or half of the same. Glare: 5 %, or 1.5 times what all but 0.5 % stay below. Shorter side: a quarter of the network's input, or
    /// half of the smallest.
    /// </summary>
    /// <param name="images">What was measured of them, at least one.</param>
    /// <param name="inputSide">The shorter side of the network's input.</param>
    public static ImageQuality Fit(IReadOnlyList<QualityMeasures> images, int inputSide)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentOutOfRangeException.ThrowIfZero(images.Count);
        float Low(Func<QualityMeasures, float> value) => Ranked(images, value)[(int)(Outliers * images.Count)];
        float High(Func<QualityMeasures, float> value) => Ranked(images, value)[images.Count - 1 - (int)(Outliers * images.Count)];
        return new ImageQuality(
            Math.Min(UsualBrightness, 0.8f * Low(i => i.Brightness)),
            Math.Min(UsualContrast, 0.5f * Low(i => i.Contrast)),
            0.9f * Low(i => i.Sharpness),
            Math.Max(UsualGlare, 1.5f * High(i => i.Glare)),
            Math.Min(inputSide / SideDivisor, images.Min(i => i.ShorterSide) / 2));
    }

    /// <summary>What is wrong with an image.</summary>
    public QualityProblems Problems(in QualityMeasures image)
    {
        QualityProblems problems = image.ShorterSide < MinSide ? QualityProblems.Tiny : QualityProblems.None;
        if (image.Brightness < MinBrightness)
            problems |= QualityProblems.Dark;
        if (image.Glare > MaxGlare)
            problems |= QualityProblems.Glare;
        if (image.Contrast < MinContrast)
            return problems | QualityProblems.Blank; // an empty image is never sharp
        return image.Sharpness < MinSharpness ? problems | QualityProblems.Blurred : problems;
    }

    /// <summary>What is not wrong with an image, but would be if the limits were tighter by <see cref="Margin"/>.</summary>
    public QualityProblems NearProblems(in QualityMeasures image) =>
        new ImageQuality(Margin * MinBrightness, Margin * MinContrast, Margin * MinSharpness, MaxGlare / Margin, (int)Math.Ceiling(Margin * MinSide))
            .Problems(image) & ~Problems(image);

    /// <summary>Code and sentence of one problem.</summary>
    /// <param name="problem">The problem.</param>
    /// <param name="image">The image.</param>
    /// <param name="isNear">Whether the image is only near to the limit.</param>
    /// <exception cref="ArgumentOutOfRangeException">Not exactly one problem.</exception>
    public PredictionReason Describe(QualityProblems problem, in QualityMeasures image, bool isNear = false)
    {
        (string code, string state, string numbers) = problem switch
        {
            QualityProblems.Tiny => ("tiny", isNear ? "is nearly too small" : "is tiny",
                $"its shorter side has {image.ShorterSide} pixels, {MinSide} are needed"),
            QualityProblems.Blank => ("blank", isNear ? "is nearly blank" : "is blank",
                Text($"its contrast is {image.Contrast:0.0}, at least {MinContrast:0.0} is needed")),
            QualityProblems.Dark => ("dark", isNear ? "is nearly too dark" : "is dark",
                Text($"its brightness is {image.Brightness:0} of 255, at least {MinBrightness:0} is needed")),
            QualityProblems.Glare => ("glare", isNear ? "has nearly too much glare" : "has glare",
                Text($"{100 * image.Glare:0.#} % of it is pure white, at most {100 * MaxGlare:0.#} % is accepted")),
            QualityProblems.Blurred => ("blurred", isNear ? "is nearly too blurred" : "is blurred",
                Text($"its sharpness is {image.Sharpness:0.00}, training images have at least {MinSharpness:0.00}")),
            _ => throw new ArgumentOutOfRangeException(nameof(problem), problem, "ImageQuality: expected one problem."),
        };
        return new PredictionReason(code, $"The image {state}: {numbers}.");
    }

    /// <summary>Writes the limits.</summary>
    public void Write(BinaryWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        foreach (float limit in (ReadOnlySpan<float>)[MinBrightness, MinContrast, MinSharpness, MaxGlare])
            writer.Write(limit);
        writer.Write(MinSide);
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <param name="reader">At the first limit.</param>
    /// <param name="where">The file, for messages.</param>
    /// <exception cref="InvalidContentException">A limit is no finite number from 0.</exception>
    public static ImageQuality Read(BinaryReader reader, string where)
    {
        ArgumentNullException.ThrowIfNull(reader);
        ImageQuality limits = new(reader.ReadSingle(), reader.ReadSingle(), reader.ReadSingle(), reader.ReadSingle(), reader.ReadInt32());
        foreach (float limit in (ReadOnlySpan<float>)[limits.MinBrightness, limits.MinContrast, limits.MinSharpness, limits.MaxGlare, limits.MinSide])
            if (!float.IsFinite(limit) || limit < 0)
                throw new InvalidContentException(
                    $"{where}: limits of the image quality: expected numbers from 0, received {Text($"{limit}")}. The file is damaged; save the model again.");
        return limits;
    }

    private static float[] Ranked(IReadOnlyList<QualityMeasures> images, Func<QualityMeasures, float> value)
    {
        float[] values = [.. images.Select(value)];
        Array.Sort(values);
        return values;
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
