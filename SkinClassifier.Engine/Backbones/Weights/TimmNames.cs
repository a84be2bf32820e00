using System.Text.RegularExpressions;

namespace SkinClassifier.Backbones.Weights;

/// <summary>
/// timm's parameter names said in the names of our built-in networks, which are torchvision's where torchvision has the network and
/// timm's own elsewhere. Sources: the networks' definitions in github.com/huggingface/pytorch-image-models and github.com/pytorch/vision.
/// </summary>
internal static partial class TimmNames
{
    // Blocks per stage; torchvision numbers MobileNet blocks straight through, timm by stage and block.
    private static readonly int[] _mobileNetV2 = [1, 2, 3, 4, 3, 3, 1], _mobileNetV3 = [1, 2, 3, 4, 2, 3];

    /// <summary>Our name for a timm name, or the name itself when it needs no change.</summary>
    public static string Map(string architecture, string name) => architecture switch
    {
        "mobilenet_v2" => MobileNetV2(name),
        "mobilenet_v3_large" => MobileNetV3(name),
        "efficientnet_b0" => EfficientNet(name, ["conv_dw se conv_pw", "conv_pw conv_dw se conv_pwl"]),
        "efficientnet_v2_s" => EfficientNet(name, ["conv", "conv_exp conv_pwl", "conv_pw conv_dw se conv_pwl"]),
        "convnext_tiny" => ConvNext(name),
        "vgg16" =>
            name.Replace("pre_logits.fc1.", "classifier.0.", StringComparison.Ordinal)
                .Replace("pre_logits.fc2.", "classifier.3.", StringComparison.Ordinal).Replace("head.fc.", "classifier.6.", StringComparison.Ordinal),
        "densenet121" => OldDenseNet().Replace(name, "$1$2$3"),
        _ => name,
    };

    private static string MobileNetV2(string name)
    {
        if (Stem(name, "features.0") is string stem)
            return stem;
        if (Head(name, "features.18") is string head)
            return head;
        if (name.StartsWith("classifier.", StringComparison.Ordinal) && name.Split('.').Length == 2)
            return "classifier.1." + name["classifier.".Length..];
        Match block = TimmBlock().Match(name);
        if (!block.Success)
            return name;
        int stage = Number(block, 1), index = 1 + _mobileNetV2.Take(stage).Sum() + Number(block, 2);
        // The last convolution and its normalization have no sub-block of their own in torchvision.
        string inner = block.Groups[3].Value, rest = block.Groups[4].Value;
        string? place = (stage == 0, inner) switch
        {
            (true, "conv_dw") => "0.0",
            (true, "bn1") => "0.1",
            (true, "conv_pw") => "1",
            (true, "bn2") => "2",
            (false, "conv_pw") => "0.0",
            (false, "bn1") => "0.1",
            (false, "conv_dw") => "1.0",
            (false, "bn2") => "1.1",
            (false, "conv_pwl") => "2",
            (false, "bn3") => "3",
            _ => null,
        };
        return place is null ? name : $"features.{index}.conv.{place}.{rest}";
    }

    private static string MobileNetV3(string name)
    {
        if (Stem(name, "features.0") is string stem)
            return stem;
        if (name.StartsWith("conv_head.", StringComparison.Ordinal))
            return "classifier.0." + name["conv_head.".Length..];
        if (name.StartsWith("classifier.", StringComparison.Ordinal) && name.Split('.').Length == 2)
            return "classifier.3." + name["classifier.".Length..];
        Match block = TimmBlock().Match(name);
        if (!block.Success)
            return name;
        int stage = Number(block, 1);
        if (stage == _mobileNetV3.Length)
            return block.Groups[3].Value switch
            {
                "conv" => $"features.16.0.{block.Groups[4].Value}",
                "bn1" => $"features.16.1.{block.Groups[4].Value}",
                _ => name,
            };
        int index = 1 + _mobileNetV3.Take(stage).Sum() + Number(block, 2);
        bool hasSqueeze = stage is 2 or 4 or 5;
        string parts = stage == 0 ? "conv_dw conv_pw" : hasSqueeze ? "conv_pw conv_dw se conv_pwl" : "conv_pw conv_dw conv_pwl";
        return Inner(block, parts) is string inner ? $"features.{index}.block.{inner}" : name;
    }

    /// <param name="name">timm's name.</param>
    /// <param name="kinds">The parts of a block, for each kind of block in the network.</param>
    private static string EfficientNet(string name, string[] kinds)
    {
        int last = kinds.Length == 2 ? 8 : 7;
        if (Stem(name, "features.0") is string stem)
            return stem;
        if (Head(name, $"features.{last}") is string head)
            return head;
        if (name.StartsWith("classifier.", StringComparison.Ordinal) && name.Split('.').Length == 2)
            return "classifier.1." + name["classifier.".Length..];
        Match block = TimmBlock().Match(name);
        if (!block.Success)
            return name;
        int stage = Number(block, 1), kind = kinds.Length == 2 ? Math.Min(stage, 1) : stage == 0 ? 0 : stage < 3 ? 1 : 2;
        return Inner(block, kinds[kind]) is string inner ? $"features.{stage + 1}.{block.Groups[2].Value}.block.{inner}" : name;
    }

    private static string ConvNext(string name)
    {
        Match match = ConvNextBlock().Match(name);
        if (match.Success)
        {
            string place = match.Groups[3].Value switch
            {
                "conv_dw" => "block.0.",
                "norm" => "block.2.",
                "mlp.fc1" => "block.3.",
                "mlp.fc2" => "block.5.",
                _ => "layer_scale",
            };
            return $"features.{2 * Number(match, 1) + 1}.{match.Groups[2].Value}.{place}{match.Groups[4].Value}";
        }
        match = ConvNextDownsample().Match(name);
        if (match.Success)
            return $"features.{2 * Number(match, 1)}.{match.Groups[2].Value}";
        return name.Replace("stem.", "features.0.", StringComparison.Ordinal).Replace("head.norm.", "classifier.0.", StringComparison.Ordinal)
            .Replace("head.fc.", "classifier.2.", StringComparison.Ordinal);
    }

    private static string? Stem(string name, string to) =>
        name.StartsWith("conv_stem.", StringComparison.Ordinal) ? $"{to}.0.{name["conv_stem.".Length..]}"
        : name.StartsWith("bn1.", StringComparison.Ordinal) ? $"{to}.1.{name["bn1.".Length..]}" : null;

    private static string? Head(string name, string to) =>
        name.StartsWith("conv_head.", StringComparison.Ordinal) ? $"{to}.0.{name["conv_head.".Length..]}"
        : name.StartsWith("bn2.", StringComparison.Ordinal) ? $"{to}.1.{name["bn2.".Length..]}" : null;

    /// <summary>
    /// Place of a timm block's member in a torchvision block: convolution i has the normalization bn(i) and takes one place, as does the squeeze.
    /// </summary>
    private static string? Inner(Match block, string parts)
    {
        string member = block.Groups[3].Value, rest = block.Groups[4].Value;
        string[] places = parts.Split(' ');
        int squeeze = Array.IndexOf(places, "se");
        if (member == "se" && squeeze >= 0)
            return $"{squeeze}.{rest.Replace("conv_reduce.", "fc1.", StringComparison.Ordinal).Replace("conv_expand.", "fc2.", StringComparison.Ordinal)}";
        int place = Array.IndexOf(places, member);
        if (place >= 0)
            return $"{place}.0.{rest}";
        if (!member.StartsWith("bn", StringComparison.Ordinal))
            return null;
        int number = member[2] - '1';
        return $"{(squeeze >= 0 && number >= squeeze ? number + 1 : number)}.1.{rest}";
    }

    private static int Number(Match match, int group) => int.Parse(match.Groups[group].Value, System.Globalization.CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^blocks\.(\d)\.(\d{1,2})\.(conv_dw|conv_pwl|conv_pw|conv_exp|conv|bn1|bn2|bn3|se)\.(.+)$")]
    private static partial Regex TimmBlock();

    [GeneratedRegex(@"^stages\.(\d)\.blocks\.(\d{1,2})\.(?:(conv_dw|norm|mlp\.fc1|mlp\.fc2)\.|gamma)(.*)$")]
    private static partial Regex ConvNextBlock();

    [GeneratedRegex(@"^stages\.(\d)\.downsample\.(.+)$")]
    private static partial Regex ConvNextDownsample();

    // Old torchvision files write "norm.1" and "conv.2" where new ones write "norm1" and "conv2".
    [GeneratedRegex(@"^(.*denselayer\d+\.(?:norm|conv))\.([12])(\..*)$")]
    private static partial Regex OldDenseNet();
}
