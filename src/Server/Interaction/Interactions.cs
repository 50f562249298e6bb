using Postern.Protocol;
using Postern.Storage;

namespace Postern.Server;

/// <summary>
/// Authorization requests and pages that wait for a person, each bound to the browser that brought it. One that is over, because the client
/// has its answer or the person took too long, starts again from its request: nothing that the person did in it counts any more.
/// </summary>
internal sealed class Interactions(InteractionStore interactions, Cookies cookies, TimeProvider time)
{
    /// <summary>What a person reads whose interaction is not this browser's.</summary>
    public static PageError Expired { get; } =
        new("This sign-in has expired or was started in another browser.", "no such interaction in this browser");

    // Each lost race means that another request of the same browser has done the same.
    private const int MaxTries = 4;

    /// <summary>What a person does counts for this long.</summary>
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);

    /// <summary>For this long after that, the request can be started again.</summary>
    private static readonly TimeSpan Kept = TimeSpan.FromDays(1);

    /// <summary>Keeps the request until the person has done what it needs.</summary>
    public Task<Interaction> BeginAsync(HttpContext http, RequestParameters parameters, string? hintedSubject) =>
        // The hint is a token, and tokens are not kept; whom it names is.
        BeginAsync(http, Paths.Authorize, parameters.Encode(except: Parameters.IdTokenHint), hintedSubject);

    /// <summary>Keeps until the person has signed in where they wanted to.</summary>
    /// <param name="http">The request.</param>
    /// <param name="page">The path of a page of this server.</param>
    /// <param name="query">What it was asked, encoded.</param>
    public Task<Interaction> BeginAsync(HttpContext http, string page, string query) => BeginAsync(http, page, query, null);

    /// <summary>Whether what was done in it counts.</summary>
    public bool IsOpen(Interaction interaction) => interaction.IsOpen(time.GetUtcNow());

    /// <summary>Null for an interaction that was never there, is long over, or belongs to another browser.</summary>
    public async Task<Stored<Interaction>?> FindAsync(HttpContext http, string? id)
    {
        if (RowId.TryParse(id) is not { } row || cookies.Interaction(http, row) is not { } browser)
            return null;
        return await interactions.FindAsync(row, http.RequestAborted) is { } stored && Strict.HashEquals(stored.Value.BrowserHash, browser.Hash)
            ? stored
            : null;
    }

    /// <summary>False: another request of the same browser changed it first.</summary>
    public Task<bool> TryRecordAsync(Stored<Interaction> read, Interaction next, CancellationToken cancellation) =>
        interactions.TryReplaceAsync(read, next, cancellation);

    /// <summary>Records what the person did, whatever other requests of the same browser do, in a new interaction where this one is over.</summary>
    public async Task<Interaction> RecordAsync(HttpContext http, Stored<Interaction> read, Func<Interaction, Interaction> change)
    {
        var current = read;
        for (var tried = 0; tried < MaxTries; tried++)
        {
            if (!IsOpen(current.Value))
                current = await AgainAsync(http, current.Value);
            var next = change(current.Value);
            if (await TryRecordAsync(current, next, http.RequestAborted))
                return next;
            current = await FindAsync(http, current.Value.Id.ToString()) ?? current;
        }
        return change(current.Value);
    }

    /// <summary>The same request in a new interaction of this browser.</summary>
    public async Task<Stored<Interaction>> AgainAsync(HttpContext http, Interaction over)
    {
        var again = await BeginAsync(http, over.ReturnTo, over.Parameters, over.HintedSubject);
        return await interactions.FindAsync(again.Id, http.RequestAborted)
            ?? throw new InvalidOperationException("An interaction that was just begun is not there.");
    }

    private async Task<Interaction> BeginAsync(HttpContext http, string returnTo, string parameters, string? hintedSubject)
    {
        var expiresAt = time.GetUtcNow() + Lifetime;
        var id = Entropy.RowId(expiresAt + Kept);
        var interaction = new Interaction
        {
            Id = id,
            BrowserHash = cookies.BeginInteraction(http, id, expiresAt + Kept).Hash,
            ReturnTo = returnTo,
            Parameters = parameters,
            HintedSubject = hintedSubject,
            ExpiresAt = expiresAt,
        };
        await interactions.InsertAsync(interaction, http.RequestAborted);
        return interaction;
    }
}
