using SkinClassifier.Backbones;
using SkinClassifier.Data;
using SkinClassifier.Trainers;
using SkinClassifier.Trainers.Settings;
using SkinClassifier.Training.Verbs;

namespace SkinClassifier.Training.Settings;

/// <summary>
/// The options of `train` that are about the run and not about the trainer, in the same form as <see cref="TrainerOptionTable"/>; and both tables together.
/// </summary>
// How to add an option of `train` and `lr-find`:
// - An option of the trainer has its line in TrainerOptionTable (Core); nothing is to be done here.
// - An option of the run gets a line here: a static property with its OptionLine, named in Lines. Code reads it with values.Get<T>(RunOptionTable.X).
// - A set of options that several verbs share (for example those about the columns of a table of images) gets a static class of its own with its
//   OptionLines and
//   a list `All`; that list is named in Lines once. Verbs whose options are no table turn a line into an option of System.CommandLine with
//   OptionSet.OptionOf(line). Then run OptionDocumentTests once with SKINCLASSIFIER_WRITE_DOCS=1: it writes the tables of docs/cli.md.
// The command line, --help, --config, config.json, the messages and docs/cli.md take everything from the line. Old names go into OldNames: they warn.
internal static class RunOptionTable
{
    internal const string DataGroup = "Data";
    private const string NetworkGroup = "Network", RunGroup = "Run";

    private static string Networks => string.Join(", ", ArchitectureCatalog.All.Select(a => $"`{a.Name}`"));

    public static OptionLine Validation { get; } = new()
    {
        Name = "validation",
        Group = DataGroup,
        Property = nameof(ImageClassificationTrainerOptions.ValidationSetFraction),
        Form = OptionForm.Real(0, 0.9, placeholder: "SHARE"),
        Default = DatasetSplits.UsualValidation,
        Description = "Share of the groups that chooses the best epoch, stratified. Folders named train, validation and test are used as they are.",
    };

    public static OptionLine Test { get; } = new()
    {
        Name = "test",
        Group = DataGroup,
        Form = OptionForm.Real(0, 0.9, placeholder: "SHARE"),
        DefaultText = "0.2; 0 with `--folds`",
        Description = "Share of the groups that measures the finished model, stratified.",
    };

    public static OptionLine GroupBy { get; } = new()
    {
        Name = "group-by",
        Group = DataGroup,
        Form = OptionForm.Text("COLUMN|auto"),
        Description = "Images with the same value in this column of metadata.csv never fall into two sets. `auto`: the column that usually tells it "
            + "(patient_id, lesion_id …) where there is one, with [near duplicates](datasets.md#near-duplicates) joined.",
    };

    public static OptionLine NoAudit { get; } = new()
    {
        Name = "no-audit",
        Group = DataGroup,
        Form = OptionForm.Flag(),
        Default = false,
        Description = "Leaves out the search for [near copies in different sets](datasets.md#near-duplicates), which reads every image once.",
    };

    public static OptionLine Splits { get; } = new()
    {
        Name = "splits",
        Group = DataGroup,
        Form = OptionForm.File("the splits.csv of a run", "FILE"),
        Description = "Images, groups and sets of another run's `splits.csv`. `--validation`, `--test` and `--group-by` do not count then.",
    };

    public static OptionLine LimitTrain { get; } = new()
    {
        Name = "limit-train",
        Group = DataGroup,
        OldNames = ["learn-from"],
        Form = OptionForm.Whole(2),
        DefaultText = "all",
        Description = "Trains on so many of the training images only, every class in its share.",
    };

    public static OptionLine Backbone { get; } = new()
    {
        Name = "backbone",
        Group = NetworkGroup,
        Property = nameof(ImageClassificationTrainerOptions.Arch),
        Form = OptionForm.Text("NAME|FILE.onnx"),
        Default = "auto",
        DefaultText = "auto: the first network whose weights are here, `mobilenet_v2` before all others ([order](onnx.md#the-store)), else `small_cnn`",
        Description = $"A built-in network ({Networks}), a name of `backbones list`, or an ONNX file with pretrained weights, channels first or last.",
    };

    public static OptionLine Weights { get; } = new()
    {
        Name = "weights",
        Group = NetworkGroup,
        Property = nameof(ImageClassificationTrainerOptions.WeightsPath),
        Form = OptionForm.Text("FILE|random|auto"),
        Default = "auto",
        Description = "A safetensors or ONNX file of the same network. `auto`: the folder `SKINCLASSIFIER_BACKBONES`, beside the program, then the cache "
            + "([which file is taken](onnx.md#the-store)), else from scratch; a line says which. Training never downloads.",
    };

    public static OptionLine Offline { get; } = new()
    {
        Name = "offline",
        Group = NetworkGroup,
        Form = OptionForm.Flag(),
        Default = false,
        Description = "Where weights are missing, the line names the address and the file to put where instead of the command that downloads.",
    };

    public static OptionLine Head { get; } = new()
    {
        Name = "head",
        Group = NetworkGroup,
        Form = OptionForm.Choice("auto", "linear", "mlp"),
        Default = "auto",
        DefaultText = "auto: [chosen](training.md#defaults)",
        Description = "The layers that are put on the features.",
    };

    public static OptionLine Config { get; } = new()
    {
        Name = "config",
        Group = RunGroup,
        Form = OptionForm.File("a JSON file of options", "FILE"),
        InConfiguration = false,
        Description = "Options from JSON; the `config.json` of an earlier run is valid from any working folder and brings its data when none are "
            + "named. The command line wins.",
    };

    public static OptionLine Resume { get; } = new()
    {
        Name = "resume",
        Group = RunGroup,
        Property = nameof(ImageClassificationTrainerOptions.Resume),
        Form = OptionForm.Text("FOLDER"),
        InConfiguration = false,
        Description =
            "Continues a stopped or killed run from its checkpoint, or from the beginning when there was none yet. It needs neither data nor `-o`; data that "
            + "have moved are named (`train <data> --resume FOLDER`). Its data and options hold; the "
            + "result is that of an undisturbed run, bit for bit. "
            + "Images that were lost or damaged meanwhile are skipped, added ones are left out, and every other one keeps its set.",
    };

    public static OptionLine Workspace { get; } = new()
    {
        Name = "workspace",
        Group = RunGroup,
        Property = nameof(ImageClassificationTrainerOptions.WorkspacePath),
        Form = OptionForm.Text("FOLDER"),
        InConfiguration = false,
        DefaultText = "`<output>/workspace`",
        Description = "Folder for computed features, which later runs use again.",
    };

    public static OptionLine Folds { get; } = new()
    {
        Name = "folds",
        Group = RunGroup,
        Form = OptionForm.Whole(0, 1000, "K"),
        Default = 0,
        Description = "[Cross-validation](#folds-and-ensembles) with K models, then one from all images. 0: none.",
    };

    public static OptionLine Ensemble { get; } = new()
    {
        Name = "ensemble",
        Group = RunGroup,
        Form = OptionForm.Flag(),
        Default = false,
        Description = "With `--folds`: the model is the K models of the folds as one.",
    };

    public static OptionLine TimeBudget { get; } = new()
    {
        Name = "time-budget",
        Group = RunGroup,
        Form = OptionForm.Duration(),
        Description = "[Searches](#time-budget) for the best options within this time.",
    };

    public static OptionLine Distributed { get; } = new()
    {
        Name = "distributed",
        Group = RunGroup,
        Property = nameof(ImageClassificationTrainerOptions.ProcessGroup),
        Form = OptionForm.Choice("none", TrainingProcesses.Mpi),
        Default = "none",
        InConfiguration = false,
        Description = "`mpi`: the 1, 2, 4 or 8 processes that mpirun or srun started [share every batch](scale.md#one-training-on-several-machines); the "
            + "model is that of one process, bit for bit.",
    };

    public static OptionLine NoMlNet { get; } = new()
    {
        Name = "no-mlnet",
        Group = RunGroup,
        Form = OptionForm.Flag(),
        Default = false,
        Description = "Leaves out of model.zip the part with which ML.NET opens it.",
    };

    /// <summary>The options of the run.</summary>
    public static IReadOnlyList<OptionLine> Lines { get; } =
        [Validation, Test, GroupBy, NoAudit, Splits, .. DatasetOptionTable.All, LimitTrain, Backbone, Weights, Offline, Head, Config, Resume, Workspace, Folds,
            Ensemble, TimeBudget, Distributed, NoMlNet, .. ReportOptionTable.All];

    /// <summary>All options of `train`: of the run and of the trainer, by group.</summary>
    public static IReadOnlyList<OptionLine> All { get; } = [.. TrainerOptionTable.Groups.SelectMany(
        g => Lines.Where(l => l.Group == g).Concat(TrainerOptionTable.All.Where(l => l.Group == g && l.OnCommandLine)))];
}
