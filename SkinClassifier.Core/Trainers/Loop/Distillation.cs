using SkinClassifier.Trainers.Losses;

namespace SkinClassifier.Trainers.Loop;

/// <summary>
/// Knowledge distillation: loss ← (1 − w)·loss + w·T²·mean KL(p ‖ q) with p = softmax(log teacher / T) and q = softmax(z / T) of the network's class logits z;
/// the gradient by z is (1 − w)·g + w·T·(q − p)/N. Hinton, Vinyals and Dean, Distilling the Knowledge in a Neural Network, 2015.
/// Same numbers as T²·torch.nn.functional.kl_div(log_softmax(z/T), softmax(teacher/T), reduction "batchmean").
/// </summary>
/// <param name="Teacher">Where the teacher's probabilities come from.</param>
/// <param name="Weight">w, 0 to 1.</param>
/// <param name="Temperature">T, above 0.</param>
internal sealed record Distillation(TeacherScores Teacher, double Weight, double Temperature)
{
    /// <summary>Adds the teacher's part.</summary>
    /// <param name="loss">What turns raw scores into class logits.</param>
    /// <param name="value">Loss of the labels.</param>
    /// <param name="scores">Raw scores [N, outputs].</param>
    /// <param name="teacher">The teacher's probabilities [N,K].</param>
    /// <param name="classes">K.</param>
    /// <param name="gradient">Gradient of the loss of the labels by the scores; receives that of the whole.</param>
    /// <returns>The whole loss.</returns>
    public double Mix(Loss loss, double value, ReadOnlySpan<float> scores, ReadOnlySpan<float> teacher, int classes, Span<float> gradient)
    {
        int count = teacher.Length / classes, outputs = scores.Length / count;
        float[] logits = new float[teacher.Length], soft = new float[classes];
        double[] wanted = new double[classes], own = new double[classes];
        loss.ToLogits(scores, classes, logits);
        double divergence = 0;
        foreach (ref float g in gradient)
            g = (float)((1 - Weight) * g);
        for (int n = 0; n < count; n++)
        {
            // A probability of 0 counts as 1e−12, so that its logarithm is finite.
            for (int c = 0; c < classes; c++)
                soft[c] = (float)(Math.Log(Math.Max(teacher[n * classes + c], 1e-12)) / Temperature);
            Loss.LogSoftmax(soft, wanted);
            for (int c = 0; c < classes; c++)
                soft[c] = (float)(logits[n * classes + c] / Temperature);
            Loss.LogSoftmax(soft, own);
            for (int c = 0; c < classes; c++)
            {
                double p = Math.Exp(wanted[c]);
                divergence += p * (wanted[c] - own[c]);
                // One output is the logit of class 1; class 0 has the fixed logit 0.
                int output = c - (classes - outputs);
                if (output >= 0)
                    gradient[n * outputs + output] += (float)(Weight * Temperature * (Math.Exp(own[c]) - p) / count);
            }
        }
        return (1 - Weight) * value + Weight * Temperature * Temperature * divergence / count;
    }
}
