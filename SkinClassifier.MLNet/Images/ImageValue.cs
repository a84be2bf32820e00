using SkinClassifier.Common;
using SkinClassifier.Data;
using SkinClassifier.Explanations;
using SkinClassifier.Imaging;
using SkinClassifier.Prediction;

namespace SkinClassifier.MLNet.Images;

/// <summary>The image of one row: a file, an encoded image in memory or pixels. Valid until the next row is read.</summary>
internal readonly struct ImageValue
{
    private readonly string? _path;
    private readonly ReadOnlyMemory<byte> _content;
    private readonly RgbImage? _image;

    private ImageValue(string? path, ReadOnlyMemory<byte> content, RgbImage? image) => (_path, _content, _image) = (path, content, image);

    /// <summary>The image in a file.</summary>
    /// <exception cref="InvalidContentException">The path is empty.</exception>
    public static ImageValue OfPath(string path) =>
        path.Length > 0 ? new(path, default, null) : throw new InvalidContentException("The row has no path of an image. Fill the column or filter the row.");

    /// <summary>An encoded image.</summary>
    /// <exception cref="InvalidContentException">There are no bytes.</exception>
    public static ImageValue OfContent(ReadOnlyMemory<byte> content) => content.Length > 0 ? new(null, content, null)
        : throw new InvalidContentException("The row has no bytes of an image. Fill the column or filter the row.");

    /// <summary>A decoded image.</summary>
    public static ImageValue OfImage(RgbImage image) => new(null, default, image);

    /// <summary>The image file's bytes; pixels as PNG.</summary>
    public byte[] ToFile() => _path is not null ? File.ReadAllBytes(_path) : _image is not null ? _image.EncodePng() : _content.ToArray();

    /// <summary>The path; null for an image in memory.</summary>
    public string? Path => _path;

    /// <summary>What an engine says of the image.</summary>
    public ImagePrediction Predict(PredictionEngine engine) =>
        _image is not null ? engine.Predict(_image) : _path is null ? engine.Predict(_content.Span) : engine.Predict(_path);

    /// <summary>What an engine says of the image, and which places raised the score.</summary>
    public ImageExplanation Explain(PredictionEngine engine, ExplanationOptions options) => _image is not null ? engine.Explain(_image, options)
        : _path is null ? engine.Explain(_content.Span, options: options) : engine.Explain(_path, options);

    /// <summary>Writes the planes R, G, B of the image at the size of the preprocessing.</summary>
    public void Read(ImageReader reader, ImagePreprocessor preprocessor, Span<float> planes)
    {
        if (_image is not null)
            preprocessor.Apply(_image, planes);
        else if (_path is null)
            reader.Read(_content.Span, "image", planes);
        else
            reader.Read(_path, planes);
    }

    /// <summary>The decoded image, upright, as large as the file has it.</summary>
    public RgbImage Decode(DecoderOptions? decoder) =>
        _image ?? (_path is null ? RgbImage.Decode(_content.Span, decoder, "image") : RgbImage.Load(_path, decoder));
}
