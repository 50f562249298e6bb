#:sdk Microsoft.NET.Sdk.Web
#:property PublishAot=false
#:property RestorePackagesWithLockFile=false
#:property InvariantGlobalization=true
// The least that ASP.NET Core can be: what a start costs before there is an authorization server.
using System.Net;

var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
var port = int.Parse(Environment.GetEnvironmentVariable("PORT")!);
builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port));
var app = builder.Build();
app.Run(http => http.Response.WriteAsync("Hello"));
app.Run();
