using Postern.Protocol;

namespace Postern.Cli;

/// <summary>Changes a stored client, on whatever it is by the time of the write.</summary>
internal static class ClientChange
{
    // Operators are few; whoever meets more than this many others is in a loop.
    private const int MaxTries = 5;

    public const string Delay = "Running servers notice when they read it again: after POSTERN_CLIENT_CACHE, 60s unless set.";

    /// <param name="invocation">The command.</param>
    /// <param name="clientId">Whose row.</param>
    /// <param name="change">Says what it becomes, and adds to the list why it may not.</param>
    /// <param name="secret">A secret that the change put in, to be shown this once.</param>
    /// <param name="cancellation">Ends it.</param>
    public static async Task<int> RunAsync(
        Invocation invocation,
        string clientId,
        Func<Client, List<string>, Client> change,
        Func<string?> secret,
        CancellationToken cancellation
    )
    {
        var clients = invocation.Clients;
        // A secret is shown before the change, so once.
        for (var tries = 0; tries < MaxTries && (tries == 0 || secret() is null); tries++)
        {
            if (await clients.ReadAsync(clientId, cancellation) is not { } read)
                return invocation.Refuse(ClientCommand.NotFound(clientId));
            var problems = new List<string>();
            var next = change(read.Value, problems);
            problems.AddRange(ClientRegistration.Problems(next));
            if (problems.Count > 0)
                return invocation.Refuse(problems);
            var facts = ClientFacts.Of(next, secret());
            if (await invocation.ChangeAsync(secret(), facts, () => clients.TryReplaceAsync(read, next, cancellation)) is not { } done)
                continue;
            invocation.Tell(Delay);
            foreach (var warning in ClientRegistration.Warnings(next).Except(ClientRegistration.Warnings(read.Value)))
                invocation.Tell(warning);
            if (secret() is not null)
                invocation.Tell($"The client has a new secret. {Secrets.ShownOnce}");
            return done;
        }
        return invocation.RefuseRace(secret());
    }
}
