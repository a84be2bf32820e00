using Microsoft.ML;

namespace SkinClassifier.Tests.MLNet;

/// <summary>Tests on the same few small images, written once for each class of tests.</summary>
public abstract class SmallImagesTests
{
    private protected SmallImages _images = null!;
    private protected MLContext _context = null!;

    [OneTimeSetUp]
    public void WriteImages() => (_images, _context) = (new SmallImages(), new MLContext(1));

    [OneTimeTearDown]
    public void DeleteImages() => _images.Dispose();
}
