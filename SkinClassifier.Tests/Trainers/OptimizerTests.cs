using System.Text.Json;
using SkinClassifier.Trainers.Optimizers;
using SkinClassifier.Trainers.Schedules;
using static SkinClassifier.Tests.Trainers.TorchNumbers;

namespace SkinClassifier.Tests.Trainers;

[Category("Simd")]
public sealed class OptimizerTests
{
    [TestCaseSource(typeof(TorchNumbers), nameof(Optimizers))]
    public void Five_steps_equal_PyTorch(JsonElement recorded)
    {
        float[] value = Floats(recorded, "start");
        Optimizer optimizer = Make(recorded, value.Length);
        foreach (JsonElement gradient in recorded.GetProperty("gradients").EnumerateArray())
        {
            optimizer.BeginStep();
            optimizer.Update(
                0, value, [.. gradient.EnumerateArray().Select(v => (float)v.GetDouble())], (float)Number(recorded, "rate"), (float)Number(recorded, "decay"));
        }
        Assert.That(value, Is.EqualTo(Floats(recorded, "end")).Within(2e-6f));
    }

    [TestCase(0.5)]
    [TestCase(0.95)]
    public void Beta2_is_the_share_of_the_mean_squared_gradient_that_stays(double beta2)
    {
        float[] value = [1], gradients = [0.5f, -2f, 0.25f];
        Optimizer optimizer = Optimizer.Create(OptimizerKind.AdamW, [1], beta2: (float)beta2);
        double expected = 1, mean = 0, square = 0;
        for (int step = 1; step <= gradients.Length; step++)
        {
            double gradient = gradients[step - 1];
            optimizer.BeginStep();
            optimizer.Update(0, value, gradients.AsSpan(step - 1, 1), 0.1f, 0);
            mean = 0.9 * mean + 0.1 * gradient;
            square = beta2 * square + (1 - beta2) * gradient * gradient;
            expected -= 0.1 * (mean / (1 - Math.Pow(0.9, step))) / (Math.Sqrt(square / (1 - Math.Pow(beta2, step))) + 1e-8);
        }
        Assert.That(value[0], Is.EqualTo(expected).Within(1e-6));
    }

    [TestCaseSource(typeof(TorchNumbers), nameof(Cycled))]
    public void Rate_and_momentum_of_one_cycle_equal_PyTorch(JsonElement recorded)
    {
        float[] value = Floats(recorded, "start");
        Optimizer optimizer =
            Optimizer.Create(Enum.Parse<OptimizerKind>(Text(recorded, "kind")), [value.Length], 0.9f, recorded.GetProperty("nesterov").GetBoolean());
        OneCycleSchedule schedule = new();
        JsonElement[] gradients = [.. recorded.GetProperty("gradients").EnumerateArray()];
        for (int step = 0; step < gradients.Length; step++)
        {
            ScheduleStep at = new(step, 4, gradients.Length, []);
            optimizer.Momentum = (float)schedule.Momentum(at)!.Value;
            optimizer.BeginStep();
            optimizer.Update(0, value, [.. gradients[step].EnumerateArray().Select(v => (float)v.GetDouble())],
                (float)(Number(recorded, "rate") * schedule.Factor(at)), (float)Number(recorded, "decay"));
        }
        Assert.That(value, Is.EqualTo(Floats(recorded, "end")).Within(2e-6f));
    }

    [TestCaseSource(typeof(TorchNumbers), nameof(Optimizers))]
    public void Every_element_is_treated_alike_and_saved_state_goes_on_bit_for_bit(JsonElement recorded)
    {
        float[] start = Floats(recorded, "start");
        float[][] gradients =
            [.. recorded.GetProperty("gradients").EnumerateArray().Select(g => g.EnumerateArray().Select(v => (float)v.GetDouble()).ToArray())];
        float rate = (float)Number(recorded, "rate"), decay = (float)Number(recorded, "decay");
        float[] whole = [.. start];
        Optimizer all = Make(recorded, whole.Length);
        foreach (float[] gradient in gradients)
        {
            all.BeginStep();
            all.Update(0, whole, gradient, rate, decay);
        }
        // The same elements one by one (always the tail), with a save and restore in the middle.
        for (int i = 0; i < start.Length; i++)
        {
            float[] one = [start[i]];
            Optimizer optimizer = Make(recorded, 1);
            for (int s = 0; s < gradients.Length; s++)
            {
                if (s == 2)
                {
                    Optimizer resumed = Make(recorded, 1);
                    resumed.Step = optimizer.Step;
                    for (int k = 0; k < resumed.State.Count; k++)
                        optimizer.State[k].CopyTo(resumed.State[k], 0);
                    optimizer = resumed;
                }
                optimizer.BeginStep();
                optimizer.Update(0, one, [gradients[s][i]], rate, decay);
            }
            Assert.That(BitConverter.SingleToInt32Bits(one[0]), Is.EqualTo(BitConverter.SingleToInt32Bits(whole[i])), $"element {i}");
        }
    }

    [Test]
    public void Norm_of_ragged_lengths_equals_the_plain_sum([Range(0, 19)] int length)
    {
        float[] gradient = [.. Enumerable.Range(1, length).Select(i => i * 0.5f)];
        Assert.That(GradientNorm.SquareSum(gradient), Is.EqualTo(gradient.Sum(g => (double)g * g)).Within(1e-9));
    }

    private static Optimizer Make(JsonElement recorded, int length) =>
        Optimizer.Create(
            Enum.Parse<OptimizerKind>(Text(recorded, "kind")), [length], (float)Number(recorded, "momentum"), recorded.GetProperty("nesterov").GetBoolean());
}
