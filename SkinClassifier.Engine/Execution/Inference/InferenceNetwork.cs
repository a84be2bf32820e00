using SkinClassifier.Common;
using SkinClassifier.Execution.Inference.Steps;
using SkinClassifier.Execution.Layout;

namespace SkinClassifier.Execution.Inference;

/// <summary>
/// Steps with all buffers in place. The first <paramref name="earlySteps"/> of them run for <paramref name="earlyImages"/> images at a time until
/// all images of the pass are through; <paramref name="crossing"/> are the values that they leave for the later steps, with floats per image.
/// </summary>
internal sealed unsafe class InferenceNetwork(InferenceStep[] steps, int earlySteps, int earlyImages, (PlanBuffer Buffer, nint PerImage)[] crossing,
    PlanBuffer input, bool copiesInput, PlanBuffer output, PinnedFloats arena)
{
    /// <summary>The steps in running order.</summary>
    public IReadOnlyList<InferenceStep> Steps => steps;

    /// <summary>How many steps run for fewer images at a time.</summary>
    public int EarlySteps => earlySteps;

    /// <summary>How many images those take at most.</summary>
    public int EarlyImages => earlyImages;

    /// <summary>Floats of all activations together, after reuse.</summary>
    public long ArenaLength => arena.Length;

    /// <summary>Runs <paramref name="images"/> images from <paramref name="from"/> to <paramref name="to"/>; can be canceled between two steps.</summary>
    public void Run(int images, float* from, int inputLength, float* to, int outputLength, WorkerPool workers, CancellationToken cancellationToken = default)
    {
        if (copiesInput)
            new ReadOnlySpan<float>(from, inputLength).CopyTo(new Span<float>(input.Pointer, inputLength));
        else
            input.Pointer = from;
        if (earlySteps > 0)
            RunEarly(images, inputLength / images, workers, cancellationToken);
        for (int i = earlySteps; i < steps.Length; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            steps[i].Run(images, workers);
        }
        new ReadOnlySpan<float>(output.Pointer, outputLength).CopyTo(new Span<float>(to, outputLength));
    }

    private void RunEarly(int images, int perInput, WorkerPool workers, CancellationToken cancellationToken)
    {
        int done = 0;
        try
        {
            while (done < images)
            {
                int count = Math.Min(earlyImages, images - done);
                for (int i = 0; i < earlySteps; i++)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    steps[i].Run(count, workers);
                }
                Move(count, perInput);
                done += count;
            }
        }
        finally
        {
            // Also after a cancellation: the next run starts from the first image again.
            Move(-done, perInput);
        }
    }

    /// <summary>Lets the early steps read and write the images that follow.</summary>
    private void Move(int images, int perInput)
    {
        input.Pointer += (nint)images * perInput;
        foreach ((PlanBuffer buffer, nint perImage) in crossing)
            buffer.Pointer += images * perImage;
    }
}
