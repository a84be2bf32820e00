using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

/// <summary>The image of a request: its body, or the one file of a multipart form. Nothing is kept on disk or in memory here.</summary>
internal sealed class UploadedImage
{
    private readonly MultipartReader? _form;

    private UploadedImage(Stream content, MultipartReader? form) => (Content, _form) = (content, form);

    /// <summary>The bytes of the image, as they arrive.</summary>
    public Stream Content { get; }

    /// <summary>Finds the image; fields of a form before it are passed over.</summary>
    public static async Task<UploadedImage> OpenAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out MediaTypeHeaderValue? type)
            || !type.Type.Equals("multipart", StringComparison.OrdinalIgnoreCase))
            return new UploadedImage(request.Body, null);
        string? boundary = HeaderUtilities.RemoveQuotes(type.Boundary).Value;
        if (string.IsNullOrEmpty(boundary))
            throw new BadHttpRequestException($"Expected a form with a boundary, received {request.ContentType}. Let the client write the header, for "
                + $"example: curl -F file=@image.jpg.");
        MultipartReader form = new(boundary, request.Body);
        List<string> fields = [];
        while (await form.ReadNextSectionAsync(cancellationToken) is { } section)
        {
            if (IsFile(section))
                return new UploadedImage(section.Body, form);
            fields.Add(section.GetContentDispositionHeader()?.Name.Value ?? "?");
        }
        throw new BadHttpRequestException($"Expected a file in the form, received "
            + $"{(fields.Count == 0 ? "no fields" : $"only these fields: {string.Join(", ", fields)}")}. Send the image as a file, for example: curl -F "
            + $"file=@image.jpg.");
    }

    /// <summary>Fields after the image are passed over; a second file would go without an answer, so it is refused.</summary>
    public async Task RefuseMoreFilesAsync(CancellationToken cancellationToken)
    {
        while (_form is not null && await _form.ReadNextSectionAsync(cancellationToken) is { } section)
            if (IsFile(section))
                throw new BadHttpRequestException($"Expected one file in the form, received more than one: "
                    + $"{section.GetContentDispositionHeader()?.FileName}. Send each image in a request of its own.");
    }

    private static bool IsFile(MultipartSection section) => section.GetContentDispositionHeader()?.IsFileDisposition() == true;
}
