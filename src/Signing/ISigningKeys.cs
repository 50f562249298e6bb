namespace Postern.Signing;

/// <summary>What an operator, and a timer, may do with the signing keys.</summary>
public interface ISigningKeys
{
    /// <summary>Is told why the keys could not be read, or one of them is no good, where signing goes on with what is known.</summary>
    Action<Exception>? Failed { get; set; }

    /// <summary>All keys that are still kept, oldest first within their type.</summary>
    Task<IReadOnlyList<SigningKey>> ListAsync(CancellationToken cancellation);

    /// <summary>Creates the next key of each type now. It signs once it has been published for the lead.</summary>
    Task RotateAsync(CancellationToken cancellation);

    /// <summary>
    /// For a timer; does nothing that is not due, and nothing twice where two instances do it at once. A vault that holds the
    /// signing keys rotates them by its own policy, so there it does nothing at all.
    /// </summary>
    Task RotateIfDueAsync(CancellationToken cancellation);

    /// <summary>
    /// For a key that is no longer to be trusted: from now on it neither signs nor is published, and tokens it signed stop
    /// verifying. Sees to it that another key can sign. False where there is no such key.
    /// </summary>
    Task<bool> RetireAsync(string keyId, CancellationToken cancellation);
}
