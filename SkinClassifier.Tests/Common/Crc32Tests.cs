using System.Text;
using SkinClassifier.Common;

namespace SkinClassifier.Tests.Common;

public sealed class Crc32Tests
{
    [TestCase("", 0u)]
    [TestCase("123456789", 0xCBF43926u)]
    [TestCase("The quick brown fox jumps over the lazy dog", 0x414FA339u)]
    public void Known_texts_give_their_published_check(string text, uint expected)
        => Assert.That(Crc32.Compute(Encoding.ASCII.GetBytes(text)), Is.EqualTo(expected));

    [Test]
    public void Parts_give_the_same_check_as_the_whole()
    {
        byte[] data = new byte[1000];
        new Random(1).NextBytes(data);
        for (int cut = 0; cut <= 40; cut++)
            Assert.That(Crc32.Compute(data.AsSpan(cut), Crc32.Compute(data.AsSpan(0, cut))), Is.EqualTo(Crc32.Compute(data)));
    }
}
