namespace SkinClassifier.Execution.Training.Steps;

/// <summary>Values one behind the other along the channels; a block of the output may take lanes of several values.</summary>
internal sealed unsafe class ConcatTrainingStep : PlaneTrainingStep
{
    private readonly BlockedValue[] _parts;
    private readonly int[] _starts;
    private readonly bool[] _add;

    public ConcatTrainingStep(BlockedContext context, BlockedValue[] parts, BlockedValue output) : base(context, output, 2)
    {
        _parts = parts;
        _add = new bool[parts.Length];
        _starts = new int[parts.Length + 1];
        for (int i = 0; i < parts.Length; i++)
            _starts[i + 1] = _starts[i] + parts[i].Stored.Channels;
    }

    public override IReadOnlyList<BlockedValue> Reads => _parts;

    public override IReadOnlyList<BlockedValue> BackwardReads => [];

    public override void PlanGradients(GradientPlan plan)
    {
        for (int i = 0; i < _parts.Length; i++)
            if (_parts[i].NeedsGradient)
                _add[i] = plan.Claim(_parts[i]);
        plan.Release(Output);
    }

    protected override void ForwardPlane(int image, int block, float* scratch)
    {
        float* y = Output.Stored.At(image, block);
        ClearUnused(block, y, Output.Stored.Pixels);
        int channel = block * 16, end = Math.Min(channel + 16, Output.Stored.Channels);
        for (int part = 0; channel < end; part++)
            while (channel < Math.Min(end, _starts[part + 1]))
            {
                int inside = channel - _starts[part], lanes = Lanes(part, channel, end);
                for (int pixel = 0; pixel < Output.Stored.Pixels; pixel += Part)
                {
                    int count = Math.Min(Part, Output.Stored.Pixels - pixel);
                    float* to = y + pixel * 16;
                    if (lanes == 16)
                        _parts[part].Load(Context.Kernels, image, inside / 16, pixel, 1, to, count);
                    else
                    {
                        _parts[part].Load(Context.Kernels, image, inside / 16, pixel, 1, scratch, count);
                        for (int i = 0; i < count; i++)
                            for (int lane = 0; lane < lanes; lane++)
                                to[i * 16 + channel % 16 + lane] = scratch[i * 16 + inside % 16 + lane];
                    }
                }
                channel += lanes;
            }
    }

    protected override void BackwardPlane(int image, int block, float* scratch)
    {
        for (int pixel = 0; pixel < Output.Stored.Pixels; pixel += Part)
        {
            int count = Math.Min(Part, Output.Stored.Pixels - pixel), channel = block * 16, end = Math.Min(channel + 16, Output.Stored.Channels);
            Output.LoadGradient(Context.Kernels, image, block, pixel, scratch, count);
            for (int part = 0; channel < end; part++)
                while (channel < Math.Min(end, _starts[part + 1]))
                {
                    int inside = channel - _starts[part], lanes = Lanes(part, channel, end);
                    if (_parts[part].NeedsGradient)
                        Give(_parts[part].Gradient!.At(image, inside / 16) + pixel * 16 + inside % 16, scratch + channel % 16, lanes, count,
                            _add[part], inside + lanes == _parts[part].Stored.Channels ? 16 - (inside % 16 + lanes) : 0);
                    channel += lanes;
                }
        }
    }

    /// <summary>Channels from <paramref name="channel"/> on that lie in one block of the part and in one of the output.</summary>
    private int Lanes(int part, int channel, int end) => Math.Min(Math.Min(end, _starts[part + 1]) - channel, 16 - (channel - _starts[part]) % 16);

    private void Give(float* to, float* from, int lanes, int count, bool add, int unused)
    {
        if (lanes == 16)
            Put(from, to, count, add);
        else
            for (int i = 0; i < count; i++, to += 16, from += 16)
            {
                for (int lane = 0; lane < lanes; lane++)
                    to[lane] = add ? to[lane] + from[lane] : from[lane];
                if (!add)
                    new Span<float>(to + lanes, unused).Clear();
            }
    }
}
