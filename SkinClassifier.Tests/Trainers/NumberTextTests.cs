using System.Globalization;
using SkinClassifier.Common;
using SkinClassifier.Trainers.Settings;

namespace SkinClassifier.Tests.Trainers;

/// <summary>The one reader of numbers: the same numbers in every culture, and a hint where a number of another country was written.</summary>
public sealed class NumberTextTests
{
    [TestCase("0.25", 0.25)]
    [TestCase("-3", -3)]
    [TestCase("+2.5e-3", 0.0025)]
    [TestCase(".5", 0.5)]
    [TestCase("1E6", 1e6)]
    public void Numbers_are_read_the_same_way_in_every_culture(string text, double expected)
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        try
        {
            foreach (string separator in new[] { ",", "'", "." })
            {
                CultureInfo.CurrentCulture = new("")
                {
                    NumberFormat =
                    new NumberFormatInfo { NumberDecimalSeparator = separator, NumberGroupSeparator = "_", NegativeSign = "~", PositiveSign = "^" }
                };
                Assert.That((NumberText.TryRead(text, out double value, out string hint), value, hint), Is.EqualTo((true, expected, "")), separator);
            }
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [TestCase("2,75", "The decimal sign is a point: 2.75.")]
    [TestCase("-0,5e2", "The decimal sign is a point: -0.5e2.")]
    [TestCase("1.250.000", "There are no thousands separators: 1250000.")]
    [TestCase("1 250", "There are no thousands separators: 1250.")]
    [TestCase("1'250", "There are no thousands separators: 1250.")]
    [TestCase("1e999", "The number is too large.")]
    [TestCase("NaN", "")]
    [TestCase("Infinity", "")]
    [TestCase("∞", "")]
    [TestCase("", "")]
    [TestCase("0x10", "")]
    [TestCase("٣", "")]
    [TestCase("５", "")]
    [TestCase("12 ", "A number stands without blanks: 12.")]
    [TestCase("1.2.3", "")]
    [TestCase("half", "")]
    public void What_is_no_number_is_refused_with_a_hint(string text, string hint)
    {
        Assert.That((NumberText.TryRead(text, out double value, out string said), value, said.Trim()), Is.EqualTo((false, 0.0, hint)));
    }

    [TestCase("12", true, "")]
    [TestCase("-7", true, "")]
    [TestCase("3.5", false, "")]
    [TestCase("3,5", false, "")]
    [TestCase("3.0", false, "")]
    [TestCase("20,000", false, "There are no thousands separators: 20000.")]
    [TestCase("1e3", false, "")]
    [TestCase("2147483648", false, "")]
    [TestCase("99999999999999999999", false, "The number is too large.")]
    public void Whole_numbers_have_no_fraction_and_no_exponent(string text, bool expected, string hint)
    {
        Assert.That((NumberText.TryRead(text, out int _, out string said), said.Trim()), Is.EqualTo((expected, hint)));
    }

    [Test]
    public void Seeds_use_all_64_bits()
    {
        Assert.That((NumberText.TryRead("18446744073709551615", out ulong value, out _), value), Is.EqualTo((true, ulong.MaxValue)));
        Assert.That(NumberText.TryRead("18446744073709551616", out ulong _, out _), Is.False);
        Assert.That(NumberText.TryRead("-1", out ulong _, out _), Is.False);
    }

    [Test]
    public void Ranges_say_what_they_allow_and_hold_it()
    {
        NumberRange<double> open = new(0, 1, AboveMin: true, BelowMax: true), closed = new(-2, 5), from = new(1, null), none = new(null, null);
        Assert.That(
            (open.ToString(), closed.ToString(), from.ToString(), none.ToString()), Is.EqualTo(("above 0, below 1", "-2 to 5", "1 or more", "any number")));
        Assert.That((open.Contains(0), open.Contains(0.5), open.Contains(1), closed.Contains(-2), closed.Contains(5.1), from.Contains(1)),
            Is.EqualTo((false, true, false, true, false, true)));
        Assert.That((closed.Contains(double.NaN), none.Contains(double.NaN), none.Contains(double.PositiveInfinity), none.Contains(-1e300)),
            Is.EqualTo((false, false, false, true)));
    }

    [TestCase("--epchs", "--epochs")]
    [TestCase("--opechs", "--epochs")]
    [TestCase("--LIMIT-train", "--limit-train")]
    [TestCase("--limit", "--limit-train")]
    [TestCase("--zebra", null)]
    public void The_nearest_word_is_the_one_that_was_meant(string written, string? expected) =>
        Assert.That(NearestWord.Of(written, ["--seed", "--epochs", "--limit-train", "--threads"]), Is.EqualTo(expected));

    [Test]
    public void A_distance_counts_letters_and_exchanged_neighbors()
    {
        Assert.That((NearestWord.Distance("train", "train"), NearestWord.Distance("trian", "train"), NearestWord.Distance("rain", "train"),
            NearestWord.Distance("", "abc"), NearestWord.Distance("kitten", "sitting")), Is.EqualTo((0, 1, 1, 3, 3)));
    }

    [TestCase("90s", 90)]
    [TestCase("1.5h", 5400)]
    [TestCase("1h30m15s", 5415)]
    public void Durations_are_read_and_written_back(string text, double seconds)
    {
        OptionForm form = OptionForm.Duration();
        Assert.That((form.TryRead(text, out object? time, out _), time), Is.EqualTo((true, (object)TimeSpan.FromSeconds(seconds))));
        Assert.That((form.TryRead(form.Write(time!), out object? again, out _), again), Is.EqualTo((true, time)));
    }

    [TestCase("0,5h", "The decimal sign is a point: 0.5.")]
    [TestCase("30", "received 30")]
    [TestCase("m", "received m")]
    [TestCase("-5m", "received -5m")]
    [TestCase("5m2h", "received 5m2h")]
    [TestCase("1e9h", "at most 10000h")]
    [TestCase("NaNm", "received NaNm")]
    public void Wrong_durations_are_refused(string text, string expected)
    {
        Assert.That((OptionForm.Duration().TryRead(text, out object? value, out string problem), value), Is.EqualTo((false, (object?)null)));
        Assert.That(problem, Does.Contain(expected));
    }

    [TestCase("16", "16")]
    [TestCase("512, 128", "512, 128")]
    public void Lists_are_read(string text, string written)
    {
        OptionForm form = OptionForm.Wholes(1, 600, "512,128", "widths");
        Assert.That((form.TryRead(text, out object? value, out _), form.Write(value!)), Is.EqualTo((true, written)));
    }

    [TestCase("512,")]
    [TestCase("512,,128")]
    [TestCase("601")]
    [TestCase("5.5")]
    [TestCase("")]
    public void Lists_with_anything_else_are_refused(string text) =>
        Assert.That((OptionForm.Wholes(1, 600, "512,128", "widths").TryRead(text, out _, out string problem), problem.Contains("widths of 1 to 600")),
            Is.EqualTo((false, true)), problem);
}
