using Azure.Core;
using Microsoft.AspNetCore.Builder;
using Postern.Server;
using Postern.Storage;

try
{
    var options = ServerOptions.Read(Environment.GetEnvironmentVariable);
    await using var server = PosternServer.Build(options, null!, null!, TimeProvider.System);
    await server.RunAsync();
    return 0;
}
catch (InvalidSettingsException invalid)
{
    await Console.Error.WriteLineAsync(invalid.Message);
    return 1;
}
