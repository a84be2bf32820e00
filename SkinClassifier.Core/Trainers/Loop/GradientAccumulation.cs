using System.Numerics.Tensors;
using SkinClassifier.Trainers.Optimizers;
using Parameter = SkinClassifier.Execution.Parameter;

namespace SkinClassifier.Trainers.Loop;

/// <summary>
/// The batches of one step, whose gradients add up in the network. Of several batches each counts by the sum of its class weights, so that the
/// whole is what one large batch would give.
/// </summary>
/// <param name="steps">Batches of a step.</param>
internal sealed class GradientAccumulation(int steps)
{
    private double _mass;

    /// <summary>Sum of the batch losses.</summary>
    public double Loss { get; private set; }

    /// <summary>Right answers.</summary>
    public int Correct { get; private set; }

    /// <summary>Batches in it; 0: the next one begins a step.</summary>
    public int Batches { get; private set; }

    /// <summary>Whether it has all its batches.</summary>
    public bool IsFull => Batches == steps;

    /// <summary>Begins a step.</summary>
    public void Begin(BatchPass pass)
    {
        pass.BeginStep();
        (_mass, Loss, Correct) = (0, 0, 0);
    }

    /// <summary>Adds the gradient of the batch that just went forward.</summary>
    public void Add(BatchPass pass, double loss)
    {
        Loss += loss;
        Correct += pass.CountCorrect();
        double mass = steps > 1 ? pass.TargetMass() : 1;
        _mass += mass;
        pass.Backward(mass);
        Batches++;
    }

    /// <summary>What the summed gradients are multiplied with, so that they are those of one batch.</summary>
    public double Scale => steps > 1 ? 1 / _mass : 1;

    /// <summary>Ends the step, taken or not.</summary>
    public void End() => Batches = 0;

    /// <summary>Length of the gradient of the whole step over all weights together.</summary>
    public double Norm(Parameter[] trainable)
    {
        double sum = 0;
        foreach (Parameter parameter in trainable)
            sum += GradientNorm.SquareSum(parameter.Gradient);
        return Math.Sqrt(sum) * Scale;
    }

    /// <summary>Multiplies a gradient in place; by 1 it stays as it is.</summary>
    public static void Multiply(Span<float> gradient, float factor)
    {
        if (factor != 1)
            TensorPrimitives.Multiply(gradient, factor, gradient);
    }
}
