using System.Security.Cryptography;
using System.Text;
using SkinClassifier.Data;

namespace SkinClassifier.Trainers.Checkpoints;

/// <summary>A fingerprint of everything that decides what a run learns: data, options, first weights. Threads, folders and callbacks do not count.</summary>
internal static class RunKey
{
    /// <summary>SHA-256 as lower-case hexadecimal.</summary>
    public static string Of(ImageClassificationTrainerOptions options, TrainingRecipe recipe, ImageDataset train, ImageDataset validation, string networkHash)
    {
        StringBuilder text = new();
        text.AppendLine(networkHash).AppendLine(string.Join('\n', train.Labels));
        foreach (ImageDataset part in new[] { train, validation })
        {
            text.AppendLine("part");
            foreach (ImageExample example in part.Examples)
                text.Append(example.LabelIndex).Append(' ').AppendLine(example.Path);
        }
        ImageClassificationTrainerOptions plain = options with { MetricsCallback = null, WorkspacePath = null, CheckpointPath = null, Resume = false, CheckpointMinutes = 1, Threads = 0, WeightsPath = null, Pretrained = null, ValidationSet = null };
        foreach ((string name, string value) in recipe.Describe([recipe.Head(), recipe.FineTune(), recipe.Scratch()]).OrderBy(o => o.Key, StringComparer.Ordinal))
            text.Append(name).Append('=').AppendLine(value);
        text.AppendLine(plain.Augmentation.Json).AppendLine(plain.ToString());
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }
}
