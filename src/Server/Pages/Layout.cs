namespace Postern.Server;

/// <summary>What all pages have in common.</summary>
internal static class Layout
{
    public static Html Render(Page page, string name, string basePath) =>
        Html.Of(
            $"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8" />
            <meta name="viewport" content="width=device-width, initial-scale=1" />
            <meta name="color-scheme" content="light dark" />
            <meta name="robots" content="noindex" />
            <title>{page.Title} · {name}</title>
            <link rel="icon" type="image/svg+xml" href="{basePath}{Assets.Url("postern.svg")}" />
            <link rel="stylesheet" href="{basePath}{Assets.Url("postern.css")}" />
            {Script(page, basePath)}
            </head>
            <body>
            <div class="card">
            <header><img src="{basePath}{Assets.Url("postern.svg")}" alt="" width="32" height="32" /><span>{name}</span></header>
            <main>
            <h1>{page.Title}</h1>
            {page.Body}
            </main>
            </div>
            </body>
            </html>

            """
        );

    private static Html Script(Page page, string basePath) =>
        page.Script is null ? Html.Empty : Html.Of($"""<script src="{basePath}{Assets.Url(page.Script)}" defer="defer"></script>""");
}
