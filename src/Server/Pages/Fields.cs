namespace Postern.Server;

/// <summary>Markup that several pages need.</summary>
internal static class Fields
{
    public static Html Hidden(string name, string value) => Html.Of($"""<input type="hidden" name="{name}" value="{value}" />""");

    /// <summary>What ties a form to its interaction and its browser.</summary>
    public static Html Proof(string interaction, string antiforgery) =>
        Html.Of($"{Hidden(InteractionForm.Interaction, interaction)}{Hidden(InteractionForm.Antiforgery, antiforgery)}");

    /// <summary>How long ago something was: the server does not know which time it is where the person is.</summary>
    public static string Ago(TimeSpan age) =>
        (int)age.TotalMinutes switch
        {
            <= 0 => "less than a minute ago",
            1 => "a minute ago",
            var minutes => $"{minutes} minutes ago",
        };

    /// <summary>A name that somebody else chose. Isolated, so that its writing direction cannot rearrange the words around it.</summary>
    public static Html Foreign(string name) => Html.Of($"<strong><bdi>{name}</bdi></strong>");
}
