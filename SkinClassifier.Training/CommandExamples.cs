using System.CommandLine;

namespace SkinClassifier.Training;

/// <summary>Examples of all verbs, for their help texts.</summary>
internal static class CommandExamples
{
    /// <summary>Lines without the program's name, by the verb; "" is the program itself.</summary>
    public static IReadOnlyDictionary<string, string[]> All { get; } = new Dictionary<string, string[]>
    {
        [""] = ["demo -o demo", "train photos -o run", "predict run/model.zip photo.jpg"],
        ["train"] =
        [
            "train photos -o run",
            "train photos -o run --backbone mobilenet_v2 --group-by patient_id --augment strong",
            "train photos -o run --time-budget 30m",
        ],
        ["evaluate"] =
        [
            "evaluate run/model.zip other-photos -o evaluation",
            "evaluate run/model.zip photos -o evaluation --subset all --tta 4",
            "evaluate run/model.zip photos -o evaluation --robustness --shard 0/4",
        ],
        ["compare-models"] = ["compare-models run1/model.zip run2/model.zip photos -o comparison"],
        ["report"] =
        [
            "report run --tripod --claim",
            "report evaluation --claim -o claim.md",
            "report photos --datasheet -o datasheet.md",
        ],
        ["predict"] =
        [
            "predict run/model.zip photo.jpg",
            "predict run/model.zip photos --top 5 --format csv",
            "predict run/model.zip manifest.csv -o scores --shard 0/4",
        ],
        ["features"] =
        [
            "features photos -o features",
            "features photos -o features --backbone network.onnx --pool both",
            "features photos -o features --shard 0/4",
        ],
        ["merge"] = ["merge scores"],
        ["explain"] =
        [
            "explain run/model.zip photo.jpg -o maps",
            "explain run/model.zip photos -o maps --method layercam --class red --check",
            "explain run/model.zip photos -o maps --method occlusion --maps --format csv",
        ],
        ["ensemble"] = ["ensemble run1/model.zip run2/model.zip -o ensemble.zip"],
        ["lr-find"] = ["lr-find photos -o rates", "lr-find photos -o rates --fine-tune-epochs 3 --from 1e-7 --to 0.1"],
        ["demo"] = ["demo -o demo"],
        ["data inspect"] = ["data inspect photos", "data inspect photos --group-by patient_id --format json"],
        ["data report"] =
        [
            "data report photos -o page.html",
            "data report photos -o page.html --group-by patient_id --suspects label-suspects.csv",
        ],
        ["data preview"] = ["data preview photos -o sheet.png", "data preview photos -o sheet.png --augment strong --images 12"],
        ["data split"] = ["data split photos -o sets --group-by patient_id", "data split photos -o sets --validation 0.15 --test 0.15 --seed 7"],
        ["data suspects"] = ["data suspects photos -o label-suspects.csv", "data suspects photos -o label-suspects.csv --group-by patient_id --folds 10"],
        ["data clean"] = ["data clean photos --apply label-suspects.csv -o reviewed", "data clean photos --apply label-suspects.csv -o reviewed.csv"],
        ["data manifest"] = ["data manifest photos -o manifest.csv", "data manifest - -o manifest.csv"],
        ["data demo"] = ["data demo -o shapes", "data demo -o shapes --per-class 20 --size 64"],
        ["backbones list"] = ["backbones list", "backbones list --format json"],
        ["backbones pull"] = ["backbones pull mobilenet_v2", "backbones pull resnet18 --offline"],
        ["backbones add"] = ["backbones add mobilenet_v2 mobilenet_v2.safetensors"],
        ["backbones verify"] = ["backbones verify"],
        ["inspect"] = ["inspect run/model.zip", "inspect run/model.zip --format json", "inspect network.onnx"],
        ["export"] = ["export run/model.zip -o model.onnx", "export run/model.zip -o model.onnx --opset 17 --float16"],
        ["import"] =
        [
            "import classifier.onnx --labels labels.txt -o model.zip",
            "import classifier.onnx --labels labels.txt -o model.zip --normalize minus1to1 --image-size 299",
        ],
        ["benchmark"] = ["benchmark run/model.zip", "benchmark mobilenet_v2 --batch 1,16 --seconds 5", "benchmark classifier.onnx --format json"],
        ["compare"] = ["compare"],
        ["new console"] = ["new console -o app --model run/model.zip"],
        ["new webapi"] = ["new webapi -o service --model run/model.zip", "new webapi -o service --model run/model.zip --mlnet"],
        ["completions bash"] = ["completions bash"],
        ["completions zsh"] = ["completions zsh"],
        ["completions fish"] = ["completions fish"],
        ["completions pwsh"] = ["completions pwsh"],
    };

    /// <summary>The examples of a verb; of a group of verbs, the first one of each.</summary>
    public static IReadOnlyList<string> Of(Command command, string path) => All.TryGetValue(path, out string[]? own) ? own
        : [.. command.Subcommands.SelectMany(c => Of(c, path.Length == 0 ? c.Name : $"{path} {c.Name}").Take(1))];
}
