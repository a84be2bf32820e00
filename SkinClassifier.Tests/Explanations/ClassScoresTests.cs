using SkinClassifier.Explanations;
using SkinClassifier.Graphs;
using SkinClassifier.Models;
using SkinClassifier.Tensors;
using SkinClassifier.Trainers;

namespace SkinClassifier.Tests.Explanations;

public sealed class ClassScoresTests
{
    private static readonly TensorShape Input = new(1, 3, 16, 16);

    [Test]
    public void The_input_of_softmax_is_explained()
    {
        ClassScores scores = new(TinyNetworks.Colors().Network, Input);
        Assert.That((scores.Mean, scores.Members.Count), Is.EqualTo(("logits", 1)));
    }

    [Test]
    public void Every_member_of_an_ensemble_has_its_scores()
    {
        ImageClassificationModel model = ModelEnsemble.Combine([TinyNetworks.Colors(), TinyNetworks.Colors(scale: 3), TinyNetworks.Colors(scale: 2)]);
        ClassScores scores = new(model.Network, Input);
        Assert.That(scores.Members, Is.EquivalentTo(new[] { "m1_logits", "m2_logits", "m3_logits" }));
        Assert.That(scores.Shapes[scores.Mean], Is.EqualTo(new TensorShape(1, 3)));
        Assert.That(FeatureMaps.Last(scores, "m2_logits"), Is.EqualTo(new[] { "m2_map" }));
    }

    [Test]
    public void One_sigmoid_gives_log_odds_of_both_classes()
    {
        ClassScores scores = new(Head((b, logits) =>
        {
            string p = b.Sigmoid(b.Gemm(logits, "one", 1), "p"), one = b.Constant("one", new Tensor(new TensorShape(1, 1), [1f]));
            return b.Concat([b.Add("Sub", "rest", [one, p]), p], "both");
        }), Input);
        Assert.That(scores.Shapes[scores.Mean], Is.EqualTo(new TensorShape(1, 2)));
        Assert.That(scores.Network.Nodes.Single(n => n.Operator.OpType == "Neg").Inputs[0], Is.EqualTo("one"));
    }

    [Test]
    public void Logarithms_and_independent_probabilities_lead_to_their_scores()
    {
        Assert.That(new ClassScores(Head((b, logits) => b.Add("Exp", "e", [b.Add("LogSoftmax", "l", [logits])])), Input).Mean, Is.EqualTo("logits"));
        Assert.That(new ClassScores(Head((b, logits) =>
        {
            string p = b.Sigmoid(logits, "p");
            return b.Add("Div", "share", [p, b.Add("ReduceSum", "sum", [p], new OperatorAttributes(
                new Dictionary<string, object> { ["keepdims"] = 1L }, new Dictionary<int, object> { [1] = new long[] { 1 } }))]);
        }), Input).Mean, Is.EqualTo("logits"));
    }

    [Test]
    public void A_network_with_an_unknown_end_is_explained_by_its_output()
    {
        Assert.That(new ClassScores(Head((b, logits) => b.Add("Tanh", "t", [logits])), Input).Mean, Is.EqualTo("t"));
        Assert.That(new ClassScores(Head((b, logits) => b.Add(b.Add("Softmax", "s", [logits]), b.Add("Tanh", "t", [logits]), "sum")), Input).Mean,
            Is.EqualTo("sum"));
    }

    [Test]
    public void Names_of_the_network_are_not_used_twice()
    {
        ClassScores scores = new(Head((b, logits) => b.Add(b.Softmax(logits, "explained.sum"), b.Softmax(logits, "explained.mean"), "last")), Input);
        Assert.That(scores.Mean, Is.EqualTo("_explained.mean"));
    }

    private static Graph Head(Func<GraphBuilder, string, string> end)
    {
        GraphBuilder b = new("net");
        string x = b.Relu(b.Conv(b.Input("image", Input.With(0, TensorShape.Free)), "conv", 5, 3), "relu");
        return b.Build(end(b, b.Gemm(b.Flatten(b.GlobalAveragePool(x, "pool"), "flat"), "logits", 4)));
    }
}
