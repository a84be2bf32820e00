namespace SkinClassifier.Trainers.Search;

/// <summary>What trials cost: seconds for each unit of work, measured for every network, size and way of training; and what a time buys.</summary>
/// <param name="training">Images to train on.</param>
/// <param name="validation">Images that trials are compared on.</param>
/// <param name="test">Images that the final model is measured on.</param>
internal sealed class TrialCosts(int training, int validation, int test)
{
    /// <summary>Epochs of a head on frozen features; they cost next to nothing.</summary>
    public const int HeadEpochs = 30;

    /// <summary>An image that is only looked at, in units of one that is trained.</summary>
    private const double Look = 1.0 / 3;

    private readonly Dictionary<string, double> _secondsPerUnit = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (double Units, double Seconds)> _measured = new(StringComparer.Ordinal);

    /// <summary>Units of work: a trained image is 1, an image that is only looked at a third.</summary>
    public static double Units(SearchMode mode, int images, int epochs, int validation) =>
        (mode is SearchMode.Head or SearchMode.HeadThenFineTune ? Look * (images + 2.0 * validation) : 0)
        + (mode == SearchMode.Head ? 0 : epochs * (images + Look * validation) + Look * validation);

    /// <summary>Whether the speed of a candidate was measured.</summary>
    public bool Knows(SearchCandidate candidate) => _secondsPerUnit.ContainsKey(KeyOf(candidate));

    /// <summary>The trial that measures it.</summary>
    /// <param name="index">Place of the candidate.</param>
    /// <param name="candidate">The candidate.</param>
    /// <param name="times">Times the usual number of images. Default: 1.</param>
    public SearchTrial SpeedTrial(int index, SearchCandidate candidate, int times = 1) =>
        new(-1, index, candidate, Math.Min(BudgetSearch.SpeedImages * times, training), 1);

    /// <summary>
    /// Notes what a trial took. Of two trials that measure the speed with different numbers of images the difference counts: what a trial takes whatever it
    /// trains on (compiling, making plans, saving) says nothing about long ones.
    /// </summary>
    public void Add(SearchResultRow row)
    {
        SearchTrial trial = row.Trial;
        string key = KeyOf(trial.Candidate);
        double units = Units(trial.Candidate.Mode, trial.Images, trial.Epochs,
            trial.Rung < 0 ? Math.Min(BudgetSearch.SpeedValidation, validation) : validation), cost = row.Seconds / units;
        if (trial.Rung < 0)
        {
            if (_measured.TryGetValue(key, out (double Units, double Seconds) first) && units > first.Units && row.Seconds > first.Seconds)
                cost = Math.Min(cost, (row.Seconds - first.Seconds) / (units - first.Units));
            _measured[key] = (units, row.Seconds);
        }
        // A head on features that an earlier trial has computed looks faster than its network is.
        _secondsPerUnit[key] = trial.Candidate.Mode == SearchMode.Head ? Math.Max(cost, _secondsPerUnit.GetValueOrDefault(key)) : cost;
    }

    /// <summary>Seconds in which a candidate shows enough images for a trial to say something.</summary>
    public double Shortest(SearchCandidate candidate) => Math.Max(BudgetSearch.ShortestTrial,
        _secondsPerUnit[KeyOf(candidate)] * (Math.Min(BudgetSearch.MinShown, 2.0 * training) + 3 * Look * validation));

    /// <summary>Images and epochs that fit into <paramref name="seconds"/>; no images when it is too slow by far.</summary>
    public (int Images, int Epochs) Affordable(SearchCandidate candidate, double seconds)
    {
        double units = seconds / _secondsPerUnit[KeyOf(candidate)];
        int least = Math.Min(BudgetSearch.SpeedImages, training);
        if (candidate.Mode == SearchMode.Head)
        {
            int looked = (int)Math.Min(training, units / Look - 2.0 * validation);
            return (looked >= least ? looked : units * 2 >= Units(candidate.Mode, least, 1, validation) ? least : 0, HeadEpochs);
        }
        double head = candidate.Mode == SearchMode.HeadThenFineTune ? Look : 0;
        units -= head * 2 * validation;
        int whole = (int)((units - head * training - Look * validation) / (training + Look * validation));
        if (whole >= 2)
            return (training, Math.Min(whole, BudgetSearch.MaxTrialEpochs));
        int images = (int)Math.Min(training, (units - 3 * Look * validation) / (2 + head));
        return images >= least ? (images, 2) : units * 2 >= Units(candidate.Mode, least, 1, validation) ? (least, 1) : (0, 0);
    }

    /// <summary>Training a trial's candidate on all images, with as many epochs as fit into <paramref name="seconds"/>; null: none do.</summary>
    public SearchTrial? Whole(SearchTrial trial, int rung, double seconds)
    {
        SearchCandidate candidate = trial.Candidate;
        bool isHead = candidate.Mode == SearchMode.Head;
        double units = Left(candidate, seconds, 1, isHead ? 1 : Defaults.DefaultRecipe.TrainedViews);
        if (candidate.Mode == SearchMode.HeadThenFineTune)
            units -= Units(SearchMode.Head, training, 1, validation);
        int most = candidate.Mode == SearchMode.Scratch ? BudgetSearch.MaxScratchEpochs : BudgetSearch.MaxEpochs;
        int epochs = isHead ? (units >= Units(SearchMode.Head, training, 1, validation) ? HeadEpochs : 0)
            : Epochs(units, most);
        return epochs > 0 ? new SearchTrial(rung, trial.Index, candidate, training, epochs) : null;
    }

    /// <summary>
    /// The usual training of a candidate where there is no time to search: null when the time that a search would leave is enough for the usual number of
    /// epochs, or when not even small images can be shown <see cref="BudgetSearch.FineTuneImages"/> times. Of the sizes the largest that can have
    /// <see cref="QuickTraining.Epochs"/> epochs, else the smallest; an image costs as much as it has pixels.
    /// </summary>
    /// <param name="trial">The candidate, whose speed is known, with all images.</param>
    /// <param name="sizes">Sizes that may be chosen, in pixels.</param>
    /// <param name="seconds">Time for training and measuring.</param>
    /// <param name="shareAfterSearch">What a search would leave of it.</param>
    public SearchTrial? Quick(SearchTrial trial, IReadOnlyList<int> sizes, double seconds, double shareAfterSearch)
    {
        SearchCandidate candidate = trial.Candidate;
        int usual = Defaults.DefaultRecipe.EpochsFor(training), full = candidate.ImageSize;
        if (Whole(trial, 0, seconds * shareAfterSearch) is { } whole && whole.Epochs >= usual)
            return null;
        // With the whole time the usual training fits as it is: nothing is shortened.
        if (sizes.Contains(full) && Whole(trial, 0, seconds) is { } fits && fits.Epochs >= usual)
            return fits with { Epochs = usual };
        SearchTrial? best = null;
        foreach (int size in sizes.Where(s => s <= full).OrderDescending())
        {
            QuickTraining quick = QuickTraining.At(size, grows: sizes.Count > 1);
            double pixels = (double)size * size / ((double)full * full);
            int epochs = Epochs(Left(candidate, seconds, pixels, QuickTraining.Views), usual, quick.EpochCost);
            if ((long)epochs * training >= Math.Min(BudgetSearch.FineTuneImages, (long)training * BudgetSearch.MaxEpochs))
                best = trial with { Candidate = candidate with { ImageSize = size }, Epochs = epochs, Quick = quick };
            if (best is not null && epochs >= QuickTraining.Epochs)
                break;
        }
        return best;
    }

    /// <summary>Units of work that a time has for training: what scoring the test images takes is off.</summary>
    private double Left(SearchCandidate candidate, double seconds, double pixels, int views) =>
        seconds / (_secondsPerUnit[KeyOf(candidate)] * pixels) - Look * test * views;

    /// <summary>Epochs of all images, each with a look at the validation set.</summary>
    private int Epochs(double units, int most, double cost = 1) => (int)Math.Min(most, units / (training * cost + Look * validation));

    private static string KeyOf(SearchCandidate candidate) => FormattableString.Invariant($"{candidate.Backbone} {candidate.ImageSize} {candidate.Mode}");
}
