using Postern.Protocol;

namespace Postern.Cli;

/// <summary>Reads the settings as the server does.</summary>
internal static class SettingsCheck
{
    private const string Missing = "The server does not start without it. Set it here too, or give the option that takes its place.";

    public static IEnumerable<Finding> Look(Invocation invocation)
    {
        var names = ServerOptions.Names();
        var problems = Problems(invocation);
        foreach (var problem in problems)
            yield return Judge(problem);
        foreach (var unknown in UnknownSetting.Among(invocation.Terminal.Environment.Keys))
            yield return Finding.Warn("settings", $"{unknown.Name} is no setting.", unknown.Advice);
        if (problems.Count == 0)
            yield return Finding.Ok("settings", $"The server can start with these {names.Count}.");
    }

    private static IReadOnlyList<SettingProblem> Problems(Invocation invocation)
    {
        try
        {
            ServerOptions.Read(invocation.Setting);
            return [];
        }
        catch (InvalidSettingsException invalid)
        {
            return invalid.Problems;
        }
    }

    // An operator's machine need not have all of the server's settings, but what it has must be right.
    private static Finding Judge(SettingProblem problem)
    {
        var isNeededHere = problem.Name is "POSTERN_STORAGE" or "POSTERN_ISSUER";
        return problem.IsMissing && !isNeededHere
            ? Finding.Warn("settings", problem.ToString(), "The server needs it; to check the server's settings, run this in its environment.")
            : Finding.Fail(
                "settings",
                problem.ToString(),
                problem.IsMissing ? Missing : "The server does not start with it. Correct it in the app's settings."
            );
    }
}
