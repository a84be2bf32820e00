using System.Security.Cryptography;
using System.Text;
using SkinClassifier.Data;

namespace SkinClassifier.Tests.Data;

/// <summary>Expected values: Python's unicodedata.normalize("NFC", …), Unicode 14.</summary>
public sealed class CanonicalFormTests
{
    [TestCase("Na\u0308vus", "N\u00e4vus")]
    [TestCase("\u1112\u1161\u11ab\u1100\u1173\u11af", "\ud55c\uae00")]
    [TestCase("q\u0307\u0323", "q\u0323\u0307")]
    [TestCase("\u212b", "\u00c5")]
    [TestCase("\u0958", "\u0915\u093c")]
    [TestCase("a\u0301\u0323", "\u1ea1\u0301")]
    [TestCase("\u0344", "\u0308\u0301")]
    [TestCase("\u0928\u093c", "\u0929")]
    [TestCase("plain text, caf\u00e9", "plain text, caf\u00e9")]
    public void Text_that_looks_the_same_gets_one_spelling(string text, string expected) => Assert.That(CanonicalForm.Of(text), Is.EqualTo(expected));

    [Test]
    public void Text_that_is_no_valid_utf16_stays() => Assert.That(CanonicalForm.Of("a\u0308\ud800"), Is.EqualTo("a\u0308\ud800"));

    [Test]
    public void Every_code_point_alone_and_among_marks_has_the_form_of_the_reference()
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        StringBuilder text = new();
        for (int point = 0; point < 0x110000; point++)
        {
            if (point is >= 0xD800 and < 0xE000)
                continue;
            string one = char.ConvertFromUtf32(point);
            // The reference also adds the decomposed form, whose canonical form is that of the code point.
            foreach (string form in (string[])[one, one, $"a{one}\u0323\u0301\u0308", $"\u1112\u1161{one}", $"{one}\u0328\u0304"])
                text.Append(CanonicalForm.Of(form));
            if (text.Length > 1 << 16)
            {
                hash.AppendData(Encoding.UTF8.GetBytes(text.ToString()));
                text.Clear();
            }
        }
        hash.AppendData(Encoding.UTF8.GetBytes(text.ToString()));
        Assert.That(Convert.ToHexStringLower(hash.GetHashAndReset()), Is.EqualTo("1427ce591ca87a3d7d1f2073f50debdd124836fe44496307d7de8c067e021d45"));
    }
}
