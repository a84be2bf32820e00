using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace SkinClassifier.Server.Startup;

/// <summary>Reads the certificate of https addresses.</summary>
internal static class CertificateFile
{
    /// <summary>Environment variable with the password of a PFX file.</summary>
    public const string PasswordVariable = "SKINCLASSIFIER_CERTIFICATE_PASSWORD";

    /// <summary>A PFX file, or PEM with the private key in the same or another file.</summary>
    /// <exception cref="InputException">The file holds no certificate, or not its key.</exception>
    public static X509Certificate2 Load(string path, string? keyPath)
    {
        try
        {
            return keyPath is null && Path.GetExtension(path).ToLowerInvariant() is ".pfx" or ".p12"
                ? X509CertificateLoader.LoadPkcs12FromFile(path, Environment.GetEnvironmentVariable(PasswordVariable))
                : X509Certificate2.CreateFromPemFile(path, keyPath);
        }
        catch (CryptographicException error)
        {
            throw new InputException($"--certificate {path}: expected a certificate with its private key (PFX, or PEM with --certificate-key), found none: "
                + $"{error.Message} The password of a PFX file comes from {PasswordVariable}.");
        }
    }
}
