using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using SkinClassifier.Data;
using SkinClassifier.Trainers.Networks;
using SkinClassifier.Trainers.Settings;

namespace SkinClassifier.Trainers.Checkpoints;

/// <summary>
/// Fingerprints of everything that decides what a run trains: images and labels, and first weights and options (schedule parameters, the whole
/// augmentation list and the teacher's network included). Threads, processes, gradient checkpointing, folders, callbacks and the decision rule do not count.
/// </summary>
internal static class RunKey
{
    /// <summary>SHA-256 of data and of options as lower-case hexadecimal, with a space between.</summary>
    public static string Of(
        ImageClassificationTrainerOptions options, IReadOnlyList<PhaseSettings> phases, ImageDataset train, ImageDataset validation, string networkHash) =>
        OfData(train, validation) + " " + OfOptions(options, phases, networkHash);

    private static string OfData(ImageDataset train, ImageDataset validation)
    {
        StringBuilder text = new(string.Join('\n', train.Labels));
        foreach (ImageDataset part in new[] { train, validation })
        {
            text.AppendLine("part");
            foreach (ImageExample example in part.Examples)
                text.Append(example.LabelIndex).Append(' ').AppendLine(example.Path);
        }
        return Hash(text.ToString());
    }

    private static string OfOptions(ImageClassificationTrainerOptions options, IReadOnlyList<PhaseSettings> phases, string networkHash)
    {
        StringBuilder text = new(networkHash + "\n");
        ImageClassificationTrainerOptions plain = options with
        {
            MetricsCallback = null,
            WorkspacePath = null,
            CheckpointPath = null,
            Resume = false,
            CheckpointMinutes = 1,
            Threads = 0,
            ProcessGroup = null,
            GradientCheckpointing = false,
            WeightsPath = null,
            Pretrained = null,
            ValidationSet = null,
            Teacher = null,
            Decision = DecisionTarget.HighestScore,
            Policy = null,
            KeepGallery = false,
        };
        foreach ((string name, string value) in PhaseSettings.Describe(options, phases).OrderBy(o => o.Key, StringComparer.Ordinal))
            text.Append(name).Append('=').AppendLine(value);
        if (options.Teacher is { } teacher)
            text.AppendLine(string.Join('\n', teacher.Labels)).AppendLine(NetworkHash.Of(teacher.Network, teacher.Preprocessor.ToString()));
        text.AppendLine(plain.Augmentations.Json).AppendLine(Invariant(plain));
        return Hash(text.ToString());
    }

    // A record writes its numbers in the current culture.
    private static string Invariant(ImageClassificationTrainerOptions options)
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
            return options.ToString();
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
