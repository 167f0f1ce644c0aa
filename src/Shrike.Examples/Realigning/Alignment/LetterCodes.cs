namespace Shrike.Examples.Realigning.Alignment;

/// <summary>
/// Letter codes of the aligner: A 0, C 1, G 2, T 3, U 0, all others 4 in a query and 5 in a target, so that two letters
/// match exactly if their codes are equal. Lower case counts as upper case.
/// </summary>
internal static class LetterCodes
{
    /// <summary>Code of a query letter that matches nothing; also what pads queries.</summary>
    public const byte QueryOther = 4;

    /// <summary>Code of a target letter that matches nothing; also what pads targets.</summary>
    public const byte TargetOther = 5;

    private static readonly byte[] QueryTable = MakeTable(QueryOther);
    private static readonly byte[] TargetTable = MakeTable(TargetOther);

    /// <summary>Whether a query code and a target code match.</summary>
    public static bool Match(byte query, byte target) => query == target;

    /// <summary>Whether two letters count as equal in an extended CIGAR: N equals N there.</summary>
    public static bool SameLetter(byte query, byte target) => query == target || (query == QueryOther && target == TargetOther);

    /// <summary>Codes a query.</summary>
    public static void CodeQuery(ReadOnlySpan<byte> letters, Span<byte> codes) => Code(letters, codes, QueryTable);

    /// <summary>Codes a target.</summary>
    public static void CodeTarget(ReadOnlySpan<byte> letters, Span<byte> codes) => Code(letters, codes, TargetTable);

    private static void Code(ReadOnlySpan<byte> letters, Span<byte> codes, byte[] table)
    {
        for (int i = 0; i < letters.Length; i++) codes[i] = table[letters[i]];
    }

    private static byte[] MakeTable(byte other)
    {
        byte[] table = new byte[256];
        Array.Fill(table, other);
        ReadOnlySpan<byte> letters = "ACGTacgt"u8;
        for (int i = 0; i < letters.Length; i++) table[letters[i]] = (byte)(i & 3);
        table['U'] = table['u'] = 0;
        return table;
    }
}
