using Microsoft.AspNetCore.Connections;
using Postern.Local;
using Postern.Protocol;
using Postern.Server;
using Postern.Storage;

Nfc.UseInvariantCulture();
if (args.Any(arg => arg is "--help" or "-h"))
{
    Console.WriteLine(LocalOptions.Usage);
    return 0;
}
if (LocalOptions.TryParse(args, out var problem) is not { } local)
{
    await Console.Error.WriteLineAsync($"{problem}\n\n{LocalOptions.Usage}");
    return 2;
}

if (Nfc.Problem is { } unable)
{
    await Console.Error.WriteLineAsync($"{Nfc.Off} {unable}.");
    return 1;
}

var files = new LocalFiles(local.Folder);
var issuer = $"http://localhost:{local.Port}";
await using var embedded = local.Azurite ? null : await TableService.StartAsync();
await using var azurite = local.Azurite ? await Azurite.StartAsync(null, Path.Combine(files.Folder, "azurite")) : null;
var storage = embedded?.ConnectionString ?? azurite!.ConnectionString;

await using var vault = local.Vault is null ? null : await LocalKeys.StartVaultAsync(new KeyOptions());

var options = new ServerOptions
{
    Issuer = issuer,
    Storage = storage,
    Listen = issuer,
    Scopes = Demo.WebScope.Except(Scope.OpenIdConnect),
    Keys = new KeyOptions { Vault = vault?.Uri.ToString() ?? "", Mode = local.Vault ?? SigningMode.Vault },
};
var tables = Tables.Connect(storage);
var keys = LocalKeys.Create(options, vault, files, tables);
await using var server = KestrelHost.Build(options, tables, keys, TimeProvider.System, Quietly);

var demo = files.DemoSecrets();
await demo.SeedAsync(new ClientStore(tables, TimeProvider.System, TimeSpan.Zero), new UserStore(tables), DateTimeOffset.UtcNow, default);
try
{
    await server.StartAsync();
}
catch (IOException taken) when (taken.InnerException is AddressInUseException)
{
    await Console.Error.WriteLineAsync($"Port {local.Port} is taken. End what is there, or give another: --port N");
    return 1;
}
await using var app = await DemoApp.StartAsync(issuer);
Console.WriteLine(
    local.Json ? Announcement.JsonLine(options, vault, demo, app.Address) : Announcement.Text(options, local, demo, app.Address)
);
await server.WaitForShutdownAsync();
return 0;

// A refusal is a line; what the framework does all day is none.
static void Quietly(ILoggingBuilder logging) =>
    logging
        .AddFilter("Microsoft", LogLevel.Warning)
        // What keeps it from starting is said once, in a line.
        .AddFilter("Microsoft.Extensions.Hosting", LogLevel.None)
        .AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace)
        .AddSimpleConsole(console => (console.SingleLine, console.TimestampFormat) = (true, "HH:mm:ss "));
