namespace Shrike.Examples.Pileup;

/// <summary>Values to bytes.</summary>
public static class Colors
{
    /// <summary>Whatever is as much as it can be: support of a shown ALT, a base that differs from the reference.</summary>
    public const byte Full = 254;

    /// <summary>A base equal to the reference.</summary>
    public const byte Matching = 50;

    /// <summary>A read that supports no ALT.</summary>
    public const byte Unsupporting = 152;

    /// <summary>A read that supports an ALT that is not shown, where those are marked.</summary>
    public const byte OtherSupporting = 76;

    /// <summary>The forward strand.</summary>
    public const byte Forward = 70;

    /// <summary>The reverse strand.</summary>
    public const byte Reverse = 240;

    /// <summary>Letter of a base behind which an insertion or deletion begins.</summary>
    public const byte Anchor = (byte)'*';

    /// <summary>Base letter to colour: A 250, G 180, T 100, C 30, anything else 0.</summary>
    public static readonly byte[] Base = MakeBases();

    /// <summary>Base quality to colour: 0..40 over 0..254.</summary>
    public static readonly byte[] Quality = [.. Enumerable.Range(0, 256).Select(q => Scale(q, 40))];

    /// <summary>254 v / max, v clamped to max; a negative value wraps as a byte.</summary>
    public static byte Scale(int value, int max) => unchecked((byte)(254 * Math.Min(value, max) / max));

    /// <summary>Logarithm of a share of a population, 0.00001 and less at 0, 1 at 254; every step in float32. Spec 50 section 4.7.</summary>
    public static byte Frequency(float share)
    {
        const float least = 0.00001f;
        const float logLeast = -5f;
        if (!(share > least)) return 0;
        float log = (float)Math.Log10(share);
        float part = (logLeast - log) / logLeast;
        return (byte)(int)(part * 254f);
    }

    /// <summary>Share as a whole percent; both steps in float32, truncated.</summary>
    public static int Percent(int part, int whole)
    {
        float share = (float)part / whole;
        return (int)(share * 100);
    }

    private static byte[] MakeBases()
    {
        var colors = new byte[256];
        (colors['A'], colors['G'], colors['T'], colors['C']) = (250, 180, 100, 30);
        return colors;
    }
}
