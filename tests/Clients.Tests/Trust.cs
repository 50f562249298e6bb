using System.Net;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Postern.Tests;

/// <summary>
/// The certificate of everything on localhost here, which this process trusts and no other: most libraries insist on https,
/// and an example in which that is turned off would not be the documented one.
/// </summary>
internal static class Trust
{
    private static X509Certificate2? certificate;

    public static X509Certificate2 Certificate => certificate!;

    // Before anything reads it: .NET keeps the roots that a user trusts in their home folder.
    [ModuleInitializer]
    internal static void Establish()
    {
        if (OperatingSystem.IsLinux())
            Environment.SetEnvironmentVariable("HOME", Directory.CreateTempSubdirectory("postern-home-").FullName);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Forget();
        certificate = Create();
        using var roots = new X509Store(StoreName.Root, StoreLocation.CurrentUser, OpenFlags.ReadWrite);
        roots.Add(X509CertificateLoader.LoadCertificate(Certificate.RawData));
    }

    private static void Forget()
    {
        using (var roots = new X509Store(StoreName.Root, StoreLocation.CurrentUser, OpenFlags.ReadWrite))
            roots.Remove(Certificate);
        if (OperatingSystem.IsLinux())
            Directory.Delete(Environment.GetEnvironmentVariable("HOME")!, recursive: true);
    }

    private static X509Certificate2 Create()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using var made = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(2));
        // With a key that stays, as Windows wants it of a server.
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
    }
}
