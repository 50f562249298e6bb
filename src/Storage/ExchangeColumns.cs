using Postern.Protocol;

namespace Postern.Storage;

/// <summary>The columns of a client's <see cref="ExchangePolicy"/>: none of them where there is none.</summary>
internal static class ExchangeColumns
{
    public static Row SetExchange(this Row row, ExchangePolicy? policy) =>
        row.Set("ExchangeFrom", policy?.From)
            .Set("ExchangeTo", policy?.To.Select(target => target.ToString()))
            .Set("ExchangeImpersonation", policy?.MayImpersonate)
            .Set("OnBehalfOf", policy?.OnBehalfOf.Select(target => target.ToString()));

    public static ExchangePolicy? Exchange(this Row row) =>
        row.FlagOrNull("ExchangeImpersonation") is { } mayImpersonate
            ? new ExchangePolicy
            {
                From = row.Lines("ExchangeFrom"),
                To = [.. row.Lines("ExchangeTo").Select(ToTarget)],
                MayImpersonate = mayImpersonate,
                OnBehalfOf = [.. row.Lines("OnBehalfOf").Select(ToTarget)],
            }
            : null;

    private static TokenTarget ToTarget(string line) =>
        TokenTarget.TryParse(line) ?? throw new InvalidDataException($"'{line}' is no audience with a scope.");
}
