using System.Runtime.ExceptionServices;
using SkinClassifier.Common;

namespace SkinClassifier.Data;

/// <summary>
/// One pass of a <see cref="BatchLoader"/>: readers fill a ring of batches image by image, in the order of tickets; the caller takes the batches in order.
/// A reader waits when its ticket's batch would overwrite one that is not given back yet.
/// </summary>
internal sealed class BatchPass : IDisposable
{
    private readonly object _gate = new();
    private readonly BatchLoader _loader;
    private readonly int[] _order, _imageIndices, _open;
    private readonly string?[][] _reasons;
    private readonly ImageBatch[] _ring;
    private readonly Thread[] _readers;
    private readonly int _batchSize, _batches, _epoch;
    private readonly List<(int Index, string Reason)> _errors = [];
    private int _nextTicket, _taken, _givenBack;
    private bool _started, _stop;
    private ExceptionDispatchInfo? _failure;

    public BatchPass(BatchLoader loader, BatchLoaderOptions options, int[] order, int epoch)
    {
        _loader = loader;
        _order = order;
        _epoch = epoch;
        _batchSize = Math.Min(options.BatchSize, Math.Max(1, order.Length));
        _batches = (order.Length + _batchSize - 1) / _batchSize;
        _imageIndices = ImageIndices(order, loader.Examples.Count);
        int ring = Math.Min(_batches, 1 + options.BatchesAhead);
        _ring = loader.TakeRing(ring, _batchSize);
        _open = new int[ring];
        _reasons = new string?[ring][];
        for (int r = 0; r < ring; r++)
        {
            _reasons[r] = new string?[_batchSize];
            _open[r] = SizeOf(r);
        }
        int threads = Math.Min((options.Workers ?? WorkerPool.Shared).Threads, Math.Max(1, order.Length));
        _readers = new Thread[threads];
        for (int t = 0; t < threads; t++)
            _readers[t] = new Thread(ReadAll) { IsBackground = true, Name = "BatchLoader" };
    }

    /// <summary>Images of the batch last returned that could not be read.</summary>
    public IReadOnlyList<(int Index, string Reason)> Errors => _errors;

    /// <summary>The next batch; null after the last.</summary>
    public ImageBatch? Next(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Start();
        using CancellationTokenRegistration registration = cancellationToken.Register(Wake);
        int ready;
        lock (_gate)
        {
            if (_taken > _givenBack)
                Recycle(_givenBack);
            if (_taken == _batches)
                return null;
            ready = _taken % _ring.Length;
            while (_open[ready] > 0 && _failure is null && !cancellationToken.IsCancellationRequested)
                Monitor.Wait(_gate);
            _failure?.Throw();
            cancellationToken.ThrowIfCancellationRequested();
            _taken++;
        }
        int first = (_taken - 1) * _batchSize, size = SizeOf(_taken - 1);
        ReadOnlySpan<int> indices = _order.AsSpan(first, size);
        ReadOnlySpan<string?> reasons = _reasons[ready].AsSpan(0, size);
        _ring[ready].Compact(indices, reasons, _loader.Examples);
        _errors.Clear();
        for (int position = 0; position < size; position++)
            if (reasons[position] is { } reason)
                _errors.Add((indices[position], reason));
        return _ring[ready];
    }

    /// <summary>Stops the readers and waits for them.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _stop = true;
            Monitor.PulseAll(_gate);
        }
        if (_started)
            foreach (Thread reader in _readers)
                reader.Join();
        _loader.GiveBackRing(_ring);
    }

    private void Start()
    {
        if (_started)
            return;
        _started = true;
        foreach (Thread reader in _readers)
            reader.Start();
    }

    private void Wake()
    {
        lock (_gate)
            Monitor.PulseAll(_gate);
    }

    /// <summary>Gives the buffers of a batch that the caller is done with to the batch one ring later.</summary>
    private void Recycle(int batch)
    {
        _givenBack++;
        int later = batch + _ring.Length;
        if (later >= _batches)
            return;
        _open[batch % _ring.Length] = SizeOf(later);
        Monitor.PulseAll(_gate);
    }

    private void ReadAll()
    {
        ImageReader reader = _loader.NewReader();
        try
        {
            while (TakeTicket(out int ticket))
            {
                int batch = ticket / _batchSize, position = ticket % _batchSize, place = batch % _ring.Length;
                _reasons[place][position] = _loader.Read(_order[ticket], _epoch, _imageIndices[ticket], _ring[place].ImageAt(position), reader);
                _ring[place].SetSize(position, reader.Size);
                lock (_gate)
                    if (--_open[place] == 0)
                        Monitor.PulseAll(_gate);
            }
        }
        catch (Exception error)
        {
            lock (_gate)
            {
                _failure ??= ExceptionDispatchInfo.Capture(error);
                _stop = true;
                Monitor.PulseAll(_gate);
            }
        }
    }

    private bool TakeTicket(out int ticket)
    {
        lock (_gate)
        {
            ticket = _nextTicket;
            if (_stop || ticket >= _order.Length)
                return false;
            _nextTicket++;
            // Batch b may be filled once the caller has given back batch b − ring length.
            int batch = ticket / _batchSize;
            while (!_stop && batch >= _ring.Length + _givenBack)
                Monitor.Wait(_gate);
            return !_stop;
        }
    }

    private int SizeOf(int batch) => Math.Min(_batchSize, _order.Length - batch * _batchSize);

    private static int[] ImageIndices(int[] order, int count)
    {
        int[] seen = new int[count], indices = new int[order.Length];
        for (int i = 0; i < order.Length; i++)
            indices[i] = unchecked(order[i] + count * seen[order[i]]++);
        return indices;
    }
}
