using SkinClassifier.Prediction;

namespace SkinClassifier.Hosting;

/// <summary>A loaded model.zip and its pool of engines.</summary>
/// <param name="pool">The engines.</param>
/// <param name="sha256">Hash of the zip, lower-case hexadecimal.</param>
/// <param name="version">The file as it was read.</param>
internal sealed class ModelLease(PredictionEnginePool pool, string sha256, FileVersion version) : FileLease(sha256, version)
{
    public PredictionEnginePool Pool => pool;

    protected override void Close() => pool.Dispose();
}
