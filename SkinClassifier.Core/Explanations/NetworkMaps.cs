using SkinClassifier.Execution;
using SkinClassifier.Graphs;
using SkinClassifier.Models;
using SkinClassifier.Tensors;

namespace SkinClassifier.Explanations;

/// <summary>
/// Computes maps of one network at the size of its input. Plans are made when they are first needed and kept; of the CAM methods those of the last layer that
/// was asked for. One caller at a time.
/// </summary>
/// <param name="network">One input [N,3,H,W], one output [N,K]; its weights must not change.</param>
/// <param name="width">W.</param>
/// <param name="height">H.</param>
/// <param name="classes">K.</param>
/// <param name="plans">How the plans work.</param>
internal sealed class NetworkMaps(Graph network, int width, int height, int classes, PlanOptions plans) : IDisposable
{
    private const int SideParts = 8;

    private readonly TensorShape _input = new(1, 3, height, width);
    private (string? Layer, CamPlan Plan)? _cam;
    private ImageScorer? _scorer;
    private IntegratedGradientsPlan? _gradients;

    /// <summary>Scores of the image alone, without views.</summary>
    public ImageScorer Scorer => _scorer ??= new ImageScorer(network, width, height, classes, plans);

    /// <summary>Side of the patch where none is given: an eighth of the shorter side.</summary>
    public static int DefaultPatch(int width, int height) => Math.Max(1, Math.Min(width, height) / SideParts);

    /// <summary>The map of a class.</summary>
    /// <param name="input">[3,H,W].</param>
    /// <param name="label">Place of the class among the scores.</param>
    /// <param name="options">Checked options.</param>
    /// <param name="cancellationToken">Stops inside the network.</param>
    public HeatMap Compute(ReadOnlySpan<float> input, int label, ExplanationOptions options, CancellationToken cancellationToken)
    {
        switch (options.Method)
        {
            case ExplanationMethod.Occlusion:
                int patch = options.PatchSize ?? DefaultPatch(width, height);
                return OcclusionMap.Compute(Scorer, input, width, height, label, FilledImage.Of(input, width, height, options.Fill), patch,
                    options.PatchStride ?? Math.Max(1, patch / 2), cancellationToken);
            case ExplanationMethod.IntegratedGradients:
                _gradients ??= new IntegratedGradientsPlan(network, _input, plans);
                return _gradients.Compute(input, FilledImage.Of(input, width, height, options.Fill), label, options.IntegrationSteps, cancellationToken);
            default:
                return Cam(options.Layer).Compute(input, label, options.Method, cancellationToken);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _cam?.Plan.Dispose();
        _scorer?.Dispose();
        _gradients?.Dispose();
    }

    private CamPlan Cam(string? layer)
    {
        if (_cam is not { } cam || cam.Layer != layer)
        {
            CamPlan plan = new(network, _input, layer, plans);
            _cam?.Plan.Dispose();
            _cam = cam = (layer, plan);
        }
        return cam.Plan;
    }
}
