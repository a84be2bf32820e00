using SkinClassifier.Execution.Layout;
using SkinClassifier.Tensors;

namespace SkinClassifier.Tests.Execution.Layout;

public sealed unsafe class BlockedTensorTests
{
    [Test]
    public void Channels_are_cut_into_blocks_of_sixteen()
    {
        BlockedTensor x = new(new TensorShape(2, 35, 4, 5));
        Assert.That((x.Images, x.Channels, x.Blocks, x.LastLanes, x.Pixels), Is.EqualTo((2, 35, 3, 3, 20)));
        Assert.That(Enumerable.Range(0, 3).Select(x.Lanes), Is.EqualTo(new[] { 16, 16, 3 }));
        Assert.That((x.Row, x.Block, x.Image, x.Length), Is.EqualTo(((nint)80, (nint)320, (nint)960, 1920L)));
        Assert.That(x.IsFlat);
    }

    [Test]
    public void A_border_lies_around_every_plane_and_is_cleared_row_by_row()
    {
        BlockedTensor x = new(1, 16, 2, 3, new Border(1, 2, 3, 4));
        PinnedFloats memory = new(x.Length);
        x.Buffer.Fix(memory);
        memory.Memory.Span.Fill(1);
        Assert.That((x.Row, x.Block), Is.EqualTo(((nint)(2 + 3 + 4) * 16, (nint)(1 + 2 + 3) * 9 * 16)));
        Assert.That(x.At(0, 0, -1, -2) - x.At(0, 0), Is.Zero);
        x.ClearBorder(0, 0, 0, 2);
        Assert.That(memory.Memory.ToArray().Sum(), Is.EqualTo(2 * 3 * 16), "the pixels inside are left");
        Assert.That(*x.At(0, 0, 1, 2), Is.EqualTo(1));
    }

    [Test]
    public void Another_one_alike_has_memory_of_its_own()
    {
        BlockedTensor x = new(3, 17, 2, 2, new Border(1, 1, 1, 1)), y = x.Like();
        Assert.That((y.Images, y.Channels, y.Height, y.Width, y.Border, y.Length), Is.EqualTo((3, 17, 2, 2, x.Border, x.Length)));
        Assert.That(y.Buffer, Is.Not.SameAs(x.Buffer));
    }
}
