using SkinClassifier.Audit;
using SkinClassifier.Data;
using SkinClassifier.Imaging;
using SkinClassifier.Reports;
using SkinClassifier.Tests.Audit;

namespace SkinClassifier.Tests.Reports;

/// <summary>A report on drawn images with every kind of finding.</summary>
internal static class SampleDatasetReport
{
    /// <summary>The images lie in a folder with sets.</summary>
    public static DatasetReport Create(TemporaryFolder folder)
    {
        string root = folder.File("drawn"), metadata = "file,lesion_id,sex\n";
        foreach ((ImageSource source, int i) in SkinDrawing.Sources().Select((s, i) => (s, i)))
        {
            string set = i % 3 == 0 ? "test" : "train", path = Path.Combine(root, set, source.Label, source.Name);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            using (Stream stream = source.Open())
            using (FileStream file = File.Create(path))
                stream.CopyTo(file);
            metadata += $"{source.Name},L{i / 2},{(i % 2 == 0 ? "male" : "female")}\n";
        }
        File.WriteAllText(Path.Combine(root, "train", "metadata.csv"), metadata);
        File.WriteAllText(Path.Combine(root, "test", "metadata.csv"), metadata);
        File.Copy(Path.Combine(root, "train", "b", "clean 1.png"), Path.Combine(root, "test", "b", "copy.png"));
        RgbImage.Load(Path.Combine(root, "train", "b", "clean 5.png")).FlipHorizontal().Save(Path.Combine(root, "test", "b", "a mirrored <b>&.png"));
        File.WriteAllText(Path.Combine(root, "train", "a", "no image.png"), "text");
        ImageDataset data = ImageDataset.FromFolder(root);
        DatasetInspection found = DatasetAudit.Inspect(data, null, null, null, default);
        return new DatasetReport(found, [new ListedSuspect(data.Examples.First(e => e.Label == "a"), "b", 0.9)]);
    }
}
