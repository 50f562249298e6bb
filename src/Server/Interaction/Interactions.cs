using Postern.Protocol;
using Postern.Storage;

namespace Postern.Server;

/// <summary>Authorization requests that wait for a person, each bound to the browser that brought it.</summary>
internal sealed class Interactions(InteractionStore interactions, Cookies cookies, TimeProvider time)
{
    /// <summary>What a person reads whose interaction is over, or is not this browser's.</summary>
    public static PageError Expired { get; } =
        new("This sign-in has expired or was already completed.", "no such interaction in this browser");

    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);

    /// <summary>Keeps the request until the person has done what it needs.</summary>
    public async Task<Interaction> BeginAsync(HttpContext http, RequestParameters parameters, string? hintedSubject)
    {
        var expiresAt = time.GetUtcNow() + Lifetime;
        var interaction = new Interaction
        {
            Id = Entropy.RowId(expiresAt),
            BrowserHash = cookies.EnsureBrowser(http).Hash,
            // The hint is a token, and tokens are not kept; whom it names is.
            Parameters = parameters.Encode(except: Parameters.IdTokenHint),
            HintedSubject = hintedSubject,
            ExpiresAt = expiresAt,
        };
        await interactions.InsertAsync(interaction, http.RequestAborted);
        return interaction;
    }

    /// <summary>Null for an interaction that is over, was never there, or belongs to another browser.</summary>
    public async Task<Stored<Interaction>?> FindAsync(HttpContext http, string? id)
    {
        if (RowId.TryParse(id) is not { } row || cookies.Browser(http.Request) is not { } browser)
            return null;
        return await interactions.FindAsync(row, http.RequestAborted) is { } stored
            && Strict.HashEquals(stored.Value.BrowserHash, browser.Hash)
            && !stored.Value.Completed
            && time.GetUtcNow() < stored.Value.ExpiresAt
            ? stored
            : null;
    }

    /// <summary>False: another request of the same browser changed it first.</summary>
    public Task<bool> TryRecordAsync(Stored<Interaction> read, Interaction next, CancellationToken cancellation) =>
        interactions.TryReplaceAsync(read, next, cancellation);
}
