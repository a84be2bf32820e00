using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;
using SkinClassifier.Data.Synthetic;
using SkinClassifier.Imaging;
using SkinClassifier.Models;
using SkinClassifier.Prediction;
using SkinClassifier.Tests.Models;

namespace SkinClassifier.Tests.House;

/// <summary>The programs of samples/ do what samples/README.md says, on synthetic images.</summary>
[NonParallelizable]
public sealed partial class SamplesTests
{
    private TemporaryFolder _folder = null!;
    private string _photos = "";

    private static string Configuration =>
        AppContext.BaseDirectory.Contains($"{Path.DirectorySeparatorChar}Debug{Path.DirectorySeparatorChar}") ? "Debug" : "Release";

    [OneTimeSetUp]
    public void Write()
    {
        _folder = new TemporaryFolder();
        _photos = _folder.File("photos");
        SyntheticDataset.Write(_photos, perClass: 8, size: 64);
    }

    [OneTimeTearDown]
    public void CleanUp() => _folder.Dispose();

    [Test]
    public void Train_from_code_saves_a_model_that_predicts()
    {
        string model = _folder.File("trained.zip"), image = Directory.EnumerateFiles(_photos, "*.png", SearchOption.AllDirectories).First();
        Assert.That(Run("TrainFromCode", 0, _photos, model), Does.Contain("icro").And.Match(@"mean probability of the true class: 0\.\d{3}"));
        using PredictionEngine engine = new(ImageClassificationModel.Load(model));
        Assert.That(engine.Model.Labels, Is.EqualTo(SyntheticDataset.Labels.Order(StringComparer.Ordinal)));
        Assert.That(engine.Predict(image).Score.Sum(), Is.EqualTo(1).Within(1e-4));
    }

    [Test]
    public void Own_augmentation_draws_a_row_for_each_of_four_images_and_trains()
    {
        string sheet = _folder.File("sheet.png");
        Assert.That(Run("OwnAugmentation", 0, _photos, sheet), Does.Contain("'gentle with hairs'"));
        RgbImage image = RgbImage.Load(sheet);
        Assert.That((image.Width, image.Height), Is.EqualTo((8 * 132 + 4, 4 * 132 + 4)));
        Assert.That(image.Pixels.ToArray().Distinct().Count(), Is.GreaterThan(50));
    }

    [Test]
    public void Batch_scoring_writes_a_row_for_every_image_and_the_reason_for_a_damaged_one()
    {
        string images = _folder.File("batch"), model = _folder.File("colors.zip"), scores = _folder.File("scores.csv");
        SmallModels.Create(["red", "green", "blue"]).Save(model);
        Directory.CreateDirectory(images);
        SmallModels.Plain(230, 10, 10).Save(Path.Combine(images, "a.png"));
        SmallModels.Plain(10, 10, 230).Save(Path.Combine(images, "c, large.png"));
        File.WriteAllBytes(Path.Combine(images, "b.png"), [1, 2, 3]);
        Assert.That(Run("BatchScoring", 3, model, images, scores), Does.StartWith("2 images scored, 1 not readable"));
        string[] lines = File.ReadAllLines(scores);
        Assert.That(lines[0], Is.EqualTo("path,predicted,error,\"red\",\"green\",\"blue\""));
        Assert.That(lines[1], Does.StartWith("\"a.png\",\"red\",\"\",0.99"));
        Assert.That(lines[2], Does.Match("^\"b.png\",\"\",\".+\",,,$"));
        Assert.That(lines[3], Does.StartWith("\"c, large.png\",\"blue\",\"\","));
        Assert.That(lines, Has.Length.EqualTo(4));
    }

    [Test]
    public void Inside_ML_NET_trains_saves_and_scores_with_the_namespaces_of_both()
    {
        string model = _folder.File("mlnet.zip"), image = Directory.EnumerateFiles(_photos, "*.png", SearchOption.AllDirectories).First();
        Assert.That(Run("InsideMlNet", 0, "train", _photos, model), Does.Match(@"5 classes, micro accuracy \d").And.Match(@"ours: micro accuracy \d"));
        string[] line = Run("InsideMlNet", 0, "score", model, image).TrimEnd().Split('\t');
        Assert.That((line[0], line.Length), Is.EqualTo((image, 2 + SyntheticDataset.Labels.Count)));
        Assert.That(SyntheticDataset.Labels, Does.Contain(line[1]));
    }

    [Test]
    public void Samples_say_how_they_are_used_and_refuse_what_is_not_there()
    {
        foreach (string sample in new[] { "TrainFromCode", "OwnAugmentation", "BatchScoring", "InsideMlNet" })
            Run(sample, 2);
        Run("TrainFromCode", 3, _folder.File("nowhere"), _folder.File("model.zip"));
        Run("BatchScoring", 3, _folder.File("nowhere.zip"), _photos, _folder.File("none.csv"));
    }

    [Test]
    public async Task Web_service_answers_with_ranked_classes_and_refuses_what_is_no_image()
    {
        string model = _folder.File("web.zip");
        SmallModels.Create(["red", "green", "blue"]).Save(model);
        using Process server = Start("WebService", "--urls", "http://127.0.0.1:0", "--Model", model);
        try
        {
            string address = "";
            while (address.Length == 0 && await server.StandardOutput.ReadLineAsync() is { } line)
                address = Listening().Match(line).Groups[1].Value;
            Assert.That(address, Is.Not.Empty, "the server ended before it listened");
            _ = server.StandardOutput.ReadToEndAsync();
            _ = server.StandardError.ReadToEndAsync();
            using HttpClient client = new() { BaseAddress = new Uri(address), Timeout = TimeSpan.FromSeconds(60) };
            HttpResponseMessage answer = await client.PostAsync("/predict", new ByteArrayContent(SmallModels.Plain(10, 10, 240).EncodePng()));
            string text = await answer.Content.ReadAsStringAsync();
            Assert.That((int)answer.StatusCode, Is.EqualTo(200), text);
            Assert.That(JsonDocument.Parse(text).RootElement.GetProperty("predicted").GetString(), Is.EqualTo("blue"));
            Assert.That((int)(await client.PostAsync("/predict", new ByteArrayContent([1, 2, 3]))).StatusCode, Is.EqualTo(400));
            Assert.That(await client.GetStringAsync("/health"), Is.EqualTo("Healthy"));
        }
        finally
        {
            server.Kill(entireProcessTree: true);
        }
    }

    /// <summary>Needs the package Microsoft.ML, so it is no part of the solution: built and run here.</summary>
    [Test]
    [Category("Slow")]
    public void ML_NETs_trainer_and_metrics_work_on_our_dataset_and_our_scores()
    {
        string project = Path.Combine(SharedFiles.Repository, "samples", "MlNetPipeline");
        Finish(StartProcess("dotnet", ["build", project, "-c", Configuration, "--no-dependencies", "--nologo", "-v", "q"]), 0);
        string text = Run("MlNetPipeline", 0, _photos);
        Match[] rows = Accuracy().Matches(text).ToArray();
        Assert.That(rows.Select(row => row.Groups[1].Value), Is.EqualTo(new[] { "ML.NET, linear on 8 x 8 pixels", "SkinClassifier, small network" }), text);
        Assert.That(rows.Select(row => double.Parse(row.Groups[2].Value, System.Globalization.CultureInfo.InvariantCulture)), Is.All.InRange(0.0, 1.0));
    }

    [Test]
    public void Every_sample_has_a_row_in_the_readme()
    {
        string readme = File.ReadAllText(Path.Combine(SharedFiles.Repository, "samples", "README.md"));
        string[] samples = [.. Directory.EnumerateFiles(Path.Combine(SharedFiles.Repository, "samples"), "*.csproj", SearchOption.AllDirectories)
            .Select(file => Path.GetFileNameWithoutExtension(file)).Order(StringComparer.Ordinal)];
        Assert.That(samples, Is.EqualTo(new[] { "BatchScoring", "InsideMlNet", "MlNetPipeline", "OwnAugmentation", "TrainFromCode", "WebService" }));
        foreach (string sample in samples)
            Assert.That(readme, Does.Contain($"| [{sample}]({sample}/Program.cs) |").And.Contain($"--project samples/{sample} -- "));
    }

    private string Run(string sample, int exitCode, params string[] arguments) => Finish(Start(sample, arguments), exitCode);

    private Process Start(string sample, params string[] arguments)
    {
        string program = Path.Combine(SharedFiles.Repository, "samples", sample, "bin", Configuration, "net10.0", $"{sample}.dll");
        Assert.That(program, Does.Exist, "samples are built with SkinClassifier.Tests");
        return StartProcess("dotnet", [program, .. arguments]);
    }

    private Process StartProcess(string program, IEnumerable<string> arguments)
    {
        ProcessStartInfo start = new(program, arguments) { WorkingDirectory = _folder.FullPath, RedirectStandardOutput = true, RedirectStandardError = true };
        return Process.Start(start)!;
    }

    private static string Finish(Process process, int exitCode)
    {
        using Process running = process;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.That(process.ExitCode, Is.EqualTo(exitCode), output + error.Result);
        Assert.That(error.Result, Does.Not.Contain("Unhandled exception"));
        return output;
    }

    [GeneratedRegex(@"Now listening on: (http://\S+)")]
    private static partial Regex Listening();

    [GeneratedRegex(@"(?m)^(.+): micro accuracy ([\d.]+), log loss [\d.]+\r?$")]
    private static partial Regex Accuracy();
}
