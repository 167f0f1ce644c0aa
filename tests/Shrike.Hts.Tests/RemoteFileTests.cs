using System.Net;
using System.Net.Sockets;
using Shrike.Core;

namespace Shrike.Hts.Tests;

public sealed class RemoteFileTests
{
    private static readonly Action<string>[] Openers =
    [
        path => AlignmentReader.Open(path).Dispose(),
        path => VcfReader.Open(path).Dispose(),
        path => ReferenceReader.Open(path).Dispose(),
    ];

    /// <summary>A port that nobody listens on.</summary>
    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Answers /N with the status N, and /200 with a text.</summary>
    private static async Task Serve(HttpListener server)
    {
        while (true)
        {
            HttpListenerContext request;
            try
            {
                request = await server.GetContextAsync().ConfigureAwait(false);
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                return;
            }

            // The names of indexes begin with that of their file.
            request.Response.StatusCode = int.Parse(request.Request.Url!.AbsolutePath.AsSpan(1, 3), System.Globalization.CultureInfo.InvariantCulture);
            if (request.Response.StatusCode == 200) request.Response.OutputStream.Write("no reads, no variants\n"u8);
            request.Response.Close();
        }
    }

    [Fact]
    public async Task WhatTheServerSaysIsTheCause()
    {
        string at = $"http://127.0.0.1:{FreePort()}/";
        using var server = new HttpListener { Prefixes = { at } };
        server.Start();
        Task serving = Serve(server);
        foreach (Action<string> open in Openers)
        {
            foreach ((string name, string says) in ((string, string)[])[("404", "no such file there"), ("403", "the server refuses access"), ("401", "the server refuses access"), ("500", "")])
            {
                ShrikeException e = Assert.Throws<ShrikeException>(() => open(at + name));
                if (e.Message.Contains("libcurl", StringComparison.Ordinal)) Assert.Skip("this htslib reads no addresses");
                Assert.Equal(ExitCode.InputOutput, e.ExitCode);
                Assert.StartsWith($"{at}{name}: cannot be read: {says}", e.Message, StringComparison.Ordinal);
                Assert.True(e.Message.Length > $"{at}{name}: cannot be read: ".Length);
            }
        }

        ShrikeException text = Assert.Throws<ShrikeException>(() => AlignmentReader.Open(at + "200"));
        Assert.Equal((ExitCode.InvalidData, $"{at}200: is not a BAM, CRAM or SAM file"), (text.ExitCode, text.Message));
        server.Stop();
        await serving;
        foreach (Action<string> open in Openers) Assert.Equal(ExitCode.InputOutput, Assert.Throws<ShrikeException>(() => open(at + "200")).ExitCode);
    }

    [Fact]
    public void AddressesOfAnUnknownKindAreNotTakenForFiles()
    {
        foreach (Action<string> open in Openers)
        {
            ShrikeException e = Assert.Throws<ShrikeException>(() => open("nokind://host/file"));
            Assert.Equal(ExitCode.InputOutput, e.ExitCode);
            Assert.Contains("cannot open nokind addresses", e.Message, StringComparison.Ordinal);
        }
    }
}
