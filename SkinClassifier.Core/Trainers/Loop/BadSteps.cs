using SkinClassifier.Trainers.Checkpoints;

namespace SkinClassifier.Trainers.Loop;

/// <summary>
/// Steps whose loss or gradient was not finite: each halves the learning rate, some in a row bring the best weights back, many end the phase.
/// </summary>
internal sealed class BadSteps
{
    private const int BeforeRestore = 3, BeforeEnd = 30;
    private int _inARow;

    /// <summary>Bad steps in all.</summary>
    public int Count { get; private set; }

    /// <summary>Factor on the learning rate.</summary>
    public double RateFactor { get; private set; } = 1;

    /// <summary>Whether the best weights must come back.</summary>
    public bool MustRestore => _inARow >= BeforeRestore;

    /// <summary>Whether the phase must end.</summary>
    public bool MustEnd => Count >= BeforeEnd;

    /// <summary>Counts one.</summary>
    public void Add()
    {
        _inARow++;
        Count++;
        RateFactor /= 2;
    }

    /// <summary>Ends a row: a good step, or the best weights are back.</summary>
    public void EndRow() => _inARow = 0;

    /// <summary>Writes them to a checkpoint, or reads them.</summary>
    public void Exchange(BinaryExchange io)
    {
        RateFactor = io.Of(RateFactor);
        _inARow = io.Of(_inARow);
        Count = io.Of(Count);
    }
}
