using System.Runtime.InteropServices;
using System.Text;

namespace Postern.Cli;

/// <summary>
/// The process's standard output. The console's own stream passes over a pipe that nobody reads any more, and a secret that is
/// shown once would be gone.
/// </summary>
internal sealed class StandardOutput : Stream
{
    private const int Descriptor = 1;
    private const int Interrupted = 4;

    public static TextWriter Open() =>
        OperatingSystem.IsWindows() ? Console.Out : new StreamWriter(new StandardOutput(), new UTF8Encoding(false)) { AutoFlush = true };

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <exception cref="IOException">It is full, closed, or a pipe without a reader.</exception>
    public override void Write(byte[] buffer, int offset, int count)
    {
        while (count > 0)
        {
            var written = (int)Write(Descriptor, in buffer[offset], count);
            if (written < 0 && Marshal.GetLastPInvokeError() is not Interrupted and var error)
                throw new IOException(Marshal.GetPInvokeErrorMessage(error));
            (offset, count) = (offset + Math.Max(0, written), count - Math.Max(0, written));
        }
    }

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

#pragma warning disable SYSLIB1054 // The generated form is unsafe code, for the same call.
    [DllImport("libc", EntryPoint = "write", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint Write(int descriptor, in byte buffer, nint count);
#pragma warning restore SYSLIB1054
}
