using System.Globalization;
using SkinClassifier.Calibration;
using SkinClassifier.Common;
using SkinClassifier.Hosting;
using SkinClassifier.Prediction;

/// <summary>POST /predict: an image as body, or as the file of a form, becomes scores; everything else becomes problem details (RFC 9457).</summary>
internal static class PredictEndpoint
{
    public static async Task<IResult> PredictAsync(HttpRequest request, IPredictionEnginePools models, CancellationToken cancellationToken)
    {
        try
        {
            UploadedImage image = await UploadedImage.OpenAsync(request, cancellationToken);
            ImagePrediction prediction = await models.PredictAsync("", image.Content, cancellationToken);
            await image.RefuseMoreFilesAsync(cancellationToken);
            return Results.Ok(new
            {
                predicted = prediction.PredictedLabel,
                scores = prediction.Scores,
                decision = prediction.Decision == PredictionDecision.Abstain ? "abstain" : "answer",
                predictionSet = prediction.PredictionSet,
                reasons = prediction.Reasons,
            });
        }
        catch (SkinClassifierException error)
        {
            bool isText = request.ContentType?.StartsWith("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase) == true;
            string hint = isText ? " A form must be of the type multipart/form-data and hold the image as a file." : "";
            return Results.Problem(error.Message + hint, title: "The image cannot be read.", statusCode: StatusCodes.Status400BadRequest);
        }
        catch (PredictionRejectedException error)
        {
            if (error.RetryAfter is { } wait)
                request.HttpContext.Response.Headers.RetryAfter = Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
            return Results.Problem(error.Message, title: "The image is not predicted.", statusCode: StatusOf(error.Reason));
        }
        catch (BadHttpRequestException error)
        {
            return Results.Problem(error.Message, title: "The request cannot be read.", statusCode: error.StatusCode);
        }
        catch (Exception error) when (error is IOException or InvalidDataException && !cancellationToken.IsCancellationRequested)
        {
            return Results.Problem(error.Message, title: "The request ended early or its form is damaged.", statusCode: StatusCodes.Status400BadRequest);
        }
    }

    private static int StatusOf(PredictionRejection reason) => reason switch
    {
        PredictionRejection.QueueFull or PredictionRejection.BuffersFull => StatusCodes.Status429TooManyRequests,
        PredictionRejection.TooManyBytes or PredictionRejection.TooManyPixels => StatusCodes.Status413PayloadTooLarge,
        PredictionRejection.ReadTimedOut => StatusCodes.Status408RequestTimeout,
        _ => StatusCodes.Status503ServiceUnavailable,
    };
}
