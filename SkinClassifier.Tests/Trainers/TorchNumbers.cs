using System.Text.Json;

namespace SkinClassifier.Tests.Trainers;

/// <summary>Numbers recorded from PyTorch by assets/golden/trainers/record_torch.py.</summary>
internal static class TorchNumbers
{
    private static readonly JsonElement Root = JsonDocument.Parse(File.ReadAllText(SharedFiles.Asset("golden", "trainers", "torch.json"))).RootElement;

    public static IEnumerable<TestCaseData> Losses => Cases("losses");

    public static IEnumerable<TestCaseData> Optimizers => Cases("optimizers");

    public static IEnumerable<TestCaseData> Schedules => Cases("schedules");

    public static IEnumerable<TestCaseData> Cycled => Cases("cycled");

    public static IEnumerable<TestCaseData> Distillations => Cases("distillation");

    public static JsonElement Averaging => Root.GetProperty("averaging");

    public static JsonElement Constancy => Root.GetProperty("constancy");

    private static IEnumerable<TestCaseData> Cases(string section) =>
        Root.GetProperty(section).EnumerateArray().Select(e => new TestCaseData(e).SetArgDisplayNames(Text(e, "kind") + " " + Text(e, "name")));

    public static float[] Floats(JsonElement element, string name) => [.. element.GetProperty(name).EnumerateArray().Select(v => (float)v.GetDouble())];

    public static double Number(JsonElement element, string name) => element.GetProperty(name).GetDouble();

    public static string Text(JsonElement element, string name) => element.TryGetProperty(name, out JsonElement value) ? value.GetString()! : "";
}
