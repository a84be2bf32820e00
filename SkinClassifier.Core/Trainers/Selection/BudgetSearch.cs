using SkinClassifier.Common;

namespace SkinClassifier.Trainers.Selection;

/// <summary>
/// Finds the best of many ways to train within a time: successive halving. Each round has the same time, which its candidates share evenly; the best
/// third goes to the next round, where each has three times as much. What a trial may do is counted in images, from the speed that was measured for
/// its network before; so every trial is an ordinary training that can be repeated without a clock. The clock decides only how many images: on
/// another machine, or a busier one, a search may end elsewhere. (Jamieson and Talwalkar, Non-stochastic best arm identification and hyperparameter
/// optimization, 2016.)
/// </summary>
internal sealed class BudgetSearch
{
    /// <summary>Share of the budget for the trials; the rest is for the final model and its metrics.</summary>
    internal const double SearchShare = 0.5;

    /// <summary>Share of the remaining time that is planned for the final training.</summary>
    internal const double FinalShare = 0.8;

    /// <summary>Number of candidates in one round for each candidate in the next.</summary>
    internal const int Halving = 3;

    /// <summary>
    /// What a trial of the first round should have at least, in seconds and in images shown by a network that trains itself; decides how many
    /// candidates there are. With fewer images a network has trained nothing, and trials say nothing about it.
    /// </summary>
    internal const double ShortestTrial = 20, MinShown = 2000;

    /// <summary>Minimum number of candidates.</summary>
    internal const int MinCandidates = 3;

    /// <summary>Most candidates that make sense.</summary>
    public const int MaxCandidates = 27;

    /// <summary>Images of the trial that measures the speed, and minimum number of images of any trial.</summary>
    internal const int SpeedImages = 128;

    /// <summary>A network whose speed trial takes longer than this many times what a trial may take is left out.</summary>
    internal const double LongestSpeedTrial = 2;

    /// <summary>Validation images of a trial that measures the speed (rung −1): this many, or all when there are fewer.</summary>
    public const int SpeedValidation = 32;

    /// <summary>Most epochs of a trial and of the final training.</summary>
    internal const int MaxTrialEpochs = 10, MaxEpochs = 20, MaxScratchEpochs = 60;

    /// <summary>
    /// Images that the final training must have time to show before fine-tuning is preferred to a head on fixed features. A head is as good after its
    /// trial as it will be, a network that trains itself goes on getting better, so trials of seconds cannot compare the two. On HAM10000 (5,960
    /// images) a network that was shown 2,000 was as good as the best head (docs/training.md). Small datasets need fewer: <see cref="MaxEpochs"/>
    /// epochs.
    /// </summary>
    internal const int FineTuneImages = 10_000;

    /// <summary>An image that is only looked at, in units of one that is trained.</summary>
    private const double Look = 1.0 / 3;

    private readonly TimeSpan _budget;
    private readonly int _training, _validation, _test;
    private readonly Func<SearchTrial, CancellationToken, TrialOutcome> _run;
    private readonly TimeProvider _time;
    private readonly List<SearchResultRow> _rows = [];
    private readonly Dictionary<string, double> _secondsPerUnit = new(StringComparer.Ordinal);
    private readonly HashSet<int> _unusable = [];
    private readonly Queue<SearchResultRow> _known;
    private readonly double _spentBefore;
    private readonly long _started;

    /// <summary>Creates a search.</summary>
    /// <param name="budget">All the time there is, the final training and its metrics included; above 0.</param>
    /// <param name="trainingImages">Images to train on.</param>
    /// <param name="validationImages">Images that trials are compared on; at least 1.</param>
    /// <param name="testImages">Images that the final model is measured on.</param>
    /// <param name="run">Trains as a trial says and measures on the validation set. Rung −1 measures the speed: it validates on
    /// <see cref="SpeedValidation"/> images, and its outcome does not count.</param>
    /// <param name="finished">Trials of a search that was stopped, in their order; they are not repeated. Default: none.</param>
    /// <param name="time">The clock. Default: the system's.</param>
    /// <exception cref="ArgumentException">The budget is not above 0, or there are no validation images.</exception>
    public BudgetSearch(TimeSpan budget, int trainingImages, int validationImages, int testImages,
        Func<SearchTrial, CancellationToken, TrialOutcome> run, IReadOnlyList<SearchResultRow>? finished = null, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(run);
        if (budget <= TimeSpan.Zero)
            throw new ArgumentException($"BudgetSearch: expected a budget above 0, received {budget}.", nameof(budget));
        if (validationImages < 1)
            throw new ArgumentException("BudgetSearch: expected validation images, which candidates are compared on, received none. Set a validation "
                + "set apart.", nameof(validationImages));
        (_budget, _training, _validation, _test, _run, _time) = (budget, trainingImages, validationImages, testImages, run, time ?? TimeProvider.System);
        _known = new Queue<SearchResultRow>(finished ?? []);
        _spentBefore = _known.Sum(r => r.Seconds);
        _started = _time.GetTimestamp();
    }

    /// <summary>Called after every trial that counts, and after those of an earlier search; not after measurements of speed that are known.</summary>
    public Action<SearchResultRow>? TrialFinished { get; init; }

    /// <summary>Called with a sentence now and then.</summary>
    public Action<string>? Message { get; init; }

    /// <summary>All finished trials in their order, measurements of speed (rung −1) included.</summary>
    public IReadOnlyList<SearchResultRow> Rows => _rows;

    /// <summary>The trials that count, best first: later rounds before earlier ones, then by score, then by log loss.</summary>
    public IReadOnlyList<SearchResultRow> Leaderboard =>
        [.. _rows.Where(r => r.Trial.Rung >= 0).OrderByDescending(r => r.Trial.Rung).ThenByDescending(r => Sortable(r.Outcome.Score))
            .ThenBy(r => r.Outcome.LogLoss).ThenBy(r => r.Trial.Index)
        .DistinctBy(r => r.Trial.Index)];

    /// <summary>Time that is left of the budget.</summary>
    public TimeSpan Left => _budget - TimeSpan.FromSeconds(_spentBefore) - _time.GetElapsedTime(_started);

    /// <summary>
    /// How many candidates a budget is good for, when a trial of the first round takes so many seconds; where trials are quicker more are tried.
    /// </summary>
    /// <param name="budget">All the time there is.</param>
    /// <param name="shortestTrial">Seconds; default 20.</param>
    public static int CandidatesFor(TimeSpan budget, double shortestTrial = ShortestTrial)
    {
        double search = budget.TotalSeconds * SearchShare;
        int count = MinCandidates;
        for (int more = MinCandidates + 1; more <= MaxCandidates; more++)
            if (search / (Rungs(more) * more) >= shortestTrial)
                count = more;
        return count;
    }

    /// <summary>
    /// Tries the candidates; gives the final training: the best candidate with all images and as many epochs as fit into the time that is left.
    /// </summary>
    /// <param name="candidates">The most promising first. The first round tries <see cref="CandidatesFor"/> of them, and further ones while its time
    /// is not used up.</param>
    /// <param name="cancellationToken">Stops at once.</param>
    /// <returns>Rung = number of rounds. Null when not even the fastest candidate has been finished in time.</returns>
    /// <exception cref="ArgumentException">There are no candidates.</exception>
    /// <exception cref="OperationCanceledException">Cancelled by the caller.</exception>
    public SearchTrial? Run(IReadOnlyList<SearchCandidate> candidates, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(candidates);
        if (candidates.Count == 0)
            throw new ArgumentException("BudgetSearch: expected at least one candidate, received none.", nameof(candidates));
        double deadline = _budget.TotalSeconds * (SearchShare + (1 - SearchShare) / 4) - _spentBefore;
        using CancellationTokenSource outOfTime = new(TimeSpan.FromSeconds(Math.Max(deadline, 0)), _time);
        using CancellationTokenSource both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, outOfTime.Token);
        int planned = Math.Min(CandidatesFor(_budget, Shortest(candidates, both.Token, cancellationToken)), candidates.Count), rungs = Rungs(planned);
        int[] alive = [.. Enumerable.Range(0, planned)];
        for (int rung = 0; rung < rungs && !outOfTime.IsCancellationRequested; rung++)
        {
            double each = _budget.TotalSeconds * SearchShare / (rungs * alive.Length);
            Message?.Invoke(FormattableString.Invariant($"round {rung + 1} of {rungs}: {alive.Length} candidates, about {each:0} s each"));
            foreach (int index in rung > 0 ? alive : Enumerable.Range(0, candidates.Count))
            {
                // Spent time counts as it was written down, so that a resumed search decides alike.
                if (rung == 0 && index >= planned && _rows.Sum(r => r.Seconds) + each > each * planned)
                    break;
                cancellationToken.ThrowIfCancellationRequested();
                if (outOfTime.IsCancellationRequested)
                    break;
                SearchCandidate candidate = candidates[index];
                if (!_secondsPerUnit.ContainsKey(KeyOf(candidate)) && !_unusable.Contains(index)
                    && !Try(SpeedTrial(index, candidate), both.Token, cancellationToken, each * LongestSpeedTrial))
                    break;
                if (_unusable.Contains(index))
                    continue;
                (int images, int epochs) = Affordable(candidate, each);
                if (images == 0)
                    Message?.Invoke($"{candidate}: too slow for this budget, left out");
                else if (!Try(new SearchTrial(rung, index, candidate, images, epochs), both.Token, cancellationToken))
                    break;
            }
            int[] order = [.. Leaderboard.Where(r => r.Trial.Rung == rung).Select(r => r.Trial.Index)];
            int[] best = [.. order.Take((order.Length + Halving - 1) / Halving)];
            // Heads train at once and would drive out what gets better with time: the best that fine-tunes stays.
            int tuned = Array.FindIndex(order, index => candidates[index].FineTunes);
            alive = order.Length == 0 ? alive : tuned >= best.Length ? [.. best, order[tuned]] : best;
        }
        return Final(rungs);
    }

    /// <summary>Units of work: a trained image is 1, an image that is only looked at a third.</summary>
    internal static double Units(SearchMode mode, int images, int epochs, int validation) =>
        (mode is SearchMode.Head or SearchMode.HeadThenFineTune ? Look * (images + 2.0 * validation) : 0)
        + (mode == SearchMode.Head ? 0 : epochs * (images + Look * validation) + Look * validation);

    private static int Rungs(int candidates)
    {
        int rungs = 1;
        for (int left = candidates; left > Halving; left = (left + Halving - 1) / Halving)
            rungs++;
        return rungs;
    }

    /// <summary>
    /// Seconds that a trial should have at least, by the speed of the first candidate that fine-tunes. It is measured twice: the first time code is
    /// compiled and caches are cold.
    /// </summary>
    private double Shortest(IReadOnlyList<SearchCandidate> candidates, CancellationToken both, CancellationToken cancellationToken)
    {
        for (int index = 0; index < candidates.Count && !both.IsCancellationRequested; index++)
            if (candidates[index].FineTunes && Speed(index) && Speed(index) && _secondsPerUnit.TryGetValue(KeyOf(candidates[index]), out double perUnit))
                return Math.Max(ShortestTrial, perUnit * (Math.Min(MinShown, 2.0 * _training) + 3 * Look * _validation));
        return ShortestTrial;

        bool Speed(int index) =>
            !_unusable.Contains(index)
            && Try(SpeedTrial(index, candidates[index]), both, cancellationToken, _budget.TotalSeconds * SearchShare / MinCandidates);
    }

    private SearchTrial SpeedTrial(int index, SearchCandidate candidate) => new(-1, index, candidate, Math.Min(SpeedImages, _training), 1);

    /// <summary>Runs a trial, or takes it from the search that was stopped; false when the time for trials is over.</summary>
    private bool Try(SearchTrial trial, CancellationToken both, CancellationToken cancellationToken, double seconds = double.PositiveInfinity)
    {
        SearchResultRow row;
        if (_known.TryPeek(out SearchResultRow? known)
            && (known.Trial.Rung, known.Trial.Index, known.Trial.Candidate) == (trial.Rung, trial.Index, trial.Candidate))
            row = _known.Dequeue();
        else
        {
            _known.Clear();
            long started = _time.GetTimestamp();
            TrialOutcome outcome;
            using CancellationTokenSource tooSlow =
                double.IsFinite(seconds) ? new CancellationTokenSource(TimeSpan.FromSeconds(seconds), _time) : new CancellationTokenSource();
            using CancellationTokenSource any = CancellationTokenSource.CreateLinkedTokenSource(both, tooSlow.Token);
            try
            {
                outcome = _run(trial, any.Token);
                // A run that was cut short by the clock cannot be repeated, so it does not count.
                any.Token.ThrowIfCancellationRequested();
            }
            catch (OperationCanceledException) when (!both.IsCancellationRequested)
            {
                _unusable.Add(trial.Index);
                Message?.Invoke($"{trial.Candidate}: too slow for this budget, left out");
                return true;
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                return false;
            }
            catch (SkinClassifierException error)
            {
                _unusable.Add(trial.Index);
                Message?.Invoke($"{trial.Candidate}: left out. {error.Message}");
                return true;
            }
            row = new SearchResultRow(trial, outcome, Math.Max(_time.GetElapsedTime(started).TotalSeconds, 1e-3));
        }
        _rows.Add(row);
        string key = KeyOf(trial.Candidate);
        double cost = row.Seconds
            / Units(trial.Candidate.Mode, row.Trial.Images, row.Trial.Epochs, trial.Rung < 0 ? Math.Min(SpeedValidation, _validation) : _validation);
        // A head on features that an earlier trial has computed looks faster than its network is.
        _secondsPerUnit[key] = trial.Candidate.Mode == SearchMode.Head ? Math.Max(cost, _secondsPerUnit.GetValueOrDefault(key)) : cost;
        TrialFinished?.Invoke(row);
        return true;
    }

    /// <summary>Images and epochs that fit into <paramref name="seconds"/>; no images when it is too slow by far.</summary>
    private (int Images, int Epochs) Affordable(SearchCandidate candidate, double seconds)
    {
        double units = seconds / _secondsPerUnit[KeyOf(candidate)];
        int least = Math.Min(SpeedImages, _training);
        if (candidate.Mode == SearchMode.Head)
        {
            int looked = (int)Math.Min(_training, units / Look - 2.0 * _validation);
            return (looked >= least ? looked : units * 2 >= Units(candidate.Mode, least, 1, _validation) ? least : 0, DefaultHeadEpochs);
        }
        double head = candidate.Mode == SearchMode.HeadThenFineTune ? Look : 0;
        units -= head * 2 * _validation;
        int whole = (int)((units - head * _training - Look * _validation) / (_training + Look * _validation));
        if (whole >= 2)
            return (_training, Math.Min(whole, MaxTrialEpochs));
        int images = (int)Math.Min(_training, (units - 3 * Look * _validation) / (2 + head));
        return images >= least ? (images, 2) : units * 2 >= Units(candidate.Mode, least, 1, _validation) ? (least, 1) : (0, 0);
    }

    /// <summary>
    /// The best candidate that can train on all images in the time that is left; fine-tuning before a head when there is time for
    /// <see cref="FineTuneImages"/>.
    /// </summary>
    private SearchTrial? Final(int rungs)
    {
        double left = Left.TotalSeconds * FinalShare;
        SearchTrial[] possible = [.. Leaderboard.Select(row => Whole(row.Trial)).OfType<SearchTrial>()];
        return possible is [{ Candidate.Mode: SearchMode.Head }, ..] && Array.Find(possible, t => t.Candidate.FineTunes) is { } tuned
            && (long)tuned.Images * tuned.Epochs >= Math.Min(FineTuneImages, (long)_training * MaxEpochs)
            ? tuned : possible.FirstOrDefault();

        SearchTrial? Whole(SearchTrial trial)
        {
            SearchCandidate candidate = trial.Candidate;
            double units = left / _secondsPerUnit[KeyOf(candidate)] - Look * _test * (candidate.Mode == SearchMode.Head ? 1 : DefaultRecipe.TrainedViews);
            if (candidate.Mode == SearchMode.HeadThenFineTune)
                units -= Units(SearchMode.Head, _training, 1, _validation);
            int most = candidate.Mode == SearchMode.Scratch ? MaxScratchEpochs : MaxEpochs;
            int epochs = candidate.Mode == SearchMode.Head ? (units >= Units(SearchMode.Head, _training, 1, _validation) ? DefaultHeadEpochs : 0)
                : (int)Math.Min(most, units / (_training + Look * _validation));
            return epochs > 0 ? new SearchTrial(rungs, trial.Index, candidate, _training, epochs) : null;
        }
    }

    /// <summary>Epochs of a head on frozen features; they cost next to nothing.</summary>
    internal const int DefaultHeadEpochs = 30;

    private static string KeyOf(SearchCandidate candidate) => FormattableString.Invariant($"{candidate.Backbone} {candidate.ImageSize} {candidate.Mode}");

    private static double Sortable(double score) => double.IsNaN(score) ? double.NegativeInfinity : score;
}
