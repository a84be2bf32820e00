using System.Text;
using SkinClassifier.Audit;
using SkinClassifier.Common;
using SkinClassifier.Data;
using SkinClassifier.Imaging;
using SkinClassifier.Reports.Page;

namespace SkinClassifier.Reports;

/// <summary>
/// What an inspection found in a dataset, as one page that needs nothing else: no script, no request, system fonts, images as data. At most 3 MB, unless
/// a dataset has thousands of classes.
/// </summary>
/// <param name="Found">The inspection.</param>
/// <param name="Suspects">Images whose label is doubtful, the most doubtful first; null: there is no list.</param>
internal sealed record DatasetReport(DatasetInspection Found, IReadOnlyList<ListedSuspect>? Suspects = null)
{
    /// <summary>The dataset's name: that of its folder or file.</summary>
    public string Name => Path.GetFileName(Path.TrimEndingDirectorySeparator(Found.Dataset)) is { Length: > 0 } name ? name : Found.Dataset;

    /// <summary>The page.</summary>
    /// <param name="decoder">Limits of the decoders.</param>
    /// <param name="workers">Threads; their number changes nothing.</param>
    /// <param name="progress">Called with (images drawn, images in all) from any thread.</param>
    /// <param name="cancellationToken">Stops with an <see cref="OperationCanceledException"/>.</param>
    public string ToHtml(DecoderOptions? decoder = null, WorkerPool? workers = null, Action<int, int>? progress = null,
        CancellationToken cancellationToken = default)
    {
        Thumbnails thumbnails = Thumbnails.Of(
            [.. NearCopiesSection.Images(this), .. CopiesSection.Images(this), .. ContactSheetSection.Images(this), .. ListedSuspectsSection.Images(this),
                .. ImageQualitySection.Images(this), .. OddSizesSection.Images(this)],
            decoder, workers ?? WorkerPool.Shared, progress, cancellationToken);
        PageParts parts = new();
        parts.Add("", html => DatasetOverviewSection.Write(html, this));
        parts.Add("Summary", html =>
        {
            NextStepsSection.Write(html, DatasetNextSteps.Of(this), "Nothing stands out in this dataset.");
            DatasetOverviewSection.Warnings(html, Found);
        });
        parts.Add("What it holds", html =>
        {
            DatasetClassesSection.Write(html, Found);
            DatasetFactsSection.Write(html, Found);
            MetadataSection.Write(html, Found);
            ContactSheetSection.Write(html, this, thumbnails);
        });
        parts.Add("Copies", html =>
        {
            CopiesSection.Write(html, this, thumbnails);
            NearCopiesSection.Write(html, this, thumbnails);
        });
        parts.Add("Quality of the images", html =>
        {
            ImageQualitySection.Write(html, this, thumbnails);
            OddSizesSection.Write(html, this, thumbnails);
            UnreadableSection.Write(html, Found);
        });
        parts.Add("Labels", html => ListedSuspectsSection.Write(html, this, thumbnails));
        StringBuilder html = new(1 << 20);
        PageFrame.Begin(html, $"{Name} – dataset");
        parts.Write(html);
        html.Append("<footer>Made by SkinClassifier. <code>data inspect --format json</code> has all of it for programs; docs/datasets.md says how it is "
            + "measured.</footer>\n");
        PageFrame.End(html);
        return html.ToString();
    }
}
