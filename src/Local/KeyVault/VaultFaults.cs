namespace Postern.Local;

/// <summary>A refusal, as the vault words it.</summary>
internal sealed record VaultError(int Status, string Code, string Message)
{
    public string? Inner { get; init; }

    public int? RetryAfter { get; init; }

    public static VaultError BadParameter(string message) => new(400, "BadParameter", message);

    public static VaultError Forbidden(string inner, string message) => new(403, "Forbidden", message) { Inner = inner };

    public static VaultError KeyNotFound(string name) =>
        new(404, "KeyNotFound", $"A key with (name/id) {name} was not found in this key vault.");
}

/// <summary>Refusals on demand.</summary>
internal sealed class VaultFaults
{
    private readonly Lock gate = new();
    private readonly List<Fault> faults = [];

    public void Add(string operation, VaultError error, int times)
    {
        lock (gate)
            faults.Add(new Fault(operation, error) { Left = times });
    }

    public void Clear()
    {
        lock (gate)
            faults.Clear();
    }

    public VaultError? Next(string operation)
    {
        lock (gate)
        {
            if (faults.Find(fault => fault.Left > 0 && (fault.Operation == operation || fault.Operation == TestVault.AnyOperation)) is not { } fault)
                return null;
            fault.Left--;
            return fault.Error;
        }
    }

    private sealed record Fault(string Operation, VaultError Error)
    {
        public int Left { get; set; }
    }
}
