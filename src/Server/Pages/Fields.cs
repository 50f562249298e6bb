namespace Postern.Server;

/// <summary>Markup that several pages need.</summary>
internal static class Fields
{
    public static Html Hidden(string name, string value) => Html.Of($"""<input type="hidden" name="{name}" value="{value}" />""");

    /// <summary>What ties a form to its interaction and its browser.</summary>
    public static Html Proof(string interaction, string antiforgery) =>
        Html.Of($"{Hidden(InteractionForm.Interaction, interaction)}{Hidden(InteractionForm.Antiforgery, antiforgery)}");

    /// <summary>A name that somebody else chose. Isolated, so that its writing direction cannot rearrange the words around it.</summary>
    public static Html Foreign(string name) => Html.Of($"<strong><bdi>{name}</bdi></strong>");
}
