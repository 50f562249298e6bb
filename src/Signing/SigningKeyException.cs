namespace Postern.Signing;

/// <summary>Keys are not as they must be to sign. The message says what an operator can do about it.</summary>
public sealed class SigningKeyException(string message, Exception? inner = null) : Exception(message, inner);
