using Postern.Cli;
using Postern.Protocol;

Nfc.UseInvariantCulture();
return await PosternCommand.RunAsync(args, Terminal.OfThisProcess());
