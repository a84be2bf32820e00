using System.Diagnostics;
using System.Globalization;

namespace SkinClassifier.Benchmarks.Peers;

/// <summary>Repeats a peer's work and prints its speed as the benchmarks read it.</summary>
internal static class PeerClock
{
    private const int LeastTimes = 5;

    /// <summary>Warms up, repeats the work for some seconds, and prints "median X img/s best Y img/s".</summary>
    /// <param name="images">Images of one repetition.</param>
    /// <param name="seconds">How long; at least five repetitions.</param>
    /// <param name="work">The work.</param>
    public static void Print(int images, double seconds, Action work)
    {
        for (long start = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(start).TotalSeconds < Math.Min(1, seconds);)
            work();
        List<double> times = [];
        for (long start = Stopwatch.GetTimestamp(); times.Count < LeastTimes || Stopwatch.GetElapsedTime(start).TotalSeconds < seconds;)
        {
            long begin = Stopwatch.GetTimestamp();
            work();
            times.Add(Stopwatch.GetElapsedTime(begin).TotalSeconds);
        }
        times.Sort();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"median {images / times[times.Count / 2]:0.0} img/s best {images / times[0]:0.0} img/s"));
    }
}
