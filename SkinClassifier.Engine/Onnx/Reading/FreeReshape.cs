using SkinClassifier.Graphs.Files;
using SkinClassifier.Tensors;

namespace SkinClassifier.Onnx.Reading;

/// <summary>Turns a Reshape target that was computed for several input sizes into one that fits all of them, with 0 (copy) and −1 (what remains).</summary>
internal static class FreeReshape
{
    /// <summary>The target for every lane, or null when 0 and one −1 cannot say it.</summary>
    /// <param name="targets">The target in each lane.</param>
    /// <param name="inputs">Shape of the value that is reshaped, in each lane.</param>
    /// <param name="allowZero">Whether 0 means an empty axis.</param>
    /// <param name="declaredBatch">A batch size that the file writes as a literal and that is to become free.</param>
    public static long[]? Target(OnnxTensor[] targets, TensorShape[] inputs, bool allowZero, long? declaredBatch)
    {
        long[][] lanes = [.. targets.Select(t => t.AsIntegers())];
        long[] result = [.. lanes[0]];
        if (lanes.Any(l => l.Length != result.Length))
            return null;
        if (!allowZero && declaredBatch is long batch && result.Length > 0 && inputs[0].Rank > 0 && result[0] == batch
            && lanes.All(l => l[0] == batch) && inputs[0][0] == batch && inputs.Skip(1).Any(i => i[0] != batch))
        {
            result[0] = 0;
            return result;
        }
        List<int> differing = [];
        for (int i = 0; i < result.Length; i++)
            if (!lanes.All(l => l[i] == result[i]))
            {
                if (!allowZero && CopiesInput(lanes, inputs, i))
                    result[i] = 0;
                else
                    differing.Add(i);
            }
        if (differing.Count == 0)
            return result;
        int open = Array.IndexOf(result, -1L);
        if (open >= 0)
        {
            // The file's own −1 must be the same number in every lane to make room for another.
            long? length = Remaining(lanes[0], inputs[0], open);
            for (int lane = 1; lane < lanes.Length; lane++)
                if (length is null || Remaining(lanes[lane], inputs[lane], open) != length)
                    return null;
            result[open] = length!.Value;
        }
        if (differing.Count > 1)
            return null;
        result[differing[0]] = -1;
        return result;
    }

    private static bool CopiesInput(long[][] lanes, TensorShape[] inputs, int axis)
    {
        for (int lane = 0; lane < lanes.Length; lane++)
            if (axis >= inputs[lane].Rank || lanes[lane][axis] != inputs[lane][axis])
                return false;
        return true;
    }

    private static long? Remaining(long[] target, TensorShape input, int open)
    {
        long known = 1;
        for (int i = 0; i < target.Length; i++)
            if (i != open)
                known *= target[i] == 0 && i < input.Rank ? input[i] : target[i];
        return known > 0 && input.ElementCount % known == 0 ? input.ElementCount / known : null;
    }
}
