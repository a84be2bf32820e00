using System.CommandLine;
using System.Globalization;
using SkinClassifier.Models;
using SkinClassifier.Training.Output;
using SkinClassifier.Training.Projects;

namespace SkinClassifier.Training.Verbs;

/// <summary>new: a small project that uses a model.</summary>
internal static class NewVerb
{
    private const string MlNetEntries = "TransformerChain/";

    public static Command Create() => new("new", "Write a small, complete project that uses a model.")
    {
        Create("console", "A program that predicts the images it is given."),
        Create("webapi", "A web service with a pool of engines and hot reload."),
    };

    private static Command Create(string kind, string description)
    {
        Option<string> output = new("--output", "-o") { Description = "Folder for the project.", Required = true, HelpName = "folder" };
        Option<string> model = new("--model") { Description = "The model that the project uses; it is copied.", Required = true, HelpName = "model.zip" };
        Option<bool> mlNet = new("--mlnet") { Description = "Use ML.NET's packages instead of SkinClassifier's." };
        Option<string?> source = new("--package-source")
        {
            Description =
            "A folder with SkinClassifier's packages, while they are not on a public feed; goes into nuget.config.",
            HelpName = "folder"
        };
        Option<bool> force = new("--force") { Description = "Write into a folder that is not empty." };
        Option<bool> noRestore = new("--no-restore") { Description = "Do not check with dotnet restore whether the packages can be reached." };
        Command command = new(kind, description) { output, model, mlNet, source, force, noRestore };
        command.SetAction((parsed, cancellationToken) =>
            RunAsync(CommonOptions.Terminal(parsed), new Request(kind, parsed.GetValue(mlNet), Path.GetFullPath(parsed.GetRequiredValue(output)),
            parsed.GetRequiredValue(model), parsed.GetValue(source), parsed.GetValue(force), parsed.GetValue(noRestore)), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(Terminal terminal, Request request, CancellationToken cancellationToken)
    {
        if (File.Exists(request.Folder))
            throw new InputException($"{request.Folder}: expected a folder, received a file. Name another one.");
        if (!request.Force && Directory.Exists(request.Folder) && Directory.EnumerateFileSystemEntries(request.Folder).Any())
            throw new InputException(
                $"{request.Folder}: expected an empty or new folder, received one with files. Name another one, or add --force to write into it.");
        ImageClassificationModel model = ImageClassificationModel.Load(request.Model);
        if (request.MlNet && !model.Manifest.Network.StartsWith(MlNetEntries, StringComparison.Ordinal))
            throw new InputException($"{request.Model}: expected a model with the part that ML.NET reads, received one saved without it. Train again "
                + $"without --no-mlnet, or write a project without --mlnet.");
        string[] packages = request.MlNet ? [] : request.Kind == "webapi" ? ["SkinClassifier.Engine", "SkinClassifier.Core", "SkinClassifier.Hosting"]
            : ["SkinClassifier.Engine", "SkinClassifier.Core"];
        Dictionary<string, string> values = Values(request, model, packages);
        ProjectTemplate.Of(request.Kind, request.MlNet).Write(request.Folder, request.Model, values);
        terminal.Note($"{Path.Combine(request.Folder, values["Name"])}.csproj: a {request.Kind} project for "
            + $"{(request.MlNet ? $"ML.NET {PackageVersions.All["Microsoft.ML"]}" : $"SkinClassifier {values["PackageVersion"]}")}, with a copy of "
            + $"{request.Model}");
        if (!request.MlNet && !request.NoRestore)
            await CheckPackagesAsync(request, packages, values["PackageVersion"], cancellationToken);
        Terminal.Result($"dotnet run --project {(request.Folder.Contains(' ') ? $"\"{request.Folder}\"" : request.Folder)} -- "
            + $"{(request.Kind == "console" ? "image.jpg" : "--urls http://localhost:5000")}");
        return ExitCode.Done;
    }

    private static async Task CheckPackagesAsync(Request request, string[] packages, string version, CancellationToken cancellationToken)
    {
        (bool? reached, string text) = await ProjectRestore.RunAsync(request.Folder, cancellationToken);
        if (reached == true)
            return;
        if (reached == false && packages.FirstOrDefault(p =>
            text.Contains(p, StringComparison.OrdinalIgnoreCase)
            && (text.Contains("NU1100") || text.Contains("NU1101") || text.Contains("NU1102") || text.Contains("NU1103"))) is { } missing)
            throw new InputException($"{request.Folder}: the project is written, but its package sources do not have {missing} {version}. "
                + $"{PackageFeed.HowToPack("packages", packages)}. Then run this command again with --force --package-source and that folder.");
        Terminal.Warn($"{request.Folder}: the project is written, but its packages could not be fetched: {text}");
    }

    private static Dictionary<string, string> Values(Request request, ImageClassificationModel model, string[] packages)
    {
        Dictionary<string, string> values = new()
        {
            ["Name"] = ProjectName(request.Folder),
            ["ClassCount"] = model.Labels.Count.ToString(CultureInfo.InvariantCulture),
            ["Classes"] = ClassList(model.Labels),
            ["Width"] = model.Manifest.Width.ToString(CultureInfo.InvariantCulture),
            ["Height"] = model.Manifest.Height.ToString(CultureInfo.InvariantCulture),
            ["Views"] = model.Manifest.TestTimeAugmentation == 1
                ? "one view of each image, here as in SkinClassifier."
                : string.Create(CultureInfo.InvariantCulture,
                    $"SkinClassifier averages {model.Manifest.TestTimeAugmentation} mirrored or turned views of each image with this model. ML.NET "
                        + $"sees the image once, so its scores differ a little; `skinclassifier evaluate --tta 1` measures what it reaches."),
            ["PackageVersion"] = PackageFeed.OwnVersion,
        };
        if (request.Source is null)
            return values;
        string feed = Path.GetFullPath(request.Source);
        if (packages.Length > 0)
            values["PackageVersion"] = PackageFeed.Version(feed, packages);
        else if (!Directory.Exists(feed))
            throw new InputException($"--package-source {feed}: expected a folder with packages, found none.");
        values["Feed"] = feed;
        return values;
    }

    /// <summary>The folder's name where it can be a project's, else "App".</summary>
    private static string ProjectName(string folder)
    {
        string name = Path.GetFileName(Path.TrimEndingDirectorySeparator(folder));
        bool usable = name.Length is > 0 and <= 100 && char.IsAsciiLetter(name[0]) && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-')
            && !name.StartsWith("SkinClassifier.", StringComparison.OrdinalIgnoreCase) && !name.StartsWith("Microsoft.", StringComparison.OrdinalIgnoreCase);
        return usable ? name : "App";
    }

    private static string ClassList(IReadOnlyList<string> labels)
    {
        const int listed = 20;
        string text = string.Join(
            ", ", labels.Take(listed).Select(l => string.Concat(l.Select(c => char.IsControl(c) || c is '{' or '}' or '`' or '<' or '>' ? ' ' : c))));
        return labels.Count > listed ? string.Create(CultureInfo.InvariantCulture, $"{text} and {labels.Count - listed} more") : text;
    }

    private sealed record Request(string Kind, bool MlNet, string Folder, string Model, string? Source, bool Force, bool NoRestore);
}
