using SkinClassifier.Common;

namespace SkinClassifier.Trainers.Search;

/// <summary>Runs the trials of a search, or takes them from the one that was stopped, and notes what they reach and cost.</summary>
/// <param name="run">Trains and measures.</param>
/// <param name="costs">Hears of every finished trial.</param>
/// <param name="rows">Receives every finished trial.</param>
/// <param name="known">Trials of the search that was stopped, in their order.</param>
/// <param name="time">The clock.</param>
internal sealed class TrialRunner(Func<SearchTrial, CancellationToken, TrialOutcome> run, TrialCosts costs, List<SearchResultRow> rows,
    Queue<SearchResultRow> known, TimeProvider time)
{
    private readonly HashSet<int> _unusable = [];

    /// <summary>Called after every trial.</summary>
    public required Action<SearchResultRow>? TrialFinished { get; init; }

    /// <summary>Called with a sentence now and then.</summary>
    public required Action<string>? Message { get; init; }

    /// <summary>Cancelled by the caller.</summary>
    public required CancellationToken Cancelled { get; init; }

    /// <summary>Cancelled by the caller, or the time for trials is over.</summary>
    public required CancellationToken Over { get; init; }

    /// <summary>Whether a candidate may be tried.</summary>
    public bool IsUsable(int index) => !_unusable.Contains(index);

    /// <summary>Runs a trial; false when the time for trials is over.</summary>
    /// <param name="trial">The trial.</param>
    /// <param name="seconds">A candidate that takes longer is left out from now on.</param>
    public bool Try(SearchTrial trial, double seconds = double.PositiveInfinity)
    {
        if (Known(trial) is not { } row)
        {
            known.Clear();
            long started = time.GetTimestamp();
            using CancellationTokenSource tooSlow =
                double.IsFinite(seconds) ? new CancellationTokenSource(TimeSpan.FromSeconds(seconds), time) : new CancellationTokenSource();
            using CancellationTokenSource any = CancellationTokenSource.CreateLinkedTokenSource(Over, tooSlow.Token);
            TrialOutcome outcome;
            try
            {
                outcome = run(trial, any.Token);
                // A run that was cut short by the clock cannot be repeated, so it does not count.
                any.Token.ThrowIfCancellationRequested();
            }
            catch (OperationCanceledException) when (!Over.IsCancellationRequested)
            {
                LeaveOut(trial, "too slow for this budget, left out");
                return true;
            }
            catch (OperationCanceledException) when (!Cancelled.IsCancellationRequested)
            {
                return false;
            }
            catch (SkinClassifierException error)
            {
                LeaveOut(trial, $"left out. {error.Message}");
                return true;
            }
            row = new SearchResultRow(trial, outcome, Math.Max(time.GetElapsedTime(started).TotalSeconds, 1e-3));
        }
        rows.Add(row);
        costs.Add(row);
        TrialFinished?.Invoke(row);
        return true;
    }

    private SearchResultRow? Known(SearchTrial trial) => known.TryPeek(out SearchResultRow? row)
        && (row.Trial.Rung, row.Trial.Index, row.Trial.Candidate) == (trial.Rung, trial.Index, trial.Candidate) ? known.Dequeue() : null;

    private void LeaveOut(SearchTrial trial, string why)
    {
        _unusable.Add(trial.Index);
        Message?.Invoke($"{trial.Candidate}: {why}");
    }
}
