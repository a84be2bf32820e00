using System.Diagnostics;
using System.Globalization;
using SkinClassifier.Benchmarks.EndToEnd;
using SkinClassifier.Imaging;
using SkinClassifier.Imaging.Formats.Jpeg;

namespace SkinClassifier.Benchmarks.Decoding;

/// <summary>
/// Times JPEG decoding on one thread, beside libjpeg-turbo when it is installed: both in turn in every round, medians as a markdown table.
/// Ratio = its time / our time.
/// </summary>
internal static class DecodeBenchmark
{
    public const string Usage =
        "decode [FILES] [--rounds N]   JPEG decoding, ours and libjpeg-turbo's (default: 600×450 and 3000×2000, baseline and progressive, 4:2:0, quality 90)";

    /// <summary>Runs the benchmark; returns an exit code.</summary>
    public static int Run(string[] args)
    {
        if (Arguments.Parse(args, Usage, (0, int.MaxValue), new() { ["--rounds"] = "0" }) is not { } options)
            return Arguments.Refused;
        int rounds = options.Whole("--rounds");
        TurboJpeg? peer = TurboJpeg.TryLoad();
        if (peer is null)
            Console.WriteLine("libjpeg-turbo (libturbojpeg) is not installed: no ratios.\n");
        Console.WriteLine("| file | bytes | size | ours, ms | libjpeg-turbo, ms | ratio | ours at 1/2, 1/4, 1/8, ms |\n|---|---|---|---|---|---|---|");
        foreach ((string name, byte[] content) in options.Names.Count > 0
            ? options.Names.Select(path => (Path.GetFileName(path), File.ReadAllBytes(path))) : MakeImages(peer))
            Console.WriteLine(Measure(name, content, peer, rounds));
        return 0;
    }

    private static string Measure(string name, byte[] content, TurboJpeg? peer, int rounds)
    {
        ImageBuffer image = new();
        JpegDecoder.Decode(content, DecoderOptions.Default, name, image);
        (int width, int height) = (image.Width, image.Height);
        byte[] other = new byte[width * height * 3];
        if (rounds == 0)
            rounds = (int)Math.Clamp(2e8 / ((long)width * height), 15, 500);
        List<double> ours = [], theirs = [];
        List<double>[] reduced = [[], [], []];
        int eighths = 8;
        void Decode() => JpegDecoder.Decode(content, DecoderOptions.Default, name, image, eighths);
        WarmUp(Decode);
        for (int round = -rounds / 4; round < rounds; round++)
        {
            double mine = Time(Decode);
            double its = peer is null ? double.NaN : Time(() => peer.Decode(content, other, width, height));
            if (round < 0)
                continue;
            ours.Add(mine);
            theirs.Add(its);
        }
        for (int i = 0; i < 3; i++)
        {
            eighths = 4 >> i;
            WarmUp(Decode);
            for (int round = 0; round < Math.Max(5, rounds / 4); round++)
                reduced[i].Add(Time(Decode));
        }
        string Text(double value) => value.ToString("0.000", CultureInfo.InvariantCulture);
        return $"| {name} | {content.Length} | {width}×{height} | {Text(Median(ours))} | {(peer is null ? "–" : Text(Median(theirs)))} | "
            + $"{(peer is null ? "–" : Text(Median(theirs) / Median(ours)))} | {string.Join(", ", reduced.Select(times => Text(Median(times))))} |";
    }

    // Long enough for the runtime to compile what is used often once more, with all optimizations.
    private static void WarmUp(Action work)
    {
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < 40 || Stopwatch.GetElapsedTime(start).TotalSeconds < 0.5; i++)
        {
            work();
            if (Stopwatch.GetElapsedTime(start).TotalSeconds > 3)
                return;
        }
    }

    private static double Time(Action work)
    {
        long start = Stopwatch.GetTimestamp();
        work();
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    private static double Median(List<double> values)
    {
        values.Sort();
        return values[values.Count / 2];
    }

    private static IEnumerable<(string, byte[])> MakeImages(TurboJpeg? peer)
    {
        foreach ((int width, int height) in ((int, int)[])[(600, 450), (3000, 2000)])
        {
            RgbImage image = Sample.Draw(width, height);
            yield return ($"baseline {width}×{height}", JpegEncoder.Encode(image, 90, ChromaSampling.Half));
            if (peer is not null)
                yield return ($"progressive {width}×{height}", peer.Encode(image.Pixels.ToArray(), width, height, 90, progressive: true));
        }
    }
}
