@echo off
rem Builds Postern and starts it on http://localhost:7071 with demo clients and a demo user; run --help lists the options.
cd /d "%~dp0"
dotnet build src\Local\Local.csproj --configuration Release --nologo --verbosity quiet 1>&2 || exit /b 1
dotnet artifacts\bin\Local\release\Postern.Local.dll %*
