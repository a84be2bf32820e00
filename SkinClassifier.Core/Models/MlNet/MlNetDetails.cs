using System.Buffers.Binary;
using System.Globalization;
using SkinClassifier.Common;

namespace SkinClassifier.Models.MlNet;

/// <summary>What the bodies of the known parts say, in words. A part or version that is not known is described by its size and strings.</summary>
internal sealed class MlNetDetails
{
    private readonly MlNetEnvelope _part;
    private readonly MlNetFolder _folder;
    private readonly List<string> _lines = [];

    private MlNetDetails(MlNetEnvelope part, MlNetFolder folder)
    {
        _part = part;
        _folder = folder;
    }

    /// <summary>Lines about the part.</summary>
    public IReadOnlyList<string> Lines => _lines;

    /// <summary>Class names that the part holds.</summary>
    public IReadOnlyList<string> Labels { get; private set; } = [];

    /// <summary>The network that a TensorFlow model came from, as guessed.</summary>
    public string? Architecture { get; private set; }

    /// <summary>Reads the body and, where the part keeps its facts there, the streams beside it.</summary>
    public static MlNetDetails Read(MlNetEnvelope part, MlNetFolder folder)
    {
        MlNetDetails details = new(part, folder);
        MlNetBytes body = part.Body();
        switch (part.Signature, part.VersionWritten)
        {
            case ("XF CHAIN", 0x00010001): details.Chain(ref body); break;
            case ("IMGLOADR", 0x00010003): details.LoadImages(ref body); break;
            case ("IMGSCALF", 0x00010003): details.ResizeImages(ref body); break;
            case ("IMGPXEXT", 0x00010003): details.ExtractPixels(ref body); break;
            case ("ONNXSCOR", 0x00010003): details.Onnx(ref body); break;
            case ("MC  PRED", 0x00010002): details.Prediction(ref body); break;
            case ("MULTI LR", 0x00010003) or ("MCLINEAR", 0x00010001): details.Linear(ref body); break;
            case ("KEY2VALT", 0x00010001) or ("COPYCOLT", 0x00010001): details.Columns(ref body, withFlag: false); break;
            case ("TERMTRNF", 0x00010003): details.Columns(ref body, withFlag: true); break;
            case ("TERM MAN", 0x00010002): details.Vocabulary(ref body); break;
            case ("IMAGPRED", 0x00010001): details.ImagePredictor(ref body); break;
            default: details.Unknown(); return details;
        }
        if (body.Left > 0)
            details._lines.Add($"and {body.Left} bytes that are not known here");
        return details;
    }

    private void Chain(ref MlNetBytes body)
    {
        int steps = body.Count(4);
        body.Take(4L * steps);
        _lines.Add($"{steps} steps");
        for (int i = 0; i < steps; i++)
            if (!_folder.Folders.ContainsKey($"Transform_{i:D3}"))
                throw new InvalidContentException($"{_part.Where}: expected {steps} steps, the folder Transform_{i:D3} is missing. The file is damaged.");
    }

    private void LoadImages(ref MlNetBytes body)
    {
        for (int left = body.Count(12); left > 0; left--)
        {
            string output = _part.Name(ref body), input = _part.Name(ref body), folder = _part.Name(ref body);
            _lines.Add($"{input} → {output}{(folder.Length == 0 ? "" : $", folder {folder}")}");
        }
        _lines.Add(body.Byte() == 0 ? "as raw bytes" : "as images");
    }

    private void ResizeImages(ref MlNetBytes body)
    {
        foreach (string columns in Pairs(ref body, 18))
        {
            int width = body.Int32(), height = body.Int32();
            byte kind = body.Byte(), anchor = body.Byte();
            string how = kind switch { 0 => "IsoPad", 1 => "IsoCrop", 2 => "Fill", _ => $"kind {kind}" };
            string where = anchor switch { 0 => "Right", 1 => "Left", 2 => "Top", 3 => "Bottom", 4 => "Center", _ => $"anchor {anchor}" };
            _lines.Add($"{columns}, {width}×{height}, {how}, {where}");
        }
    }

    private void ExtractPixels(ref MlNetBytes body)
    {
        foreach (string columns in Pairs(ref body, 20))
        {
            byte colors = body.Byte(), order = body.Byte(), asFloat = body.Byte();
            float offset = body.Single(), scale = body.Single();
            byte interleave = body.Byte();
            string names = string.Concat("ARGB".Where((_, i) => (colors >> i & 1) != 0));
            _lines.Add($"{columns}, colors {names} (order {order}), {(asFloat == 0 ? "bytes" : "float")}, offset {Number(offset)}, scale "
                + $"{Number(scale)}, {(interleave == 0 ? "planes" : "interleaved")}");
        }
    }

    private void Onnx(ref MlNetBytes body)
    {
        string[] inputs = Names(ref body), outputs = Names(ref body);
        _lines.Add($"{string.Join(", ", inputs)} → {string.Join(", ", outputs)}");
        if (body.Left == 8 && body.Int32() == 0)
            _lines.Add($"protobuf depth at most {body.Int32()}");
        CheckLengthPrefix("OnnxModel");
    }

    private void Prediction(ref MlNetBytes body)
    {
        string feature = _part.Name(ref body), label = _part.Name(ref body), score = _part.Name(ref body), predicted = _part.Name(ref body);
        _lines.Add($"{feature} → {score}, {predicted}; label {label}");
        if (!_folder.Entries.ContainsKey("TrainSchema"))
            return;
        foreach (IdvFoundColumn column in new IdvReader(_folder.Read("TrainSchema"), _folder.Where("TrainSchema")).Columns())
        {
            _lines.Add($"trained on {column.Name}: {column.Type}");
            if (column.Name == label)
                Labels = column.KeyNames;
        }
    }

    private void Linear(ref MlNetBytes body)
    {
        int size = body.Int32(), features = body.Int32(), classes = body.Count(4);
        if (size != 4 || features < 0)
            throw new InvalidContentException(
                $"{_part.Where}: expected floats of 4 bytes and a number of features, received {size} and {features}. The file is damaged.");
        body.Take(4L * classes);
        int starts = body.Count(4);
        body.Take(4L * starts);
        int indices = body.Count(4);
        body.Take(4L * indices);
        int weights = body.Count(4);
        body.Take(4L * weights);
        if (starts == 0 ? weights != (long)features * classes : starts != classes + 1L || indices != weights)
            throw new InvalidContentException($"{_part.Where}: expected weights of {classes} classes over {features} features, received {weights} "
                + $"weights, {indices} columns and {starts} row starts. The file is damaged.");
        _lines.Add($"{features} features → {classes} classes, {(starts == 0 ? "dense" : $"sparse, {weights} weights")}");
    }

    private void Columns(ref MlNetBytes body, bool withFlag)
    {
        for (int left = body.Count(withFlag ? 9 : 8); left > 0; left--)
        {
            string output = _part.Name(ref body), input = _part.Name(ref body);
            _lines.Add(withFlag && body.Byte() != 0 ? $"{input} → {output}, names as text" : $"{input} → {output}");
        }
    }

    private void Vocabulary(ref MlNetBytes body)
    {
        for (int left = body.Count(5); left > 0; left--)
        {
            byte kind = body.Byte();
            if (kind != 0)
            {
                _lines.Add($"terms of kind {kind}");
                return;
            }
            string[] terms = Names(ref body);
            _lines.Add($"{terms.Length} terms of text");
            Labels = terms;
        }
    }

    private void ImagePredictor(ref MlNetBytes body)
    {
        int size = body.Int32(), classes = body.Int32();
        string imageIn = body.Text(), imageOut = body.Text(), graphIn = body.Text(), graphOut = body.Text();
        _lines.Add($"{classes} classes");
        _lines.Add($"preprocessing {imageIn} → {imageOut}; network {graphIn} → {graphOut}");
        if (size != 4)
            _lines.Add($"numbers of {size} bytes");
        Architecture = TensorFlowNames.Guess([imageIn, imageOut, graphIn, graphOut]);
        if (_folder.Entries.ContainsKey("TFModel"))
        {
            CheckLengthPrefix("TFModel");
            using Stream stream = _folder.Open("TFModel");
            Architecture ??= TensorFlowNames.Guess(stream, _folder.Where("TFModel"));
        }
        _lines.Add($"architecture {Architecture ?? "not recognized"}");
    }

    private void Unknown()
    {
        _lines.Add($"not known here: body of {_part.BodyLength} bytes");
        if (_part.Strings.Count > 0)
            _lines.Add($"strings: {MlNetModelText.List(_part.Strings)}");
    }

    /// <summary>"input → output" of every column of a step: ML.NET writes all names first, then what it knows of each column.</summary>
    private string[] Pairs(ref MlNetBytes body, int bytesPerColumn)
    {
        string[] pairs = new string[body.Count(bytesPerColumn)];
        for (int i = 0; i < pairs.Length; i++)
        {
            string output = _part.Name(ref body);
            pairs[i] = $"{_part.Name(ref body)} → {output}";
        }
        return pairs;
    }

    private string[] Names(ref MlNetBytes body)
    {
        string[] names = new string[body.Count(4)];
        for (int i = 0; i < names.Length; i++)
            names[i] = _part.Name(ref body);
        return names;
    }

    private void CheckLengthPrefix(string stream)
    {
        if (!_folder.Entries.TryGetValue(stream, out System.IO.Compression.ZipArchiveEntry? entry))
            throw new InvalidContentException($"{_part.Where}: expected the entry {stream} beside it, received none. The file is damaged.");
        byte[] prefix = new byte[4];
        using Stream content = _folder.Open(stream);
        if (content.ReadAtLeast(prefix, 4, throwOnEndOfStream: false) < 4 || BinaryPrimitives.ReadInt32LittleEndian(prefix) != entry.Length - 4)
            throw new InvalidContentException($"{_folder.Where(stream)}: expected its length less four ({entry.Length - 4}) in the first four bytes, "
                + $"received {BinaryPrimitives.ReadInt32LittleEndian(prefix)}. The file is damaged.");
    }

    private static string Number(float value) => value.ToString(CultureInfo.InvariantCulture);
}
