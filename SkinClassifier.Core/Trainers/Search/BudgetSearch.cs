namespace SkinClassifier.Trainers.Search;

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

    private readonly TimeSpan _budget;
    private readonly int _training;
    private readonly TrialCosts _costs;
    private readonly Func<SearchTrial, CancellationToken, TrialOutcome> _run;
    private readonly TimeProvider _time;
    private readonly List<SearchResultRow> _rows = [];
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
        (_budget, _training, _run, _time) = (budget, trainingImages, run, time ?? TimeProvider.System);
        _costs = new TrialCosts(trainingImages, validationImages, testImages);
        _known = new Queue<SearchResultRow>(finished ?? []);
        _spentBefore = _known.Sum(r => r.Seconds);
        _started = _time.GetTimestamp();
    }

    /// <summary>
    /// Called with the search after every trial that counts, and after those of an earlier search; not after measurements of speed that are known.
    /// </summary>
    public Action<BudgetSearch, SearchResultRow>? TrialFinished { get; init; }

    /// <summary>Called with a sentence now and then.</summary>
    public Action<string>? Message { get; init; }

    /// <summary>
    /// Sizes of images that a candidate may have where there is no time to search, in pixels. Default: none for any, so there always is a search.
    /// </summary>
    public Func<SearchCandidate, IReadOnlyList<int>> SizesOf { get; init; } = _ => [];

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
        TrialRunner trials = new(_run, _costs, _rows, _known, _time)
        {
            TrialFinished = row => TrialFinished?.Invoke(this, row),
            Message = Message,
            Cancelled = cancellationToken,
            Over = both.Token,
        };
        double shortest = Shortest(candidates, trials);
        if (Quick(candidates) is { } quick)
            return quick;
        int planned = Math.Min(CandidatesFor(_budget, shortest), candidates.Count), rungs = Rungs(planned);
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
                if (outOfTime.IsCancellationRequested || !Try(trials, rung, index, candidates[index], each))
                    break;
            }
            alive = Survivors(rung, candidates) is { Length: > 0 } best ? best : alive;
        }
        return Final(rungs);
    }

    /// <summary>The usual training of the first candidate that fine-tunes, as large as the time allows, where a search would not leave enough for it.</summary>
    private SearchTrial? Quick(IReadOnlyList<SearchCandidate> candidates)
    {
        int first = Enumerable.Range(0, candidates.Count).FirstOrDefault(i => candidates[i].Mode == SearchMode.FineTune && _costs.Knows(candidates[i]), -1);
        if (first < 0)
            return null;
        SearchTrial usual = new(0, first, candidates[first], _training, 0);
        SearchTrial? quick = _costs.Quick(usual, SizesOf(usual.Candidate), Left.TotalSeconds * FinalShare, 1 - SearchShare);
        if (quick is not null)
            Message?.Invoke($"a search would not leave the time for one whole training, so there is none: {quick.Candidate}, {quick.Epochs} epochs");
        return quick;
    }

    private static int Rungs(int candidates)
    {
        int rungs = 1;
        for (int left = candidates; left > Halving; left = (left + Halving - 1) / Halving)
            rungs++;
        return rungs;
    }

    /// <summary>
    /// Seconds that a trial should have at least, by the speed of the first candidate that fine-tunes. It is measured twice, the second time with twice as
    /// many images: the first time code is compiled and caches are cold.
    /// </summary>
    private double Shortest(IReadOnlyList<SearchCandidate> candidates, TrialRunner trials)
    {
        for (int index = 0; index < candidates.Count && !trials.Over.IsCancellationRequested; index++)
            if (candidates[index].FineTunes && Speed(index, 1) && Speed(index, 2) && _costs.Knows(candidates[index]))
                return _costs.Shortest(candidates[index]);
        return ShortestTrial;

        bool Speed(int index, int times) => trials.IsUsable(index)
            && trials.Try(_costs.SpeedTrial(index, candidates[index], times), _budget.TotalSeconds * SearchShare / MinCandidates);
    }

    /// <summary>Tries a candidate with what it can do in its share of the round; false when the time for trials is over.</summary>
    private bool Try(TrialRunner trials, int rung, int index, SearchCandidate candidate, double seconds)
    {
        if (!_costs.Knows(candidate) && trials.IsUsable(index) && !trials.Try(_costs.SpeedTrial(index, candidate), seconds * LongestSpeedTrial))
            return false;
        if (!trials.IsUsable(index))
            return true;
        (int images, int epochs) = _costs.Affordable(candidate, seconds);
        if (images > 0)
            return trials.Try(new SearchTrial(rung, index, candidate, images, epochs));
        Message?.Invoke($"{candidate}: too slow for this budget, left out");
        return true;
    }

    /// <summary>The candidates of a round that go on to the next: the best third, and the best that fine-tunes.</summary>
    private int[] Survivors(int rung, IReadOnlyList<SearchCandidate> candidates)
    {
        int[] order = [.. Leaderboard.Where(r => r.Trial.Rung == rung).Select(r => r.Trial.Index)];
        int[] best = [.. order.Take((order.Length + Halving - 1) / Halving)];
        // Heads train at once and would drive out what gets better with time: the best that fine-tunes stays.
        int tuned = Array.FindIndex(order, index => candidates[index].FineTunes);
        return tuned >= best.Length ? [.. best, order[tuned]] : best;
    }

    /// <summary>
    /// The best candidate that can train on all images in the time that is left; fine-tuning before a head when there is time for
    /// <see cref="FineTuneImages"/>.
    /// </summary>
    private SearchTrial? Final(int rungs)
    {
        double left = Left.TotalSeconds * FinalShare;
        SearchTrial[] possible = [.. Leaderboard.Select(row => _costs.Whole(row.Trial, rungs, left)).OfType<SearchTrial>()];
        return possible is [{ Candidate.Mode: SearchMode.Head }, ..] && Array.Find(possible, t => t.Candidate.FineTunes) is { } tuned
            && (long)tuned.Images * tuned.Epochs >= Math.Min(FineTuneImages, (long)_training * MaxEpochs)
            ? tuned : possible.FirstOrDefault();
    }

    private static double Sortable(double score) => double.IsNaN(score) ? double.NegativeInfinity : score;
}
