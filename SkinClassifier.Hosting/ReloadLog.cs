using Microsoft.Extensions.Logging;

namespace SkinClassifier.Hosting;

/// <summary>Why a new file was refused, and since when.</summary>
internal sealed record ReloadRefusal(string Reason, DateTimeOffset At);

/// <summary>The log lines of a file that is loaded again.</summary>
internal static partial class ReloadLog
{
    [LoggerMessage(Level = LogLevel.Information, Message = "Model \"{Name}\" loaded from {Path}, SHA-256 {Sha256}.")]
    public static partial void Loaded(ILogger logger, string name, string path, string sha256);

    [LoggerMessage(Level = LogLevel.Error, Message = "Model \"{Name}\": the new file was refused and the old model stays: {Reason}")]
    public static partial void Refused(ILogger logger, string name, string reason, Exception? error);
}
