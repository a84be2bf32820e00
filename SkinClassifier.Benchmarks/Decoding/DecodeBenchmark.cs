using System.Diagnostics;
using System.Globalization;
using SkinClassifier.Common;
using SkinClassifier.Imaging;
using SkinClassifier.Imaging.Formats.Jpeg;

namespace SkinClassifier.Benchmarks.Decoding;

/// <summary>
/// Times JPEG decoding on one thread, beside libjpeg-turbo when it is installed: both in turn in every round, medians as a markdown table.
/// Ratio = its time / our time.
/// </summary>
internal static class DecodeBenchmark
{
    public const string Usage = "decode [FILES] [--rounds N]   JPEG decoding, ours and libjpeg-turbo's (default: 600×450 and 3000×2000, baseline and progressive, 4:2:0, quality 90)";

    /// <summary>Runs the benchmark; returns an exit code.</summary>
    public static int Run(string[] args)
    {
        int rounds = 0, option = Array.IndexOf(args, "--rounds");
        if (option >= 0)
        {
            if (option + 1 >= args.Length || !int.TryParse(args[option + 1], CultureInfo.InvariantCulture, out rounds) || rounds < 1)
            {
                Console.Error.WriteLine("--rounds: expected a number of at least 1. Example: --rounds 50.");
                return 2;
            }
            args = [.. args[..option], .. args[(option + 2)..]];
        }
        TurboJpeg? peer = TurboJpeg.TryLoad();
        if (peer is null)
            Console.WriteLine("libjpeg-turbo (libturbojpeg) is not installed: no ratios.\n");
        Console.WriteLine("| file | bytes | size | ours, ms | libjpeg-turbo, ms | ratio | ours at 1/2, 1/4, 1/8, ms |\n|---|---|---|---|---|---|---|");
        foreach ((string name, byte[] content) in args.Length > 0 ? args.Select(path => (Path.GetFileName(path), File.ReadAllBytes(path))) : MakePictures(peer))
            Console.WriteLine(Measure(name, content, peer, rounds));
        return 0;
    }

    private static string Measure(string name, byte[] content, TurboJpeg? peer, int rounds)
    {
        byte[]? pixels = null;
        (int width, int height) = JpegDecoder.Decode(content, DecoderOptions.Default, name, ref pixels);
        byte[] other = new byte[width * height * 3];
        if (rounds == 0)
            rounds = (int)Math.Clamp(2e8 / ((long)width * height), 15, 500);
        List<double> ours = [], theirs = [];
        List<double>[] reduced = [[], [], []];
        int eighths = 8;
        void Decode() => JpegDecoder.Decode(content, DecoderOptions.Default, name, ref pixels, eighths: eighths);
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
        return $"| {name} | {content.Length} | {width}×{height} | {Text(Median(ours))} | {(peer is null ? "–" : Text(Median(theirs)))} | {(peer is null ? "–" : Text(Median(theirs) / Median(ours)))} | {string.Join(", ", reduced.Select(times => Text(Median(times))))} |";
    }

    // Long enough for the runtime to compile what is used often once more, with all optimisations.
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

    private static IEnumerable<(string, byte[])> MakePictures(TurboJpeg? peer)
    {
        foreach ((int width, int height) in ((int, int)[])[(600, 450), (3000, 2000)])
        {
            RgbImage image = Draw(width, height);
            yield return ($"baseline {width}×{height}", JpegEncoder.Encode(image, 90, ChromaSampling.Half));
            if (peer is not null)
                yield return ($"progressive {width}×{height}", peer.Encode(image.Pixels.ToArray(), width, height, 90, progressive: true));
        }
    }

    // Soft waves, a dark spot with a sharp border, and noise as a camera makes it: about 2.5 bits per pixel at quality 90.
    private static RgbImage Draw(int width, int height)
    {
        RgbImage image = new(width, height);
        SeededRandom random = new(1);
        for (int y = 0; y < height; y++)
        {
            Span<byte> row = image.Row(y);
            for (int x = 0; x < width; x++)
            {
                double u = (double)x / width - 0.5, v = (double)y / height - 0.5;
                double wave = 12 * Math.Sin(40 * u + 9 * Math.Sin(23 * v)) + 8 * Math.Sin(90 * v - 31 * u);
                double spot = u * u + v * v + 0.01 * Math.Sin(9 * Math.Atan2(v, u)) < 0.07 ? -90 : 0;
                double noise = 5 * random.NextGaussian();
                row[3 * x] = (byte)Math.Clamp(205 + wave + spot + noise, 0, 255);
                row[3 * x + 1] = (byte)Math.Clamp(165 + wave + 1.1 * spot + noise, 0, 255);
                row[3 * x + 2] = (byte)Math.Clamp(150 + 0.8 * wave + 0.9 * spot + noise, 0, 255);
            }
        }
        return image;
    }
}
