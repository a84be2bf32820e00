using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace SkinClassifier.MLNet.Images;

/// <summary>Marks a property of type <see cref="MLImage"/> as a column of images of any size. ML.NET's own attribute wants a size.</summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Field)]
internal sealed class AnyImageAttribute : DataViewTypeAttribute
{
    /// <inheritdoc/>
    public override bool Equals(DataViewTypeAttribute? other) => other is AnyImageAttribute;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is AnyImageAttribute;

    /// <inheritdoc/>
    public override int GetHashCode() => 17;

    /// <inheritdoc/>
    public override void Register() => DataViewTypeManager.Register(new ImageDataViewType(), typeof(MLImage), this);
}
