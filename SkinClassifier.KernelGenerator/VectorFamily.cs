namespace SkinClassifier.KernelGenerator;

/// <summary>
/// One instruction set: how wide its vectors are, how it multiplies and adds, and how many pixels fit the registers
/// beside one to four blocks of 16 output channels.
/// </summary>
internal sealed record VectorFamily(
    string Name, int Lanes, string Usings, string MultiplyAdd, string MaxOf, string MinOf, string Prefetch, int[] PixelLimits, bool WeightsInRegisters)
{
    private const string X86 = "using System.Runtime.Intrinsics.X86;";

    /// <summary>Every family, widest first.</summary>
    public static IReadOnlyList<VectorFamily> All { get; } =
    [
        new("Avx512", 16, X86, "Avx512F.FusedMultiplyAdd({0}, {1}, {2})", "Avx512F.Max", "Avx512F.Min", "Sse.Prefetch0", [14, 14, 9, 6], true),
        new("Avx2", 8, X86, "Fma.MultiplyAdd({0}, {1}, {2})", "Avx.Max", "Avx.Min", "Sse.Prefetch0", [6], false),
        new("Portable", 4, "", "Vector128.MultiplyAddEstimate({0}, {1}, {2})", "Vector128.Max", "Vector128.Min", "", [6], false),
    ];

    /// <summary>Asks for a line in the second-level cache.</summary>
    public string PrefetchFar => Prefetch.Replace('0', '1');

    /// <summary>Name of the static vector class.</summary>
    public string Vector => $"Vector{Lanes * 32}";

    /// <summary>Name of the vector type.</summary>
    public string Type => $"Vector{Lanes * 32}<float>";

    /// <summary>Vectors in a block of 16 channels.</summary>
    public int PerBlock => 16 / Lanes;

    /// <summary>The expression a · b + c.</summary>
    public string Fma(string a, string b, string c) => string.Format(System.Globalization.CultureInfo.InvariantCulture, MultiplyAdd, a, b, c);

    /// <summary>The vector at a pointer.</summary>
    public string Load(string pointer) => $"{Vector}.Load({pointer})";

    /// <summary>Where vector <paramref name="v"/> of pixel <paramref name="p"/> lies: pointers name0, name1 … hold one block of 16 channels each.</summary>
    public string Place(string name, int p, int v) => $"{name}{v / PerBlock} + {p * 16 + v % PerBlock * Lanes}";

    /// <summary>
    /// Element <paramref name="element"/> of x in all lanes, times every vector <paramref name="factor"/>0, 1 …, added to the sums c{row}_{vector}.
    /// </summary>
    public string MultiplyBroadcast(int row, int element, int vectors, string factor) => Code.Of($$"""
        {{Type}} x{{row}} = {{Vector}}.Create(x[{{element}}]);
        {{Code.Lines(0, vectors, v => $"c{row}_{v} = {Fma($"x{row}", $"{factor}{v}", $"c{row}_{v}")};")}}
        """);
}
