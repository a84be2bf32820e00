using SkinClassifier.Execution;
using SkinClassifier.Graphs;
using SkinClassifier.Graphs.Operators;

namespace SkinClassifier.Tests.Execution;

/// <summary>
/// What the elements of a parameter's gradient are sums of: for each element Σ |term|. A sum of terms can be right to some units in the
/// last place of this number and no better, however small the sum itself is.
/// </summary>
internal static class GradientTerms
{
    /// <summary>Adds the terms of the last backward pass of a plan on plain operators, by the name of the parameter.</summary>
    public static void Add(TrainingPlan plan, Dictionary<string, float[]> terms)
    {
        foreach (PlainStage stage in plan.Stages.OfType<PlainStage>())
            for (int input = 0; input < stage.Inputs.Count; input++)
            {
                string name = stage.Node.Inputs[input];
                if (!plan.Parameters.Any(p => p.Trainable && p.Name == name))
                    continue;
                if (!terms.TryGetValue(name, out float[]? sum))
                    terms[name] = sum = new float[stage.Inputs[input].Values.Length];
                Add(stage, input, sum);
            }
    }

    private static void Add(PlainStage stage, int input, float[] sum)
    {
        bool normalized = stage.Node.Operator is BatchNormalization or LayerNormalization;
        float[] dy = [.. stage.Outputs[0].Gradient.ToArray().Select(MathF.Abs)];
        // The terms of a normalization's factor are dy · x̂, of its summand dy; of every other parameter dy · x.
        if (normalized && input == 1)
        {
            float[] sign = Normalized(stage);
            for (int i = 0; i < dy.Length; i++)
                dy[i] = MathF.CopySign(dy[i], sign[i]);
        }
        StepValue[] inputs = [.. stage.Inputs.Select((v, i) =>
            new StepValue(v.Shape, normalized ? v.Values : v.Values.ToArray().Select(MathF.Abs).ToArray(), i == input ? sum : default(Memory<float>)))];
        StepValue[] outputs = [.. stage.Outputs];
        outputs[0] = new StepValue(outputs[0].Shape, outputs[0].Values, dy);
        stage.Node.Operator.Backward(new BackwardStep(inputs, outputs, stage.Saved, stage.Training));
    }

    private static float[] Normalized(PlainStage stage)
    {
        StepValue[] inputs = [.. stage.Inputs.Select((v, i) => new StepValue(v.Shape, i == 0 ? v.Values : v.Values.ToArray()))];
        inputs[1].Values.Span.Fill(1);
        if (inputs.Length > 2)
            inputs[2].Values.Span.Clear();
        StepValue[] outputs = [.. stage.Outputs.Select(o => new StepValue(o.Shape, new float[o.Values.Length]))];
        stage.Node.Operator.Forward(new ForwardStep(inputs, outputs, new float[stage.Saved.Length], stage.Training));
        return outputs[0].Values.ToArray();
    }
}
