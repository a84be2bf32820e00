using SkinClassifier.Backbones;
using SkinClassifier.Common;
using SkinClassifier.Data;
using SkinClassifier.Models;
using SkinClassifier.Trainers;
using SkinClassifier.Trainers.Phases;

namespace SkinClassifier.Tests.Trainers;

public sealed class DecisionTargetTests : FolderTests
{
    private static readonly string[] Labels = ["bkl", "mel", "nv"];

    [TestCase("score")]
    [TestCase("balanced")]
    [TestCase("sensitivity=0.9:mel")]
    [TestCase("specificity=1:a: b")]
    public void A_target_is_written_as_it_is_read(string text) => Assert.That(DecisionTarget.Parse(text).ToString(), Is.EqualTo(text));

    [TestCase("sensitivity=0:mel")]
    [TestCase("sensitivity=1.01:mel")]
    [TestCase("sensitivity=NaN:mel")]
    [TestCase("sensitivity=0.9")]
    [TestCase("sensitivity=0.9:")]
    [TestCase("nowhere.json")]
    [TestCase("Balanced")]
    public void What_is_no_target_is_refused_in_one_sentence(string text) => Assert.That(() => DecisionTarget.Parse(text), Throws.ArgumentException
        .With.Message.StartsWith($"DecisionTarget: expected score, balanced, an existing JSON file of costs, sensitivity=X:CLASS or specificity=X:CLASS "
            + $"with X above 0 to 1, received {text}."));

    [Test]
    public void Costs_are_read_from_json_and_put_in_the_order_of_the_classes()
    {
        DecisionTarget target = DecisionTarget.Parse(Costs("""{ "labels": ["nv", "mel", "bkl"], "costs": [[0, 1, 2], [10, 0, 5], [1, 1, 0]] }"""));
        Assert.That(target.Problem(Labels), Is.Null);
        Assert.That(target.Table!.InOrder(Labels), Is.EqualTo(new double[][] { [0, 1, 1], [5, 0, 10], [2, 1, 0] }));
        ModelDecision decision = Choice([10, 10, 10]).Choose(target, [], [], "", _ => { });
        // mel 0.2: predicting nv costs 0.2 · 10 = 2, predicting mel 0.8 · 1 = 0.8.
        Assert.That(decision.ToRule(null).Decide([0f, 0.2f, 0.8f]), Is.EqualTo(1));
    }

    [TestCase("""{ "labels": ["bkl", "mel", "nv"], "costs": [[0, 1], [1, 0]] }""", "labels: expected one for each of the 2 rows, received 3")]
    [TestCase("""{ "labels": ["mel", "nv"], "costs": [[0, 1], [1]] }""", "costs: expected a square table, received 2 rows and 1 columns in row 2")]
    [TestCase("""{ "labels": ["mel", "mel"], "costs": [[0, 1], [1, 0]] }""", "labels: expected distinct names")]
    [TestCase("""{ "labels": ["mel", "nv"], "costs": [[0, "1"], [1, 0]] }""", "expected an object like")]
    [TestCase("""{ "costs": [[0, 1], [1, 0]] }""", "expected an object like")]
    [TestCase("[1, 2]", "expected an object like")]
    [TestCase("not JSON", "expected an object like")]
    public void A_file_that_is_no_square_table_of_costs_is_refused(string json, string expected)
    {
        string path = Costs(json);
        Assert.That(() => DecisionTarget.Parse(path), Throws.TypeOf<InvalidContentException>()
            .With.Message.StartsWith($"{path}: ").And.Message.Contains(expected));
    }

    [Test]
    public void Classes_that_the_data_do_not_have_are_named()
    {
        Assert.That(DecisionTarget.Parse(Costs("""{ "labels": ["mel", "nevus"], "costs": [[0, 1], [1, 0]] }""")).Problem(["mel", "nv"]),
            Is.EqualTo("expected costs for the classes mel, nv, received also nevus"));
        Assert.That(DecisionTarget.Parse(Costs("""{ "labels": ["mel", "nv"], "costs": [[0, 1], [1, 0]] }""")).Problem(Labels),
            Is.EqualTo("expected costs for the classes bkl, mel, nv, received none for bkl"));
        Assert.That(DecisionTarget.MinSpecificity(0.8, "melanoma").Problem(Labels),
            Is.EqualTo("expected one of the classes bkl, mel, nv, received 'melanoma'"));
        Assert.That(() => DecisionTarget.MinSensitivity(1.5, "mel"), Throws.ArgumentException.With.Message.Contains("above 0 to 1, received 1.5"));
        Assert.That(() => DecisionTarget.ExpectedCost(["a", "b"], [[0, 1], [-1, 0]]), Throws.ArgumentException.With.Message.Contains("received -1 in row 2"));
    }

    [Test]
    public void The_prior_is_the_share_of_the_training_images_whatever_weights_the_classes_had()
    {
        // Four images, half of them nv; no image chooses, so t is what the balance implies.
        foreach ((ClassBalance balance, double t) in new[] { (ClassBalance.None, 1), (ClassBalance.SqrtWeights, 0.5), (ClassBalance.Oversample, 0) })
        {
            ModelDecision decision = (Choice([1, 1, 2]) with { Balance = balance }).Choose(DecisionTarget.Balanced, [], [], "", _ => { });
            Assert.That(decision.Prior, Is.EqualTo(new[] { 0.25, 0.25, 0.5 }));
            Assert.That((decision.Rule, decision.Exponent, decision.ChosenOn), Is.EqualTo(("balanced", (double?)t, (string?)null)));
        }
    }

    [Test]
    public void A_sensitivity_that_is_not_reachable_is_a_warning_and_the_highest_score_stays()
    {
        List<string> warnings = [];
        float[] scores = [0.5f, 0.1f, 0.4f, 0.3f, 0.4f, 0.3f];
        ModelDecision decision = Choice([5, 5, 5]).Choose(DecisionTarget.MinSensitivity(1, "mel"), scores, [1, 2], "validation set", warnings.Add);
        Assert.That((decision.Rule, decision.Target, decision.ChosenOn), Is.EqualTo(("score", (string?)null, "validation set, 2 images")));
        Assert.That(warnings, Is.EqualTo(new[] { "decision: sensitivity=1:mel is not reachable on 2 images that can choose (1 of 'mel') without predicting "
            + "every image as 'mel'; the model decides by the highest score. Ask for less, or give more validation images." }));
    }

    [TestCase(1)]
    [TestCase(2)]
    public void A_trained_model_keeps_its_promise_on_the_images_that_chose_and_no_test_image_chooses(int views)
    {
        ImageDataset train = TestImages.Dataset(20), validation = TestImages.Dataset(12, seed: 6), test = TestImages.Dataset(10, seed: 7);
        ImageClassificationTrainerOptions options = new()
        {
            Arch = Architecture.SmallCnn,
            ImageSize = 24,
            Epoch = 3,
            BatchSize = 8,
            TestTimeAugmentation = views,
            ValidationSet = validation,
            Seed = 2,
        };
        ImageClassificationModel plain = new ImageClassificationTrainer(options).Fit(train);
        foreach (double share in new[] { 0.6, 0.9 })
        {
            DecisionTarget target = DecisionTarget.MinSensitivity(share, "ring");
            ImageClassificationModel model = new ImageClassificationTrainer(options with { Decision = target }).Fit(train);
            Assert.That(model.Manifest.Decision.Rule, Is.EqualTo("thresholds"));
            Assert.That(model.Manifest.Decision.ChosenOn, Is.EqualTo("validation set, 36 images, 12 of 'ring'"));
            Assert.That(model.Evaluate(validation).Metrics.PerClass[1].Recall, Is.AtLeast(share));
            Assert.That(model.Evaluate(test).Metrics.ByScore.ConfusionMatrix.ToRows(), Is.EqualTo(plain.Evaluate(test).Metrics.ConfusionMatrix.ToRows()),
                "probabilities do not depend on the rule");
        }
        ImageDataset marked = ImageDataset.FromMemory([.. train.Examples.Select(e => new ImageSource(e.Path, e.Label, e.ReadContent())),
            .. test.Examples.Select(e => new ImageSource("test/" + e.Path, e.Label, e.ReadContent()) { Split = DatasetSplit.Test })]);
        Assert.That(new ImageClassificationTrainer(options with { Decision = DecisionTarget.Balanced }).Fit(marked).Manifest.Decision.ChosenOn,
            Is.EqualTo("validation set, 36 images"));
    }

    [Test]
    public void Cross_validation_chooses_where_few_images_validate_a_head()
    {
        ImageDataset data = TestImages.Dataset(10);
        ImageClassificationTrainerOptions options = new() { Pretrained = TestNetworks.Small(), Epoch = 2, FineTuneEpoch = 0, ValidationSetFraction = 0.1 };
        ModelDecision decision = new ImageClassificationTrainer(options with { Decision = DecisionTarget.MinSpecificity(0.5, "disc") })
            .Fit(data).Manifest.Decision;
        Assert.That(decision.ChosenOn, Is.EqualTo("5-fold cross-validation, 27 images, 9 of 'disc'"));
        Assert.That(() => new ImageClassificationTrainer(options with
        { Epoch = 1, FineTuneEpoch = 1, ValidationSetFraction = 0, Decision = DecisionTarget.MinSpecificity(0.5, "disc") }).Fit(data),
            Throws.ArgumentException.With.Message.Contains("expected validation images of 'disc', which choose the threshold, received none among 0"));
    }

    [Test]
    public void The_folds_of_a_cross_validation_choose_the_rule_of_the_joined_model_and_measure_by_their_own()
    {
        ImageDataset data = TestImages.Dataset(9);
        CrossValidationResult result = new CrossValidation(new ImageClassificationTrainerOptions
        {
            Pretrained = TestNetworks.Small(),
            Epoch = 2,
            FineTuneEpoch = 0,
            Decision = DecisionTarget.Balanced,
        })
        { Folds = 3 }.Run(data);
        Assert.That(result.Decision.ChosenOn, Is.EqualTo("all folds, 27 images"));
        Assert.That(result.ToEnsemble().Manifest.Decision, Is.EqualTo(result.Decision));
        int[] own = [.. result.Folds.SelectMany(f => Enumerable.Range(0, f.Evaluation.Examples.Count)
            .Select(i => f.Model.Decision.Decide(f.Evaluation.ScoresOf(i))))];
        Assert.That(result.Metrics.Examples.Predicted.ToArray(), Is.EqualTo(own));
        Assert.That((result.Metrics.Decision, result.Metrics.Balanced!.MicroAccuracy), Is.EqualTo(("balanced", result.Metrics.MicroAccuracy)));
    }

    private static DecisionChoice Choice(int[] counts) => new(Labels, counts, ClassBalance.SqrtWeights);

    private string Costs(string json)
    {
        string path = _folder.File("costs.json");
        File.WriteAllText(path, json);
        return path;
    }
}
