using SkinClassifier.Common;
using SkinClassifier.Execution.Layout;

namespace SkinClassifier.Execution.Inference.Steps;

/// <summary>One piece of a plan in running order.</summary>
internal abstract class InferenceStep
{
    /// <summary>For profiles, for example "Conv 3×3 64→128".</summary>
    public abstract string Name { get; }

    /// <summary>Multiplications and additions per image, for profiles.</summary>
    public virtual double Work => 0;

    /// <summary>Every buffer that it reads or writes.</summary>
    public abstract IEnumerable<PlanBuffer> Buffers { get; }

    /// <summary>Computes the output for the first <paramref name="images"/> images of the buffers.</summary>
    public abstract void Run(int images, WorkerPool workers);
}

/// <summary>A step whose images are cut into the same number of chunks each.</summary>
internal abstract class ChunkedStep : InferenceStep, IChunkedWork
{
    /// <summary>Chunks for one image.</summary>
    protected abstract int ChunksPerImage { get; }

    /// <inheritdoc/>
    public override void Run(int images, WorkerPool workers) => workers.Run(images * ChunksPerImage, this);

    /// <inheritdoc/>
    public virtual void Run(int chunk) => Run(chunk / ChunksPerImage, chunk % ChunksPerImage);

    /// <summary>Does one chunk of one image.</summary>
    protected abstract void Run(int image, int chunk);
}
