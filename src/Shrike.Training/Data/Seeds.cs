namespace Shrike.Training.Data;

/// <summary>Independent seeds from one: of epochs, steps and orders.</summary>
internal static class Seeds
{
    /// <summary>A seed from a seed and a number (the mixing of SplitMix64).</summary>
    public static int Mix(int seed, long number)
    {
        ulong z = ((ulong)(uint)seed << 32) + (ulong)number + 0x9e3779b97f4a7c15;
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
        z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
        return (int)((z ^ (z >> 31)) & int.MaxValue);
    }
}
