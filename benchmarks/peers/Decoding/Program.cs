using System.Diagnostics;
using System.Globalization;
using SkinClassifier.Benchmarks.Peers.Decoding;
using SkinClassifier.Imaging;

// Decoding beside the libraries that C# users take, one thread, all in turn in every round; medians and ratios (their time / ours).
// dotnet run -c Release --project benchmarks/peers/Decoding [-- FILES]; without files a smooth image with noise of 600×450 and 3000×2000, PNG and JPEG.
(string Name, byte[] Content)[] files = args.Length > 0 ? [.. args.Select(path => (Path.GetFileName(path), File.ReadAllBytes(path)))]
    : [.. new[] { (600, 450), (3000, 2000) }.SelectMany(size => Drawn(size.Item1, size.Item2))];
Decoder.UseOneThread();
Console.WriteLine($"| file | bytes | {string.Join(" | ", Decoder.All.Select(d => $"{d.Name}, ms"))} | ratio to the fastest other |");
Console.WriteLine($"|{string.Concat(Enumerable.Repeat("---|", Decoder.All.Count + 3))}");
foreach ((string name, byte[] content) in files)
{
    int rounds = content.Length > 1_000_000 ? 31 : 201;
    double[][] times = [.. Decoder.All.Select(_ => new double[rounds])];
    for (int round = -rounds / 3; round < rounds; round++)
        for (int i = 0; i < times.Length; i++)
        {
            long start = Stopwatch.GetTimestamp();
            Decoder.All[i].Decode(content);
            if (round >= 0)
                times[i][round] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        }
    double[] medians = [.. times.Select(t => t.Order().ElementAt(rounds / 2))];
    string cells = string.Join(" | ", medians.Append(medians[1..].Min() / medians[0]).Select(m => m.ToString("0.00", CultureInfo.InvariantCulture)));
    Console.WriteLine($"| {name} | {content.Length} | {cells} |");
}

static IEnumerable<(string, byte[])> Drawn(int width, int height)
{
    RgbImage image = new(width, height);
    Random random = new(1);
    for (int y = 0; y < height; y++)
        for (int x = 0; x < width; x++)
            for (int c = 0; c < 3; c++)
                image.Row(y)[3 * x + c] = (byte)(150 - 20 * c + 40 * Math.Sin(x * 0.013 + c) + 30 * Math.Cos(y * 0.017) + random.Next(9));
    yield return ($"PNG {width}×{height}", image.EncodePng());
    yield return ($"JPEG {width}×{height}", image.EncodeJpeg());
}
