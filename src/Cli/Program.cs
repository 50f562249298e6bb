using Postern.Cli;

return await PosternCommand.RunAsync(args, Terminal.OfThisProcess());
