using System.Reflection;
using Microsoft.ML.Runtime;

namespace SkinClassifier.MLNet.Training;

/// <summary>
/// One token of a caller's token and of ML.NET's own cancellation, which tools such as AutoML use. ML.NET keeps it in a property that is not public and raises
/// no event, so the property is looked at ten times a second.
/// </summary>
internal sealed class ExecutionCancellation : IDisposable
{
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(100);
    private readonly CancellationTokenSource _source;
    private readonly Func<bool> _isCanceled;
    private readonly Timer _timer;

    public ExecutionCancellation(IHostEnvironment environment, CancellationToken cancellationToken)
    {
        _source = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _isCanceled = Property(environment);
        _timer = new Timer(_ => Look(), null, _pause, _pause);
        Look();
    }

    /// <summary>Canceled when the caller's token or the context is.</summary>
    public CancellationToken Token => _source.Token;

    /// <summary>Throws when the context was canceled.</summary>
    public void ThrowIfCanceled()
    {
        if (_isCanceled())
            throw new OperationCanceledException("ImageNetwork: the context was canceled, which stopped the training.");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        using ManualResetEvent done = new(false);
        if (_timer.Dispose(done))
            done.WaitOne();
        _source.Dispose();
    }

    /// <summary>Reads the property; false for ever in an environment that has none and so cannot be canceled.</summary>
    internal static Func<bool> Property(IHostEnvironment environment) =>
        environment.GetType().GetProperty("IsCanceled", BindingFlags.Public | BindingFlags.Instance) is { } property
            ? property.GetGetMethod()!.CreateDelegate<Func<bool>>(environment) : () => false;

    private void Look()
    {
        if (_isCanceled())
            _source.Cancel();
    }
}
