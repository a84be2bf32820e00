using SkinClassifier.Graphs.Operators;

namespace SkinClassifier.Execution.Training.Steps;

/// <summary>
/// BatchNormalization folded into the map of a value: forward sets scale and shift, backward the factors with which the producer of
/// the value turns gradients of the normalized value into its own. Statistics come from the producer or from a pass of its own,
/// the sums of the gradient from the step that writes it last or from a pass of its own.
/// </summary>
internal sealed unsafe class NormalizationTrainingStep : BlockedTrainingStep
{
    private readonly BatchNormalization _operator;
    private readonly BlockedValue _value;
    private readonly Parameter _scale, _bias, _mean, _variance;
    private readonly bool _training, _ownPass;
    private readonly double[] _inverse, _shared;
    private readonly WorkerIndexedJob _statistics, _finish, _sums, _gradients, _goOn, _goOnGradients;

    public NormalizationTrainingStep(BlockedContext context, BatchNormalization @operator, BlockedValue value, Parameter[] parameters, bool training)
        : base(context)
    {
        (_operator, _value, _training) = (@operator, value, training);
        (_scale, _bias, _mean, _variance) = (parameters[0], parameters[1], parameters[2], parameters[3]);
        value.Map = new ValueMap(value.Stored);
        _inverse = new double[value.Stored.Channels];
        _shared = new double[context.Chain is null ? 0 : value.Stored.Channels * 3];
        _ownPass = training && value.StatisticsCounts is null;
        if (training)
            value.Statistics =
                new ChannelStatistics(value.StatisticsCounts ?? [.. Enumerable.Repeat(value.Stored.Pixels, value.Stored.Images)], value.Stored.Blocks);
        _statistics = new WorkerIndexedJob(TakeStatistics);
        _goOn = new WorkerIndexedJob(GoOn);
        _goOnGradients = new WorkerIndexedJob(GoOnGradients);
        _finish = new WorkerIndexedJob(Finish);
        _sums = new WorkerIndexedJob(Sum);
        _gradients = new WorkerIndexedJob(FinishGradients);
        context.Reserve(0, (long)value.Stored.Images * value.Stored.Blocks * 32, 0);
    }

    /// <summary>The value whose gradient backward sums up.</summary>
    public BlockedValue Value => _value;

    public override IReadOnlyList<BlockedValue> Reads => [_value];

    public override bool NeedsBackward => _value.NeedsGradient && (_training || _scale.Trainable || _bias.Trainable);

    public override void PlanGradients(GradientPlan plan)
    {
    }

    public override void Forward(long iteration)
    {
        if (_ownPass)
            Context.Workers.Run(_value.Stored.Images * _value.Stored.Blocks, _statistics);
        if (_training)
            Context.Chain?.Run(_shared, () => Context.Workers.Run(_value.Stored.Blocks, _goOn));
        Context.Workers.Run(_value.Stored.Blocks, _finish);
    }

    public override void Backward()
    {
        if (_value.Sums is null)
            Context.Workers.Run(_value.Stored.Images * _value.Stored.Blocks, _sums);
        Context.Chain?.Run(_shared.AsSpan(0, _value.Stored.Channels * 2), () => Context.Workers.Run(_value.Stored.Blocks, _goOnGradients));
        Context.Workers.Run(_value.Stored.Blocks, _gradients);
    }

    public override void Dispose()
    {
        _value.Map!.Dispose();
        _value.Statistics?.Dispose();
        _value.Sums?.Dispose();
    }

    private void TakeStatistics(int chunk, int workerIndex)
    {
        int image = chunk / _value.Stored.Blocks, block = chunk % _value.Stored.Blocks;
        _value.Statistics!.Take(Context.Kernels, image, block, _value.Stored.At(image, block), _value.Stored.Pixels, true);
    }

    private void GoOn(int block, int workerIndex)
    {
        for (int lane = 0; lane < _value.Stored.Lanes(block); lane++)
            _value.Statistics!.GoOn(block, lane, _shared.AsSpan((block * 16 + lane) * 3, 3));
    }

    private void GoOnGradients(int block, int workerIndex)
    {
        for (int lane = 0; lane < _value.Stored.Lanes(block); lane++)
            AddSums(block, lane, ref _shared[(block * 16 + lane) * 2], ref _shared[(block * 16 + lane) * 2 + 1]);
    }

    private void AddSums(int block, int lane, ref double sum, ref double products)
    {
        for (int part = 0; part < (_value.Sums?.Parts ?? _value.Stored.Images); part++)
        {
            float* sums = lane + (_value.Sums is null ? Context.Partials + ((nint)part * _value.Stored.Blocks + block) * 32 : _value.Sums.At(part, block));
            sum += sums[0];
            products += sums[16];
        }
    }

    private void Finish(int block, int workerIndex)
    {
        ValueMap map = _value.Map!;
        for (int lane = 0; lane < _value.Stored.Lanes(block); lane++)
        {
            int c = block * 16 + lane;
            double mean = _mean.Value[c], variance = _variance.Value[c];
            if (_training)
            {
                (mean, variance) = Context.Chain is null ? _value.Statistics!.Combine(block, lane)
                    : ChannelStatistics.Result(_shared.AsSpan(c * 3, 3));
                _mean.Value[c] = _mean.Value[c] * _operator.Momentum + (float)mean * (1 - _operator.Momentum);
                _variance.Value[c] = _variance.Value[c] * _operator.Momentum + (float)variance * (1 - _operator.Momentum);
            }
            double inverse = 1 / Math.Sqrt(variance + _operator.Epsilon), scale = _scale.Value[c] * inverse;
            _inverse[c] = inverse;
            map.Mean[c] = (float)mean;
            map.Scale[c] = (float)scale;
            map.Shift[c] = (float)(_bias.Value[c] - mean * scale);
        }
    }

    private void Sum(int chunk, int workerIndex)
    {
        int image = chunk / _value.Stored.Blocks, block = chunk % _value.Stored.Blocks;
        float* sums = Context.Partials + (nint)chunk * 32;
        new Span<float>(sums, 32).Clear();
        Context.Kernels.GradientSums(_value.Stored.At(image, block), _value.Gradient!.At(image, block), _value.Stored.Pixels, _value.Map!.Block(block),
            _value.Map.Mean + block * 16, sums);
    }

    /// <summary>With d the gradient, x̂ = (z − mean) · inverse and n values: dz = scale · inverse · (d − Σd / n − x̂ · Σ(d · x̂) / n).</summary>
    private void FinishGradients(int block, int workerIndex)
    {
        ValueMap map = _value.Map!;
        double count = (double)_value.Stored.Images * Context.Processes * _value.Stored.Pixels;
        for (int lane = 0; lane < _value.Stored.Lanes(block); lane++)
        {
            int c = block * 16 + lane;
            double sum = 0, products = 0;
            if (Context.Chain is null)
                AddSums(block, lane, ref sum, ref products);
            else
                (sum, products) = (_shared[c * 2], _shared[c * 2 + 1]);
            products *= _inverse[c];
            if (_bias.Trainable)
                _bias.Gradient[c] += (float)sum;
            if (_scale.Trainable)
                _scale.Gradient[c] += (float)products;
            if (!_training)
                continue;
            double factor = map.Scale[c], perZ = -factor * products * _inverse[c] / count;
            map.PerZ[c] = (float)perZ;
            map.Constant[c] = (float)(-factor * sum / count - perZ * map.Mean[c]);
        }
    }
}
