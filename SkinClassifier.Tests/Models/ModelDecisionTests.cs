using System.Text;
using SkinClassifier.Common;
using SkinClassifier.Data;
using SkinClassifier.Metrics;
using SkinClassifier.Models;
using SkinClassifier.Prediction;
using SkinClassifier.Reports;
using SkinClassifier.Tests.Models.MlNet;
using SkinClassifier.Trainers;

namespace SkinClassifier.Tests.Models;

/// <summary>The law that every output has the class by the model's rule, and that probabilities do not change.</summary>
public sealed class ModelDecisionTests : FolderTests
{
    private static readonly ModelDecision[] Rules =
    [
        new(),
        new() { Rule = "balanced", Prior = [0.9, 0.06, 0.04], Exponent = 0.8 },
        new() { Rule = "costs", Costs = [[0, 1.3, 1.05], [1, 0.3, 1.05], [1, 1.3, 0.05]] },
        new() { Rule = "thresholds", Thresholds = [0.6, 0.6, 0.4], Target = "sensitivity=0.9:blue" },
    ];

    private static ImageClassificationModel Model(ModelDecision decision)
    {
        ImageClassificationModel model = SmallModels.Create(["red", "green", "blue"], sharpness: 0.004f);
        return model.With(model.Manifest with { Decision = decision });
    }

    [TestCaseSource(nameof(Rules))]
    public async Task Every_output_of_the_library_has_the_class_by_the_rule(ModelDecision decision)
    {
        ImageDataset data = SmallModels.Dataset(perClass: 6);
        ImageClassificationModel model = Reload(Model(decision)), plain = Model(new());
        ModelEvaluation evaluation = model.Evaluate(data), byScore = plain.Evaluate(data);
        string[] expected = [.. Enumerable.Range(0, evaluation.Examples.Count).Select(i => model.Labels[Plainly(decision, evaluation.ScoresOf(i))])];
        for (int i = 0; i < expected.Length; i++)
            Assert.That(evaluation.ScoresOf(i).ToArray(), Is.EqualTo(byScore.ScoresOf(i).ToArray()), "probabilities never change");
        Assert.That(expected.Distinct().Count(), Is.AtLeast(2));
        Assert.That(Enumerable.Range(0, expected.Length).Select(i => model.Labels[evaluation.PredictedIndex(i)]), Is.EqualTo(expected));
        RunReport.From(evaluation).Write(_folder.File("out"));
        Assert.That(CsvTable.Read(_folder.File("out/predictions.csv")).Rows.Select(r => r[2]), Is.EqualTo(expected));
        using PredictionEngine engine = new(model);
        using PredictionEnginePool pool = new(model);
        for (int i = 0; i < expected.Length; i++)
        {
            byte[] content = evaluation.Examples[i].ReadContent();
            File.WriteAllBytes(_folder.File($"{i}.png"), content);
            Assert.That(engine.Predict(content).PredictedLabel, Is.EqualTo(expected[i]));
            Assert.That((await pool.PredictAsync(content)).PredictedLabel, Is.EqualTo(expected[i]));
        }
        Assert.That(engine.PredictFiles(Enumerable.Range(0, expected.Length).Select(i => _folder.File($"{i}.png"))).Select(p => p.PredictedLabel),
            Is.EqualTo(expected));
        using RealChain chain = new(model, _folder);
        for (int i = 0; i < expected.Length; i++)
        {
            RealChain.Output output = chain.Predict(_folder.File($"{i}.png"));
            Assert.That(output.PredictedLabel, Is.EqualTo(expected[i]), "ML.NET reads the same rule");
            Assert.That(output.Score, Is.EqualTo(engine.Predict(_folder.File($"{i}.png")).Score).Within(0.01), "and the same probabilities");
        }
        model.ExportOnnx(_folder.File("model.onnx"));
        Assert.That(ModelImport.FromOnnx(_folder.File("model.onnx")).Evaluate(data).Metrics.ConfusionMatrix.ToRows(),
            Is.EqualTo(evaluation.Metrics.ConfusionMatrix.ToRows()), "a file that was exported keeps the rule");
        Assert.That(evaluation.Metrics.ByScore.ConfusionMatrix.ToRows(), Is.EqualTo(byScore.Metrics.ConfusionMatrix.ToRows()));
        Assert.That(evaluation.Metrics.Balanced, Is.Not.Null);
    }

    [Test]
    public void Another_rule_can_be_asked_of_an_evaluation()
    {
        ImageDataset data = SmallModels.Dataset(perClass: 4);
        ModelEvaluation other = Model(Rules[1]).Evaluate(data, new EvaluationOptions { Decision = DecisionRule.HighestScore });
        Assert.That((other.Metrics.Decision, other.Metrics.MicroAccuracy), Is.EqualTo(("score", Model(new()).Evaluate(data).Metrics.MicroAccuracy)));
        Assert.That(() => Model(new()).Evaluate(data, new EvaluationOptions { Decision = DecisionRule.Thresholds([0.5, 0.5]) }),
            Throws.ArgumentException.With.Message.Contains("the model's 3 classes, received one for 2"));
    }

    [Test]
    public void A_manifest_without_a_rule_decides_by_the_highest_score()
    {
        string json = Encoding.UTF8.GetString(Model(new()).Manifest.ToJson());
        Assert.That(json, Does.Contain("\"decision\": {\n    \"rule\": \"score\"\n  }"));
        ModelManifest old = ModelManifest.FromJson(Encoding.UTF8.GetBytes(json.Replace("\"decision\"", "\"earlier\"")), "old");
        Assert.That(old.Decision, Is.EqualTo(new ModelDecision()));
        Assert.That(Model(old.Decision).BalancedDecision!.ToString(), Is.EqualTo("balanced, p / prior^0.5"), "five images of each class and the usual t");
    }

    [Test]
    public void What_is_stored_is_read_back([ValueSource(nameof(Rules))] ModelDecision decision)
    {
        byte[] json = Model(decision).Manifest.ToJson();
        Assert.That(ModelManifest.FromJson(json, "m").ToJson(), Is.EqualTo(json));
    }

    [Test]
    public void A_rule_of_a_later_version_is_refused_and_a_damaged_one_too()
    {
        string json = Encoding.UTF8.GetString(Model(Rules[1]).Manifest.ToJson());
        Assert.That(() => Read(json.Replace("\"rule\": \"balanced\"", "\"rule\": \"conformal\"")), Throws.TypeOf<UnsupportedContentException>()
            .With.Message.Contains("decision.rule: expected score, balanced, costs or thresholds, received \"conformal\"").And.Message.Contains("Update"));
        Assert.That(() => Read(json.Replace("0.06", "0")), Throws.TypeOf<InvalidContentException>().With.Message.Contains("decision.prior"));
        Assert.That(() => Read(json.Replace("\"exponent\": 0.8", "\"exponent\": 2")), Throws.TypeOf<InvalidContentException>()
            .With.Message.Contains("decision.exponent: expected 0 to 1, received 2"));
        Assert.That(() => Read(json.Replace("\"rule\": \"balanced\"", "\"rule\": \"costs\"")), Throws.TypeOf<InvalidContentException>()
            .With.Message.Contains("decision.costs: expected a square table"));
        Assert.That(() => Model(new() { Rule = "thresholds", Thresholds = [0.5, 0.5] }), Throws.TypeOf<InvalidContentException>()
            .With.Message.Contains("expected values for 3 labels, received 2"));

        static ModelManifest Read(string text) => ModelManifest.FromJson(Encoding.UTF8.GetBytes(text), "m.zip");
    }

    [Test]
    public void An_ensemble_decides_as_its_models_where_they_agree()
    {
        ModelDecision one = new() { Rule = "balanced", Prior = [0.5, 0.3, 0.2], Exponent = 0.4 }, two = one with { Prior = [0.7, 0.2, 0.1], Exponent = 0.6 };
        ModelDecision joined = ModelEnsemble.Combine([Model(one), Model(two)]).Manifest.Decision;
        Assert.That(joined.Rule, Is.EqualTo("balanced"));
        Assert.That(joined.Prior, Is.EqualTo(new[] { 0.6, 0.25, 0.15 }).Within(1e-12));
        Assert.That(joined.Exponent, Is.EqualTo(0.5).Within(1e-12));
        Assert.That(ModelEnsemble.Combine([Model(Rules[2]), Model(Rules[2])]).Manifest.Decision.Costs, Is.EqualTo(Rules[2].Costs));
        Assert.That(ModelEnsemble.Combine([Model(Rules[3]), Model(Rules[3])]).Manifest.Decision.Thresholds, Is.EqualTo(Rules[3].Thresholds));
        Assert.That(ModelEnsemble.Combine([Model(one), Model(Rules[2])]).Manifest.Decision.Rule, Is.EqualTo("score"));
    }

    [Test]
    public void The_model_card_says_the_rule_and_which_suits_screening()
    {
        Assert.That(Model(Rules[1]).ModelCard, Does.Contain("Predicted class: balanced, the largest p / prior^0.8").And.Contain("For screening"));
        Assert.That(Model(Rules[3]).ModelCard, Does.Contain("thresholds for sensitivity=0.9:blue"));
        Assert.That(Model(new()).ModelCard, Does.Contain("Predicted class: the highest score."));
    }

    /// <summary>The rule as the documents write it.</summary>
    private static int Plainly(ModelDecision decision, ReadOnlySpan<float> scores)
    {
        double[] p = [.. scores.ToArray().Select(s => (double)s)];
        double[] value = decision.Rule switch
        {
            "balanced" => [.. p.Select((v, c) => v / Math.Pow(decision.Prior![c], decision.Exponent!.Value))],
            "costs" => [.. p.Select((_, j) => -p.Select((v, i) => v * decision.Costs![i][j]).Sum())],
            "thresholds" => [.. p.Select((v, c) => v / decision.Thresholds![c])],
            _ => p,
        };
        return Array.IndexOf(value, value.Max());
    }

    private static ImageClassificationModel Reload(ImageClassificationModel model)
    {
        using MemoryStream stream = new();
        model.Save(stream);
        stream.Position = 0;
        return ImageClassificationModel.Load(stream);
    }
}
