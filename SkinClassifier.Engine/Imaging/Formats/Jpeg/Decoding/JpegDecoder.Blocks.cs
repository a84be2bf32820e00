namespace SkinClassifier.Imaging.Formats.Jpeg;

// From entropy-coded blocks to rows of samples: directly, or through stored coefficients.
internal sealed unsafe partial class JpegDecoder
{
    /// <summary>One sequential scan with all components: every row of MCUs becomes pixels at once.</summary>
    private void DecodeDirect(byte* target)
    {
        BeginScan();
        for (int mcuRow = 0; mcuRow < _mcusHigh; mcuRow++)
        {
            for (int mcu = 0; mcu < _mcusWide; mcu++)
            {
                BeforeMcu();
                for (int i = 0; i < _scanCount; i++)
                    DecodeMcuPart(_scan[i], mcuRow, mcu);
            }
            _rows.Emit(target, mcuRow, mcuRow == _mcusHigh - 1);
        }
        if (!_reader.SkipToMarker())
            throw DataEnds();
    }

    private void DecodeMcuPart(JpegComponent component, int mcuRow, int mcu)
    {
        nint stride = _rows.Stride(component);
        int size = component.BlockSize;
        byte* rows = _rows.BandStart(component, mcuRow) + (nint)mcu * component.H * size;
        for (int v = 0; v < component.V; v++, rows += stride * size)
            for (int h = 0; h < component.H; h++)
            {
                int last = SequentialScan.DecodeBlock(_reader, component.Dc!, component.Ac!, _blocks.Current, JpegOrder.LanePointer, ref component.Prediction);
                if (last < 0)
                    throw Broken();
                _blocks.Transform(component, rows + h * size, stride, last);
            }
    }

    /// <summary>One scan of several: coefficients are stored.</summary>
    private void DecodeBuffered()
    {
        if (!_anyScan)
            for (int i = 0; i < _componentCount; i++)
                _components[i].ClearCoefficients();
        BeginScan();
        if (_scanCount == 1)
            DecodeOwnBlocks(_scan[0]);
        else
            DecodeInterleaved();
        EndScan();
    }

    private void DecodeOwnBlocks(JpegComponent component)
    {
        CountWork((long)component.OwnBlocksWide * component.OwnBlocksHigh);
        int endOfBand = 0;
        fixed (short* coefficients = component.Coefficients)
            for (int y = 0; y < component.OwnBlocksHigh; y++)
            {
                short* block = coefficients + (nint)y * component.BlocksWide * 64;
                for (int x = 0; x < component.OwnBlocksWide; x++, block += 64)
                {
                    if (endOfBand > 0 && _high == 0 && _restartInterval == 0)
                    {
                        int skipped = Math.Min(endOfBand, component.OwnBlocksWide - x);   // blocks that get nothing need no visit
                        endOfBand -= skipped;
                        x += skipped - 1;
                        block += (skipped - 1) * 64;
                        continue;
                    }
                    if (BeforeMcu())
                        endOfBand = 0;
                    DecodeStored(component, block, ref endOfBand);
                }
            }
    }

    private void DecodeInterleaved()
    {
        long blocks = 0;
        foreach (JpegComponent component in _scan.AsSpan(0, _scanCount))
            blocks += (long)component.BlocksWide * component.BlocksHigh;
        CountWork(blocks);
        int endOfBand = 0;
        for (int mcuRow = 0; mcuRow < _mcusHigh; mcuRow++)
            for (int mcu = 0; mcu < _mcusWide; mcu++)
            {
                BeforeMcu();
                for (int i = 0; i < _scanCount; i++)
                {
                    JpegComponent component = _scan[i];
                    fixed (short* coefficients = component.Coefficients)
                        for (int v = 0; v < component.V; v++)
                            for (int h = 0; h < component.H; h++)
                                DecodeStored(component,
                                    coefficients + ((nint)(mcuRow * component.V + v) * component.BlocksWide + mcu * component.H + h) * 64, ref endOfBand);
                }
            }
    }

    private void DecodeStored(JpegComponent component, short* block, ref int endOfBand)
    {
        if (!_progressive)
        {
            if (SequentialScan.DecodeBlock(_reader, component.Dc!, component.Ac!, _blocks.Current, _blocks.ZigzagOrder, ref component.Prediction) < 0)
                throw Broken();
            _blocks.MoveTo(block);
        }
        else if (_first == 0)
        {
            if (_high != 0)
                ProgressiveScan.DcRefine(_reader, block, _low);
            else if (!ProgressiveScan.DcFirst(_reader, component.Dc!, block, _low, ref component.Prediction))
                throw Broken();
        }
        else if (_high != 0)
        {
            if (!ProgressiveScan.AcRefine(_reader, component.Ac!, block, _first, _end, _low, ref endOfBand))
                throw Broken();
        }
        else if (endOfBand > 0)
            endOfBand--;
        else if ((endOfBand = ProgressiveScan.AcFirst(_reader, component.Ac!, block, _first, _end, _low)) < 0)
            throw Broken();
    }

    /// <summary>Stored coefficients become pixels.</summary>
    private void FinishBuffered(byte* target, bool cut)
    {
        for (int i = 0; i < _componentCount; i++)
        {
            JpegComponent component = _components[i];
            if (!component.IsScanned || component.Precision[0] < 0)
                throw Invalid(_at, $"expected a scan of component {component.Id}, received {(cut ? "the end of the file" : "none")}");
            if (cut && component.Precision.AsSpan().ContainsAnyExcept((sbyte)0))
                throw Cut();
        }
        for (int mcuRow = 0; mcuRow < _mcusHigh; mcuRow++)
        {
            for (int i = 0; i < _componentCount; i++)
                TransformStored(_components[i], mcuRow);
            _rows.Emit(target, mcuRow, mcuRow == _mcusHigh - 1);
        }
    }

    private void TransformStored(JpegComponent component, int mcuRow)
    {
        nint stride = _rows.Stride(component);
        int size = component.BlockSize;
        byte* rows = _rows.BandStart(component, mcuRow);
        fixed (short* coefficients = component.Coefficients)
            for (int v = 0; v < component.V; v++, rows += stride * size)
            {
                short* block = coefficients + (nint)(mcuRow * component.V + v) * component.BlocksWide * 64;
                for (int x = 0; x < component.BlocksWide; x++, block += 64)
                    _blocks.TransformZigzag(component, block, rows + x * size, stride);
            }
    }

    /// <summary>Bounds the time: scans may go over the image's blocks 64 times, far more than any encoder does.</summary>
    private void CountWork(long blocks)
    {
        _work += blocks;
        if (_work > _workLimit)
            throw Invalid(_at, $"expected scans that visit at most {_workLimit} blocks together, received more");
    }
}
