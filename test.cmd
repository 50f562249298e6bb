@echo off
rem The .NET tests. Azurite needs Node.js 20; the browser and interoperability tests run on Debian (./test) only.
cd /d "%~dp0"
pushd src\Local\azurite && call npm ci --no-audit --no-fund --ignore-scripts && popd || exit /b 1
dotnet test Functions.sln --configuration Release --nologo
