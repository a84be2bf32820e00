using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;
using SkinClassifier.MLNet.Images;

namespace SkinClassifier.MLNet.Rows;

/// <summary>A column that a transformer adds, and how its value comes out of the work on the row's image.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its type.</param>
/// <param name="Annotations">Its annotations, or null.</param>
/// <param name="Getter">The getter; refresh does the row's work once.</param>
internal sealed record OutputColumn(string Name, DataViewType Type, DataViewSchema.Annotations? Annotations, Func<ImageWork, Action, Delegate> Getter)
{
    /// <summary>Whether the work has to explain its result for this column.</summary>
    public bool Explains { get; private init; }

    /// <summary>The vector of values.</summary>
    public static OutputColumn Values(string name, int count, DataViewSchema.Annotations? annotations = null) => new(name,
        new VectorDataViewType(NumberDataViewType.Single, count), annotations, (work, refresh) => (ValueGetter<VBuffer<float>>)((ref VBuffer<float> value) =>
        {
            refresh();
            VBufferEditor<float> editor = VBufferEditor.Create(ref value, work.Values.Length);
            work.Values.CopyTo(editor.Values);
            value = editor.Commit();
        }));

    /// <summary>The key of the class that the values stand for; missing (0) where there are no values.</summary>
    public static OutputColumn BestKey(string name, int count, DataViewSchema.Annotations annotations) => new(name,
        new KeyDataViewType(typeof(uint), count), annotations, (work, refresh) => (ValueGetter<uint>)((ref uint value) =>
        {
            refresh();
            value = (uint)(work.Best + 1);
        }));

    /// <summary>An image of a size; null where the input could not be read.</summary>
    public static OutputColumn Image(string name, int width, int height) => Image(name, new ImageDataViewType(height, width));

    /// <summary>The image beside its heat map, of any size; null where the input could not be read.</summary>
    public static OutputColumn Explanation(string name)
    {
        // ML.NET reads a column of images into a class only when something has made that very type known.
        new AnyImageAttribute().Register();
        return Image(name, new ImageDataViewType()) with { Explains = true };
    }

    /// <summary>How much an image is like the training images; not-a-number where that is not known.</summary>
    public static OutputColumn Familiarity(string name) => new(name, NumberDataViewType.Single, null, (work, refresh) =>
        (ValueGetter<float>)((ref float value) =>
        {
            refresh();
            value = work.Familiarity;
        }));

    /// <summary>A text about the decision; empty where the image could not be read.</summary>
    public static OutputColumn Decision(string name, Func<DecisionTexts, string> text) => new(name, TextDataViewType.Instance, null, (work, refresh) =>
        (ValueGetter<ReadOnlyMemory<char>>)((ref ReadOnlyMemory<char> value) =>
        {
            refresh();
            value = text(work.Texts).AsMemory();
        }));

    /// <summary>Why an image could not be read; empty where it could.</summary>
    public static OutputColumn Error(string name) => new(name, TextDataViewType.Instance, null, (work, refresh) =>
        (ValueGetter<ReadOnlyMemory<char>>)((ref ReadOnlyMemory<char> value) =>
        {
            refresh();
            value = work.Error.AsMemory();
        }));

    private static OutputColumn Image(string name, ImageDataViewType type) => new(name, type, null, (work, refresh) =>
        (ValueGetter<MLImage>)((ref MLImage value) =>
        {
            refresh();
            value?.Dispose();
            value = work.Image is null ? null! : MLImagePixels.ToMLImage(work.Image);
        }));
}
