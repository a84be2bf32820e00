using SkinClassifier.Execution;
using SkinClassifier.Execution.Training.Steps;
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
        foreach (NodeTrainingStep step in plan.Steps.OfType<NodeTrainingStep>())
            for (int input = 0; input < step.Inputs.Count; input++)
            {
                string name = step.Node.Inputs[input];
                if (!plan.Parameters.Any(p => p.Trainable && p.Name == name))
                    continue;
                if (!terms.TryGetValue(name, out float[]? sum))
                    terms[name] = sum = new float[step.Inputs[input].Values.Length];
                Add(step, input, sum);
            }
    }

    private static void Add(NodeTrainingStep step, int input, float[] sum)
    {
        bool normalized = step.Node.Operator is BatchNormalization or LayerNormalization;
        float[] dy = [.. step.Outputs[0].Gradient.ToArray().Select(MathF.Abs)];
        // The terms of a normalization's factor are dy · x̂, of its summand dy; of every other parameter dy · x.
        if (normalized && input == 1)
        {
            float[] sign = Normalized(step);
            for (int i = 0; i < dy.Length; i++)
                dy[i] = MathF.CopySign(dy[i], sign[i]);
        }
        StepValue[] inputs = [.. step.Inputs.Select((v, i) =>
            new StepValue(v.Shape, normalized ? v.Values : v.Values.ToArray().Select(MathF.Abs).ToArray(), i == input ? sum : default(Memory<float>)))];
        StepValue[] outputs = [.. step.Outputs];
        outputs[0] = new StepValue(outputs[0].Shape, outputs[0].Values, dy);
        step.Node.Operator.Backward(new BackwardStep(inputs, outputs, step.Saved, step.Training));
    }

    private static float[] Normalized(NodeTrainingStep step)
    {
        StepValue[] inputs = [.. step.Inputs.Select((v, i) => new StepValue(v.Shape, i == 0 ? v.Values : v.Values.ToArray()))];
        inputs[1].Values.Span.Fill(1);
        if (inputs.Length > 2)
            inputs[2].Values.Span.Clear();
        StepValue[] outputs = [.. step.Outputs.Select(o => new StepValue(o.Shape, new float[o.Values.Length]))];
        step.Node.Operator.Forward(new ForwardStep(inputs, outputs, new float[step.Saved.Length], step.Training));
        return outputs[0].Values.ToArray();
    }
}
