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

try
{
    await RunAsync(local);
    return 0;
}
catch (Exception stopped) when (stopped is LocalException or InvalidSettingsException)
{
    await Console.Error.WriteLineAsync(stopped.Message);
    return 1;
}

static async Task RunAsync(LocalOptions local)
{
    var files = new LocalFiles(local.Folder);
    using var alone = local.Azurite ? files.Lock() : null;
    await using var azurite = local.Azurite ? await Azurite.StartAsync(null, Path.Combine(files.Folder, "azurite")) : null;
    await using var embedded = local.Azurite ? null : await TableService.StartAsync();
    await using var vault = local.Vault is null ? null : await LocalKeys.StartVaultAsync(new KeyOptions());

    var storage = embedded?.ConnectionString ?? azurite!.ConnectionString;
    var issuer = $"http://localhost:{local.Port}";
    var options = LocalSettings.Read(Environment.GetEnvironmentVariable, issuer, storage, local.Vault, vault?.Uri);
    var tables = Tables.Connect(storage);
    var keys = LocalKeys.Create(options, vault, files, tables);
    await using var server = KestrelHost.Build(options, tables, keys, TimeProvider.System, Quietly);
    var demo = files.DemoSecrets();
    await demo.SeedAsync(new ClientStore(tables, TimeProvider.System, TimeSpan.Zero), new UserStore(tables), DateTimeOffset.UtcNow, default);
    await StartAsync(server, local.Port);
    await using var app = await DemoApp.StartAsync(issuer);
    foreach (var unknown in UnknownSetting.Among(Environment.GetEnvironmentVariables().Keys.Cast<string>()))
        await Console.Error.WriteLineAsync(unknown.ToString());
    Console.WriteLine(
        local.Json ? Announcement.JsonLine(options, vault, demo, app.Address) : Announcement.Text(options, local, demo, app.Address)
    );
    await server.WaitForShutdownAsync();
}

static async Task StartAsync(WebApplication server, int port)
{
    try
    {
        await server.StartAsync();
    }
    catch (IOException taken) when (taken.InnerException is AddressInUseException)
    {
        throw new LocalException($"Port {port} is taken. End what is there, or give another: --port N", taken);
    }
}

// A refusal is a line; what the framework does all day is none.
static void Quietly(ILoggingBuilder logging) =>
    logging
        .AddFilter("Microsoft", LogLevel.Warning)
        // What keeps it from starting is said once, in a line.
        .AddFilter("Microsoft.Extensions.Hosting", LogLevel.None)
        .AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace)
        .AddSimpleConsole(console => (console.SingleLine, console.TimestampFormat) = (true, "HH:mm:ss "));
