using SkinClassifier.Execution.Layout;
using SkinClassifier.Kernels;

namespace SkinClassifier.Execution.Training;

/// <summary>
/// A value kept in blocks of 16 channels: what its producer stored, the map that readers apply, and the gradient of the mapped value.
/// </summary>
internal sealed unsafe class BlockedValue(BlockedTensor stored, bool needsGradient)
{
    /// <summary>What the producer stores.</summary>
    public BlockedTensor Stored { get; } = stored;

    /// <summary>Applied by every reader; null: none.</summary>
    public ValueMap? Map { get; set; }

    /// <summary>Filled by the producer while the numbers are in cache; null when unused.</summary>
    public ChannelStatistics? Statistics { get; set; }

    /// <summary>Pixels per statistics chunk of a producer that can fill <see cref="Statistics"/>; null when it cannot.</summary>
    public int[]? StatisticsCounts { get; set; }

    /// <summary>Filled by the step that writes the gradient last, when there is a normalization to sum up for; null when that sums up itself.</summary>
    public GradientSums? Sums { get; set; }

    /// <summary>Whether a trainable parameter lies at or below, or an input whose gradient is asked for.</summary>
    public bool NeedsGradient { get; } = needsGradient;

    /// <summary>Gradient of the mapped value; set when gradients are planned.</summary>
    public BlockedTensor? Gradient { get; set; }

    /// <summary>Writes pixels of the mapped value side by side; <paramref name="step"/>: pixels from one to the next.</summary>
    public void Load(GradientKernels kernels, int image, int block, int pixel, int step, float* to, int count)
    {
        float* from = Stored.At(image, block) + (nint)pixel * 16;
        if (Map is not null)
            kernels.Map(from, step * 16, to, count, Map.Block(block));
        else if (step == 1)
            Copy(from, to, count);
        else
            for (int i = 0; i < count; i++)
                Copy(from + (nint)i * step * 16, to + i * 16, 1);
    }

    /// <summary>Writes pixels of the gradient of the stored value side by side.</summary>
    public void LoadGradient(GradientKernels kernels, int image, int block, int pixel, float* to, int count)
    {
        float* gradient = Gradient!.At(image, block) + (nint)pixel * 16;
        if (Map is null)
            Copy(gradient, to, count);
        else
            kernels.MapGradient(
                Stored.At(image, block) + (nint)pixel * 16, gradient, to, count, Map.Block(block), Map.PerZ + block * 16, Map.Constant + block * 16);
    }

    /// <summary>Writes rows and columns of the mapped value, zero outside the image; the rows of <paramref name="to"/> lie side by side.</summary>
    public void LoadWindow(GradientKernels kernels, int image, int block, int row, int rows, int column, int columns, float* to) =>
        Window(kernels, false, image, block, row, rows, column, columns, to);

    /// <summary>As <see cref="LoadWindow"/>, for the gradient of the stored value.</summary>
    public void LoadGradientWindow(GradientKernels kernels, int image, int block, int row, int rows, int column, int columns, float* to) =>
        Window(kernels, true, image, block, row, rows, column, columns, to);

    private void Window(GradientKernels kernels, bool gradient, int image, int block, int row, int rows, int column, int columns, float* to)
    {
        int left = Math.Clamp(-column, 0, columns), right = Math.Clamp(Stored.Width - column, left, columns);
        for (int r = row; r < row + rows; r++, to += (nint)columns * 16)
            if (r < 0 || r >= Stored.Height)
                Clear(to, columns);
            else
            {
                Clear(to, left);
                int pixel = r * Stored.Width + column + left;
                if (right > left && gradient)
                    LoadGradient(kernels, image, block, pixel, to + left * 16, right - left);
                else if (right > left)
                    Load(kernels, image, block, pixel, 1, to + left * 16, right - left);
                Clear(to + right * 16, columns - right);
            }
    }

    private static void Clear(float* to, int pixels) => new Span<float>(to, pixels * 16).Clear();

    private static void Copy(float* from, float* to, int pixels) => new Span<float>(from, pixels * 16).CopyTo(new Span<float>(to, pixels * 16));
}
