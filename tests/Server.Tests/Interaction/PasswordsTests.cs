using Microsoft.AspNetCore.Identity;
using Postern.Local;
using Postern.Protocol;
using Postern.Server;
using Postern.Storage;

namespace Postern.Tests;

/// <summary>What it costs to look at a password.</summary>
public class PasswordsTests
{
    [Theory, Rfc(6819, "5.1.4.2.5")]
    [InlineData("alice", "right")]
    [InlineData("alice", "wrong")]
    [InlineData("alice", null)]
    [InlineData("nobody", "right")]
    [InlineData(null, "right")]
    [InlineData("disabled", "right")]
    [InlineData("passwordless", "right")]
    public async Task It_is_one_hash_whoever_it_is_and_whatever_was_typed(string? login, string? typed)
    {
        await using var service = await TableService.StartAsync();
        var (users, hasher) = (new UserStore(Tables.Connect(service.ConnectionString)), new CountingHasher());
        foreach (var name in new[] { "alice", "disabled", "passwordless" })
        {
            var user = TestUsers.Someone(name, $"subject-of-{name}", default) with { Disabled = name == "disabled" };
            Assert.True(await users.TryAddAsync(name == "passwordless" ? user : user with { PasswordHash = "right" }, default));
        }
        var verified = await new Passwords(users, new FakeClock(), hasher).VerifyAsync(login, typed, true, TestContext.Current.CancellationToken);
        Assert.Equal(1, hasher.Count);
        Assert.Equal((login, typed) == ("alice", "right"), verified is not null);
    }

    private sealed class CountingHasher : IPasswordHasher<User>
    {
        public int Count { get; private set; }

        public string HashPassword(User user, string password)
        {
            Count++;
            return password;
        }

        public PasswordVerificationResult VerifyHashedPassword(User user, string hashedPassword, string providedPassword)
        {
            Count++;
            return hashedPassword == providedPassword ? PasswordVerificationResult.Success : PasswordVerificationResult.Failed;
        }
    }
}
