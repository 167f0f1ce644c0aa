using System.Security.Cryptography;
using System.Text;
using CsCheck;
using Shrike.Core;

namespace Shrike.Core.Tests;

public sealed class Sha256Tests
{
    [Theory]
    [InlineData("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    [InlineData("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")]
    [InlineData("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1")]
    public void PublishedVectors(string text, string digest) => Assert.Equal(digest, Sha256.Hex(Encoding.ASCII.GetBytes(text)));

    [Fact]
    public void AnyLengthInAnyPiecesIsThatOfTheRuntime() =>
        Gen.Select(Gen.Byte.Array[0, 400], Gen.Int[1, 130]).Sample((bytes, piece) =>
        {
            using var hash = new Sha256();
            for (int at = 0; at < bytes.Length; at += piece) hash.Write(bytes.AsSpan(at, Math.Min(piece, bytes.Length - at)));
            return hash.Finish() == Convert.ToHexStringLower(SHA256.HashData(bytes));
        });
}
