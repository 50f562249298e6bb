using System.Net;
using System.Security.Cryptography;
using Azure.Core;

namespace Postern.Local;

/// <summary>A key vault in this process, on a loopback port, that speaks enough of Key Vault's REST interface to sign, wrap and rotate.</summary>
public sealed class TestVault : IAsyncDisposable
{
    /// <summary>For <see cref="Fail"/>.</summary>
    public const string AnyOperation = "*";

    private readonly WebApplication app;
    private readonly VaultKeyTable keys;
    private readonly ManagedIdentity identity;

    private TestVault(TimeProvider clock)
    {
        var accessToken = RandomNumberGenerator.GetHexString(32);
        Credential = new Token(accessToken);
        keys = new VaultKeyTable(clock);
        identity = new ManagedIdentity(accessToken);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        app = builder.Build();
        app.Map(ManagedIdentity.Path, branch => branch.Run(identity.HandleAsync));
        app.Run(new VaultRequests(this, keys, accessToken, clock).HandleAsync);
    }

    /// <summary>Where it listens.</summary>
    public Uri Uri => new(app.Urls.Single());

    /// <summary>The only one it admits.</summary>
    public TokenCredential Credential { get; }

    /// <summary>Environment variables by which Azure tells an app of its managed identity; this one the vault admits too.</summary>
    public IReadOnlyDictionary<string, string> IdentitySettings =>
        new Dictionary<string, string>
        {
            ["IDENTITY_ENDPOINT"] = new Uri(Uri, ManagedIdentity.Path).ToString(),
            ["IDENTITY_HEADER"] = identity.Header,
        };

    public VaultCalls Calls { get; } = new();

    /// <summary>How long each answer takes.</summary>
    public TimeSpan Latency { get; set; }

    /// <summary>Whether it breaks every connection.</summary>
    public bool Unreachable { get; set; }

    internal VaultFaults Faults { get; } = new();

    public static async Task<TestVault> StartAsync(TimeProvider? clock = null)
    {
        var vault = new TestVault(clock ?? TimeProvider.System);
        await vault.app.StartAsync();
        return vault;
    }

    /// <summary>Refuses an operation, so many times or until <see cref="Recover"/>.</summary>
    /// <param name="operation">As in <see cref="VaultCalls"/>, or <see cref="AnyOperation"/>.</param>
    /// <param name="status">The HTTP status.</param>
    /// <param name="times">How many requests it hits.</param>
    /// <param name="retryAfter">Seconds for <c>Retry-After</c>.</param>
    /// <param name="inner">The inner error code, such as <c>ForbiddenByRbac</c>.</param>
    public void Fail(string operation, int status, int times = int.MaxValue, int? retryAfter = null, string? inner = null)
    {
        var code = status switch { 403 => "Forbidden", 429 => "Throttled", _ => "InternalServerError" };
        Faults.Add(operation, new VaultError(status, code, "This is a fault on demand.") { Inner = inner, RetryAfter = retryAfter }, times);
    }

    /// <summary>Ends all faults.</summary>
    public void Recover()
    {
        Faults.Clear();
        (Unreachable, Latency) = (false, TimeSpan.Zero);
    }

    /// <summary>Creates a key or a further version of it.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="keyType"><c>RSA</c> or <c>EC</c>.</param>
    /// <returns>The version.</returns>
    public string CreateKey(string name, string keyType) => keys.Create(name, keyType).Version;

    /// <summary>Changes attributes of a version; null leaves one as it is.</summary>
    public void UpdateKey(string name, string version, bool? enabled = null, DateTimeOffset? notBefore = null, DateTimeOffset? expiresAt = null)
    {
        var key = keys.Find(name, version) ?? throw new KeyNotFoundException($"{name}/{version}");
        keys.Update(key, changed =>
        {
            changed.Enabled = enabled ?? changed.Enabled;
            changed.NotBefore = notBefore ?? changed.NotBefore;
            changed.ExpiresAt = expiresAt ?? changed.ExpiresAt;
        });
    }

    public void DeleteKey(string name) => keys.Delete(name);

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        keys.Dispose();
    }

    private sealed class Token(string value) : TokenCredential
    {
        private readonly AccessToken token = new(value, DateTimeOffset.MaxValue);

        public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken) => token;

        public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken) => new(token);
    }
}
