using System.Globalization;
using SkinClassifier.Data;
using SkinClassifier.Models;

namespace SkinClassifier.Reports.Sheets;

/// <summary>A phase of a training, as history.csv tells it.</summary>
/// <param name="Name">head, fine-tune or scratch.</param>
/// <param name="Epochs">Epochs that were run.</param>
/// <param name="LowestLoss">The lowest validation loss; null where nothing was validated.</param>
/// <param name="BestEpoch">The epoch of the lowest validation loss.</param>
/// <param name="Seconds">Duration of all its epochs.</param>
internal sealed record TrainingPhase(string Name, int Epochs, double? LowestLoss, int? BestEpoch, double Seconds)
{
    /// <summary>The phases of a course.</summary>
    public static IReadOnlyList<TrainingPhase> Of(TrainingHistory history) =>
        Of(history.Epochs.Select(e => (e.Phase, e.Epoch, e.ValidationLoss, Math.Round(e.Seconds, 3))));

    /// <summary>The phases of a history.csv.</summary>
    public static IReadOnlyList<TrainingPhase> Read(string path)
    {
        CsvTable table = CsvTable.Read(path);
        int epoch = table.IndexOf("epoch"), phase = table.IndexOf("phase"), loss = table.IndexOf("validationLoss"), seconds = table.IndexOf("seconds");
        return epoch < 0 || phase < 0 ? []
            : Of(table.Rows.Select(r => (r[phase], (int)(Number(r, epoch) ?? 0), Number(r, loss), Number(r, seconds) ?? 0)));
    }

    private static IReadOnlyList<TrainingPhase> Of(IEnumerable<(string Phase, int Epoch, double? Loss, double Seconds)> rows) =>
        [.. rows.GroupBy(r => r.Phase).Select(p => p.Where(r => r.Loss is not null).OrderBy(r => r.Loss).FirstOrDefault() is { Loss: not null } best
            ? new TrainingPhase(p.Key, p.Count(), best.Loss, best.Epoch, p.Sum(r => r.Seconds))
            : new TrainingPhase(p.Key, p.Count(), null, null, p.Sum(r => r.Seconds)))];

    private static double? Number(string[] row, int column) =>
        column >= 0 && double.TryParse(row[column], NumberStyles.Float, CultureInfo.InvariantCulture, out double value) ? value : null;
}
