using Microsoft.AspNetCore.Connections;
using Postern.Protocol;
using Postern.Server;
using Postern.Signing;
using Postern.Storage;

Nfc.UseInvariantCulture();
try
{
    var isWorker = WorkerHost.IsCalled(args);
    var options = ServerOptions.Read(Environment.GetEnvironmentVariable, AzureCredential.ProblemWith, isWorker);
    var credential = AzureCredential.Create(options.Identity, options.IdentityClientId);
    var tables = Tables.Connect(options.Storage, credential);
    var keys = ServerKeys.Create(options, credential, tables, TimeProvider.System);
    using var server = isWorker
        ? WorkerHost.Build(args, options, tables, keys, TimeProvider.System)
        : KestrelHost.Build(options, tables, keys, TimeProvider.System, Logs.Configure);
    foreach (var unknown in UnknownSetting.Among(Environment.GetEnvironmentVariables().Keys.Cast<string>()))
        server.Services.GetRequiredService<ILogger>().LogWarning("{Unknown}", unknown);
    await server.RunAsync();
    return 0;
}
catch (InvalidSettingsException invalid)
{
    await Console.Error.WriteLineAsync(invalid.Message);
    return 1;
}
catch (IOException taken) when (taken.InnerException is AddressInUseException)
{
    await Console.Error.WriteLineAsync($"{taken.Message} Set POSTERN_LISTEN to another one, or end what is there.");
    return 1;
}
