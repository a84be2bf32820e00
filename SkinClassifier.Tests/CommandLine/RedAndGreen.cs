using SkinClassifier.Tests.Models;

namespace SkinClassifier.Tests.CommandLine;

/// <summary>A dataset on disk that everything trains within seconds: the classes red and green, images of one color each.</summary>
internal static class RedAndGreen
{
    /// <summary>Writes data/red/0.png, … and data/green/0.png, …; 20×16 pixels, every image another shade.</summary>
    /// <param name="folder">Where the folder data is put.</param>
    /// <param name="perClass">Images of each class, at most 22.</param>
    /// <param name="labelInName">red0.png instead of 0.png, so that the names differ between the classes.</param>
    public static void Write(TemporaryFolder folder, int perClass = 12, bool labelInName = false)
    {
        foreach (string label in (ReadOnlySpan<string>)["red", "green"])
        {
            Directory.CreateDirectory(folder.File($"data/{label}"));
            for (int i = 0; i < perClass; i++)
            {
                byte other = (byte)(i * 9);
                (byte red, byte green) = label == "red" ? ((byte)200, other) : (other, (byte)200);
                SmallModels.Plain(red, green, 30, 20, 16).Save(folder.File($"data/{label}/{(labelInName ? label : "")}{i}.png"));
            }
        }
    }
}
