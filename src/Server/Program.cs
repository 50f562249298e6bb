using Postern.Server;

try
{
    _ = ServerOptions.Read(Environment.GetEnvironmentVariable);
    return 0;
}
catch (InvalidSettingsException invalid)
{
    await Console.Error.WriteLineAsync(invalid.Message);
    return 1;
}
