@echo off
rem Runs the .NET tests. The tests in tests\Interop drive Debian's Chromium and read /proc: run ./test on Linux or in WSL for those.
cd /d "%~dp0"
dotnet test Functions.sln --configuration Release --nologo || exit /b 1
echo tests\Interop was not run: it needs Linux or WSL.
