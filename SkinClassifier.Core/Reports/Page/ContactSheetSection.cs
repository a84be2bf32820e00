using System.Text;
using SkinClassifier.Data;

namespace SkinClassifier.Reports.Page;

/// <summary>Some images of every class, at even steps through the class.</summary>
internal static class ContactSheetSection
{
    private const int MaxImages = 96, MaxPerClass = 12;

    public static IEnumerable<ImageExample> Images(DatasetReport report) => Chosen(report.Found).SelectMany(c => c);

    public static void Write(StringBuilder html, DatasetReport report, Thumbnails thumbnails)
    {
        ImageExample[][] chosen = Chosen(report.Found);
        if (chosen.Length == 0)
            return;
        html.Append("<section class=\"card\">\n<h2>Contact sheet</h2>\n<p class=\"note\">Images of every class, taken at even steps through the class in the "
            + "order of the dataset.</p>\n");
        foreach (ImageExample[] images in chosen)
        {
            int count = report.Found.Classes[images[0].LabelIndex].Count;
            html.Append($"<h3>{Html.Escape(images[0].Label)}, {images.Length} of {Text.Whole(count)}</h3>\n");
            Figures.Begin(html, "neutral small");
            foreach (ImageExample image in images)
                Figures.Write(html, thumbnails, [image], $"<small>{Html.Escape(Path.GetFileNameWithoutExtension(image.Path))}</small>");
            Figures.End(html);
        }
        html.Append("</section>\n");
    }

    /// <summary>The middle ones of equal parts of each class.</summary>
    internal static ImageExample[][] Chosen(DatasetInspection found)
    {
        int each = Math.Clamp(MaxImages / Math.Max(1, found.Labels.Count), 1, MaxPerClass);
        return [.. found.Examples.GroupBy(e => e.LabelIndex).OrderBy(c => c.Key).Take(MaxImages).Select(c => Even([.. c], each))];
    }

    private static ImageExample[] Even(ImageExample[] images, int count)
    {
        int chosen = Math.Min(count, images.Length);
        return [.. Enumerable.Range(0, chosen).Select(i => images[(int)((2L * i + 1) * images.Length / (2 * chosen))])];
    }
}
