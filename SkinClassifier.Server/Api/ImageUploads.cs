using System.Runtime.CompilerServices;
using System.Text;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace SkinClassifier.Server.Api;

/// <summary>An image as it arrives.</summary>
/// <param name="Name">Name that the form gives it; "" for a body without one.</param>
/// <param name="Content">Its bytes; to be read before the next image is taken.</param>
internal readonly record struct UploadedImage(string Name, Stream Content);

/// <summary>The images of a request: its body, or the files of a multipart form, one after the other. Nothing is kept on disk or in memory here.</summary>
internal static class ImageUploads
{
    private const int MaxFieldBytes = 1024;

    /// <summary>Whether the body is a form, which may hold several images.</summary>
    public static bool IsForm(HttpRequest request) =>
        MediaTypeHeaderValue.TryParse(request.ContentType, out MediaTypeHeaderValue? type) && type.Type.Equals("multipart", StringComparison.OrdinalIgnoreCase);

    /// <summary>The images of a form; other fields are passed over.</summary>
    /// <param name="request">The request; <see cref="IsForm"/>.</param>
    /// <param name="most">Most images.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <param name="fields">Receives the form's other fields, of which those before an image are there with it. Default: they are passed over.</param>
    /// <exception cref="BadHttpRequestException">There is no boundary, no file, or there are too many.</exception>
    public static async IAsyncEnumerable<UploadedImage> ReadFormAsync(HttpRequest request, int most,
        [EnumeratorCancellation] CancellationToken cancellationToken, Dictionary<string, string>? fields = null)
    {
        string? boundary = HeaderUtilities.RemoveQuotes(MediaTypeHeaderValue.Parse(request.ContentType).Boundary).Value;
        if (string.IsNullOrEmpty(boundary))
            throw new BadHttpRequestException($"Expected a form with a boundary, received {request.ContentType}. Let the client write the header, for "
                + $"example: curl -F file=@image.jpg.");
        MultipartReader form = new(boundary, request.Body);
        int files = 0;
        List<string> names = [];
        while (await form.ReadNextSectionAsync(cancellationToken) is { } section)
        {
            ContentDispositionHeaderValue? disposition = section.GetContentDispositionHeader();
            if (disposition?.IsFileDisposition() != true)
            {
                string name = HeaderUtilities.RemoveQuotes(disposition?.Name ?? default).Value ?? "?";
                names.Add(name);
                if (fields is not null && await UploadedBytes.ReadAtMostAsync(section.Body, MaxFieldBytes, cancellationToken) is { } text)
                    fields[name] = Encoding.UTF8.GetString(text);
                continue;
            }
            if (++files > most)
                throw new BadHttpRequestException($"Expected at most {most} files in a form, received more. Use /v1/batch, or several requests.",
                    StatusCodes.Status413PayloadTooLarge);
            yield return new UploadedImage(HeaderUtilities.RemoveQuotes(disposition.FileName).Value ?? "", section.Body);
        }
        if (files == 0)
            throw new BadHttpRequestException($"Expected a file in the form, received "
                + $"{(names.Count == 0 ? "no fields" : $"only these fields: {string.Join(", ", names)}")}. Send the image as a file, for example: curl -F "
                + $"file=@image.jpg.");
    }
}
