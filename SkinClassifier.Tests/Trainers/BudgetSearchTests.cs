using SkinClassifier.Common;
using SkinClassifier.Data;
using SkinClassifier.Trainers;
using SkinClassifier.Trainers.Search;

namespace SkinClassifier.Tests.Trainers;

/// <summary>The search with a clock that moves by hand: a trial takes as long as its images and its network say.</summary>
public sealed class BudgetSearchTests
{
    private const int Training = 4000, Validation = 500, Test = 1000;
    private static readonly SearchCandidate[] Candidates = [.. Enumerable.Range(0, 9)
        .Select(i => new SearchCandidate($"net{i}", i % 3 == 2 ? SearchMode.Head : SearchMode.FineTune, 160, 0.001, "standard", ClassBalance.SqrtWeights))];

    [Test]
    public void The_best_candidate_wins_within_the_budget_and_gets_the_rest_of_the_time()
    {
        Machine machine = new();
        BudgetSearch search = machine.Search(TimeSpan.FromMinutes(30));
        SearchTrial final = search.Run(Candidates)!;
        Assert.That(final.Candidate.Backbone, Is.EqualTo("net4"), "net4 is the best of the simulation");
        Assert.That((final.Images, final.Rung), Is.EqualTo((Training, 2)));
        Assert.That(search.Left.TotalMinutes, Is.InRange(14, 24), "up to half of the time is for the trials");
        double seconds = Machine.FinalSeconds(final) + Machine.SecondsPerUnit(final.Candidate) * Test * 8 / 3;
        Assert.That(seconds, Is.LessThan(search.Left.TotalSeconds), "the final training and its metrics fit");
        Assert.That(final.Epochs == BudgetSearch.MaxEpochs || seconds > search.Left.TotalSeconds * 0.6, "and use the time");
        Assert.That(search.Rows.Count(r => r.Trial.Rung == 0), Is.EqualTo(9));
        Assert.That(search.Rows.Count(r => r.Trial.Rung == 1), Is.EqualTo(3));
        double first = search.Rows.Where(r => r.Trial.Rung == 0 && r.Trial.Candidate.Mode == SearchMode.FineTune).Average(r => r.Seconds),
            second = search.Rows.Where(r => r.Trial.Rung == 1 && r.Trial.Candidate.Mode == SearchMode.FineTune).Average(r => r.Seconds);
        Assert.That(second, Is.GreaterThan(1.5 * first));
        Assert.That(search.Leaderboard.Select(r => r.Trial.Rung), Is.Ordered.Descending);
        Assert.That(search.Leaderboard.Select(r => r.Trial.Index), Is.Unique.And.Exactly(9).Items);
    }

    [TestCase(20)]
    [TestCase(120)]
    [TestCase(300)]
    [TestCase(3600)]
    public void Any_budget_is_kept(int seconds)
    {
        Machine machine = new();
        BudgetSearch search = machine.Search(TimeSpan.FromSeconds(seconds));
        SearchTrial? final = search.Run(Candidates);
        Assert.That(search.Left, Is.GreaterThan(TimeSpan.Zero));
        if (final is not null)
            Assert.That(Machine.FinalSeconds(final), Is.LessThan(search.Left.TotalSeconds));
        Assert.That(seconds < 300 || final is not null);
    }

    [Test]
    public void A_search_that_was_stopped_repeats_nothing_and_ends_alike([Values(1, 5, 12, 20)] int stopAfter)
    {
        Machine whole = new();
        BudgetSearch undisturbed = whole.Search(TimeSpan.FromMinutes(30));
        SearchTrial? expected = undisturbed.Run(Candidates);
        Machine first = new() { StopAfter = stopAfter };
        BudgetSearch stopped = first.Search(TimeSpan.FromMinutes(30));
        Assert.That(() => stopped.Run(Candidates, first.Stop.Token), Throws.InstanceOf<OperationCanceledException>());
        using TemporaryFolder folder = new();
        new SearchJournal("key", stopped.Rows, null).Write(folder.File("journal.json"));
        SearchJournal journal = SearchJournal.Read(folder.File("journal.json"))!;
        Assert.That(journal.Rows, Is.EqualTo(stopped.Rows));
        Machine second = new();
        BudgetSearch resumed = second.Search(TimeSpan.FromMinutes(30), journal.Rows);
        SearchTrial? final = resumed.Run(Candidates);
        Assert.That(final, Is.EqualTo(expected));
        Assert.That(resumed.Rows.Select(r => r.Trial), Is.EqualTo(undisturbed.Rows.Select(r => r.Trial)));
        Assert.That(first.Ran.Take(stopAfter).Concat(second.Ran), Is.EqualTo(whole.Ran), "each trial once");
    }

    /// <summary>
    /// One whole training of net0 at 160 pixels is 15 epochs of 4,000 images at 0.01 s: 625 seconds. A search would leave half of four fifths of the time.
    /// </summary>
    [TestCase(900, 160, 15, false, null, Description = "time for one, not for one after a search: nothing is shortened")]
    [TestCase(300, 160, 9, true, 96, Description = "fewer epochs, made shorter")]
    [TestCase(100, 128, 3, true, null, Description = "the smallest images, where four epochs do not fit")]
    public void Where_a_search_would_not_leave_time_for_one_whole_training_there_is_none(int seconds, int size, int epochs, bool isShortened, int? from)
    {
        Machine machine = new() { Sizes = [128, 160, 224] };
        BudgetSearch search = machine.Search(TimeSpan.FromSeconds(seconds));
        SearchTrial final = search.Run(Candidates)!;
        Assert.That((final.Candidate.Backbone, final.Candidate.ImageSize, final.Epochs, final.Images), Is.EqualTo(("net0", size, epochs, Training)));
        Assert.That(final.Quick, Is.EqualTo(isShortened ? new QuickTraining(0.7, from) : null));
        Assert.That(Machine.FinalSeconds(final), Is.LessThan(search.Left.TotalSeconds));
        ImageClassificationTrainerOptions options = final.Apply(new());
        Assert.That((options.TestTimeAugmentation, options.GradualFreezing, options.ProgressiveFrom),
            Is.EqualTo(isShortened ? (2, 0.7, from) : ((int?)null, 0.0, (int?)null)));
        Assert.That(final.Apply(new() { TestTimeAugmentation = 4, GradualFreezing = 0.2 }),
            Has.Property("TestTimeAugmentation").EqualTo(4).And.Property("GradualFreezing").EqualTo(0.2));
        using TemporaryFolder folder = new();
        new SearchJournal("key", search.Rows, final).Write(folder.File("journal.json"));
        Assert.That(SearchJournal.Read(folder.File("journal.json"))!.Final, Is.EqualTo(final), "a resumed run trains the same");
        Assert.That(search.Leaderboard, Is.Empty);
        Assert.That(machine.Messages, Has.Some.Contains("a search would not leave the time for one whole training"));
    }

    [TestCase(20, Description = "not even small images can be shown often enough: a head may win")]
    [TestCase(3600, Description = "time for both")]
    public void With_very_little_or_with_enough_time_candidates_are_tried(int seconds)
    {
        Machine machine = new() { Sizes = [96, 128, 160, 224] };
        BudgetSearch search = machine.Search(TimeSpan.FromSeconds(seconds));
        search.Run(Candidates);
        Assert.That(search.Leaderboard, Is.Not.Empty);
    }

    [TestCase(30, true)]
    [TestCase(3, false)]
    public void A_head_that_is_trained_at_once_gives_way_to_fine_tuning_where_there_is_time_for_it(int minutes, bool tunes)
    {
        Machine machine = new() { QuickHeads = true };
        BudgetSearch search = machine.Search(TimeSpan.FromMinutes(minutes));
        SearchTrial final = search.Run(Candidates)!;
        Assert.That(search.Leaderboard[0].Trial.Candidate.Mode, Is.EqualTo(SearchMode.Head));
        Assert.That(final.Candidate.FineTunes, Is.EqualTo(tunes));
        Assert.That(final.Images, Is.EqualTo(Training));
        if (tunes)
        {
            Assert.That(final.Images * final.Epochs, Is.GreaterThanOrEqualTo(BudgetSearch.FineTuneImages));
            Assert.That(final.Candidate.Backbone, Is.EqualTo("net4"), "the best of those that fine-tune");
            Assert.That(search.Rows.Where(r => r.Trial.Rung == 1).Select(r => r.Trial.Candidate.FineTunes), Has.Some.True, "it stayed in the race");
            Assert.That(Machine.Seconds(final, Validation), Is.LessThan(search.Left.TotalSeconds));
        }
    }

    [Test]
    public void A_network_that_cannot_be_used_or_is_far_too_slow_is_left_out()
    {
        Machine machine = new() { Broken = "net4", Slow = "net1" };
        BudgetSearch search = machine.Search(TimeSpan.FromMinutes(10));
        SearchTrial final = search.Run(Candidates)!;
        Assert.That(final.Candidate.Backbone, Is.Not.EqualTo("net4").And.Not.EqualTo("net1"));
        Assert.That(search.Leaderboard.Select(r => r.Trial.Candidate.Backbone), Has.None.EqualTo("net4").And.None.EqualTo("net1"));
        Assert.That(machine.Messages, Has.Some.Contains("wrong shape").And.Some.Contains("too slow"));
    }

    [Test]
    public void Where_trials_are_quick_more_candidates_are_tried_than_planned()
    {
        SearchCandidate[] many = [.. Enumerable.Range(0, 27).Select(i => Candidates[i % 9] with { LearningRate = 0.0001 * (i + 1) })];
        TimeSpan budget = TimeSpan.FromMinutes(3);
        int planned = BudgetSearch.CandidatesFor(budget);
        // Few images, so that even many epochs are over soon.
        ManualClock clock = new();
        BudgetSearch search = new(budget, 80, 10, 10, (trial, _) =>
        {
            clock.Advance(0.1);
            return new TrialOutcome(0.5 + trial.Index * 0.01, 0.5, 1);
        }, null, clock);
        SearchTrial final = search.Run(many)!;
        Assert.That(planned, Is.LessThan(10));
        Assert.That(search.Leaderboard, Has.Count.EqualTo(27));
        // The best one, 26, is a head; 20 epochs of so few images are enough to prefer fine-tuning.
        Assert.That(final.Index, Is.EqualTo(Array.FindLastIndex(many, c => c.FineTunes)));
    }

    [TestCase(0.01, 12)]
    [TestCase(0.05, 3)]
    public void On_a_slow_machine_fewer_candidates_are_tried_so_that_each_trains_something(double secondsPerUnit, int count)
    {
        ManualClock clock = new();
        BudgetSearch search = new(TimeSpan.FromMinutes(30), Training, Validation, Test, (trial, _) =>
        {
            clock.Advance(secondsPerUnit
                * TrialCosts.Units(trial.Candidate.Mode, trial.Images, trial.Epochs, trial.Rung < 0 ? BudgetSearch.SpeedValidation : Validation));
            return new TrialOutcome(0.5 + trial.Index * 0.01, 0.5, 1);
        }, null, clock);
        search.Run([.. Candidates.Where(c => c.FineTunes).SelectMany(c => new[] { c, c with { ImageSize = 128 } })]);
        SearchTrial[] first = [.. search.Rows.Select(r => r.Trial).Where(t => t.Rung == 0)];
        Assert.That(first, Has.Length.EqualTo(count));
        Assert.That(first.Select(t => t.Images * t.Epochs), Is.All.GreaterThan(0.9 * BudgetSearch.MinShown));
    }

    [Test]
    public void Without_time_for_any_trial_there_is_no_winner()
    {
        Machine machine = new();
        BudgetSearch search = machine.Search(TimeSpan.FromMilliseconds(300));
        Assert.That(search.Run(Candidates), Is.Null);
        Assert.That(search.Leaderboard, Is.Empty);
        Assert.That(() => machine.Search(TimeSpan.Zero), Throws.ArgumentException);
    }

    [Test]
    public void Candidates_differ_keep_what_is_fixed_and_begin_with_the_usual()
    {
        SearchSpace space = new()
        {
            Pretrained = [new("mobilenet_v2", 224), new("tiny", 64)],
            Usual = new SearchCandidate("", SearchMode.FineTune, 160, 0.001, "standard", ClassBalance.Weights)
        };
        IReadOnlyList<SearchCandidate> list = space.Candidates(20, 1);
        Assert.That(list, Is.Unique.And.Exactly(20).Items);
        Assert.That(list[0], Is.EqualTo(new SearchCandidate("mobilenet_v2", SearchMode.FineTune, 160, 0.001, "standard", ClassBalance.Weights)));
        Assert.That(list.Take(5).Select(c => c.Mode),
            Is.EqualTo(new[] { SearchMode.FineTune, SearchMode.FineTune, SearchMode.Head, SearchMode.Head, SearchMode.Scratch }));
        Assert.That(list.Where(c => c.Backbone == "tiny").Select(c => c.ImageSize), Has.All.LessThanOrEqualTo(64));
        Assert.That(space.Candidates(20, 1), Is.EqualTo(list));
        Assert.That(space.Candidates(20, 2), Is.Not.EqualTo(list));
        list = (space with { ImageSizes = [96], Augmentations = ["light"], Balances = [ClassBalance.None] }).Candidates(12, 1);
        Assert.That(list.Where(c => c.Backbone != "tiny").Select(c => c.ImageSize), Has.All.EqualTo(96));
        Assert.That(list.Where(c => c.Mode != SearchMode.Head).Select(c => c.Augmentation), Has.All.EqualTo("light"));
        Assert.That(list.Select(c => c.Balance), Has.All.EqualTo(ClassBalance.None));
    }

    [Test]
    public void A_network_without_normalisation_trains_its_head_first_and_at_a_tenth_of_the_rates()
    {
        SearchSpace space = new()
        {
            Pretrained = [new("plain", 224, IsNormalized: false)],
            Scratch = [],
            Usual = new SearchCandidate("", SearchMode.FineTune, 224, 0.0005, "light", ClassBalance.None)
        };
        IReadOnlyList<SearchCandidate> list = space.Candidates(30, 1);
        Assert.That(
            list[0], Is.EqualTo(new SearchCandidate("plain", SearchMode.HeadThenFineTune, 224, 0.0005 * SearchSpace.GentleShare, "light", ClassBalance.None)));
        SearchCandidate[] tuned = [.. list.Where(c => c.Mode != SearchMode.Head)];
        Assert.That(tuned, Has.Length.GreaterThan(10)
            .And.All.Matches<SearchCandidate>(c => c.Mode == SearchMode.HeadThenFineTune && c.FineTunes && c.ModeName == "fine-tune"));
        Assert.That(
            tuned.Select(c => c.LearningRate / SearchSpace.GentleShare), Is.All.InRange(space.LearningRates.Min() * 0.999, space.LearningRates.Max() * 1.001));
        Assert.That(TrialCosts.Units(SearchMode.HeadThenFineTune, 100, 2, 10),
            Is.EqualTo(TrialCosts.Units(SearchMode.FineTune, 100, 2, 10) + TrialCosts.Units(SearchMode.Head, 100, 2, 10)).Within(1e-9));
    }

    [TestCase(1, 3)]
    [TestCase(30, 18)]
    [TestCase(600, 27)]
    public void A_longer_budget_tries_more(int minutes, int most)
    {
        int count = BudgetSearch.CandidatesFor(TimeSpan.FromMinutes(minutes));
        Assert.That(count, Is.InRange(BudgetSearch.MinCandidates, most).And.LessThanOrEqualTo(BudgetSearch.MaxCandidates));
        Assert.That(count, Is.GreaterThanOrEqualTo(BudgetSearch.CandidatesFor(TimeSpan.FromMinutes(minutes / 2.0))));
    }

    [Test]
    public void A_damaged_journal_is_said()
    {
        using TemporaryFolder folder = new();
        Assert.That(SearchJournal.Read(folder.File("none.json")), Is.Null);
        File.WriteAllText(folder.File("bad.json"), "{\"key\": \"k\", \"trials\": [{}]}");
        Assert.That(() => SearchJournal.Read(folder.File("bad.json")), Throws.InstanceOf<InvalidContentException>().With.Message.Contains("restarts"));
    }

    [Test]
    public void A_sample_keeps_the_shares_of_the_classes_and_a_smaller_one_is_part_of_it()
    {
        ImageDataset data = TestImages.Dataset(0, counts: [40, 20, 4]);
        ImageDataset half = data.Sample(32), few = data.Sample(8);
        Assert.That(half.CountByLabel(), Is.EqualTo(new[] { 20, 10, 2 }));
        Assert.That(few.CountByLabel(), Is.EqualTo(new[] { 5, 3, 2 }));
        Assert.That(few.Examples, Is.SubsetOf(half.Examples));
        Assert.That(data.Sample(64), Is.SameAs(data));
        Assert.That(data.Sample(32, 2).Examples, Is.Not.EqualTo(half.Examples));
    }

    /// <summary>A machine of which we know how fast it is and how good each network gets.</summary>
    private sealed class Machine
    {
        private readonly ManualClock _clock = new();

        public List<SearchTrial> Ran { get; } = [];
        public List<string> Messages { get; } = [];
        public int StopAfter { get; init; } = int.MaxValue;
        public CancellationTokenSource Stop { get; } = new();
        public string Broken { get; init; } = "";
        public string Slow { get; init; } = "";
        public bool QuickHeads { get; init; }
        public int[] Sizes { get; init; } = [];

        public BudgetSearch Search(TimeSpan budget, IReadOnlyList<SearchResultRow>? rows = null) =>
            new(budget, Training, Validation, Test, Run, rows, _clock) { Message = Messages.Add, SizesOf = _ => Sizes };

        public static double SecondsPerUnit(SearchCandidate candidate) => 0.01 * (1 + (candidate.Backbone[^1] - '0') % 4);

        public static double Seconds(SearchTrial trial, int validation) =>
            SecondsPerUnit(trial.Candidate) * TrialCosts.Units(trial.Candidate.Mode, trial.Images, trial.Epochs, validation);

        public static double FinalSeconds(SearchTrial trial) => SecondsPerUnit(trial.Candidate) * (trial.Candidate.Mode != SearchMode.FineTune
            ? TrialCosts.Units(trial.Candidate.Mode, trial.Images, trial.Epochs, Validation)
            : trial.Epochs * (trial.Images * (trial.Quick?.EpochCost ?? 1) + Validation / 3.0))
            * trial.Candidate.ImageSize * trial.Candidate.ImageSize / (160.0 * 160);

        private TrialOutcome Run(SearchTrial trial, CancellationToken cancellationToken)
        {
            if (trial.Candidate.Backbone == Broken)
                throw new ShapeMismatchException("wrong shape");
            if (Ran.Count >= StopAfter)
            {
                Stop.Cancel();
                cancellationToken.ThrowIfCancellationRequested();
            }
            Ran.Add(trial);
            _clock.Advance(Seconds(trial, trial.Rung < 0 ? BudgetSearch.SpeedValidation : Validation) * (trial.Candidate.Backbone == Slow ? 15 : 1));
            int index = trial.Candidate.Backbone[^1] - '0';
            double best = index == 4 ? 0.8 : 0.5 + 0.02 * index, trained = 1 - Math.Exp(-(double)trial.Images * trial.Epochs / 500);
            if (QuickHeads)
                trained = trial.Candidate.Mode == SearchMode.Head ? 1 : trained / 2;
            return new TrialOutcome(best * trained, best * trained, 1 - best);
        }
    }
}
