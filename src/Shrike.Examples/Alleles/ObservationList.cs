namespace Shrike.Examples.Alleles;

/// <summary>The observations of one position, borrowed from the counter.</summary>
public readonly ref struct ObservationList
{
    private readonly ReadOnlySpan<Observation> _all;
    private readonly ReadOnlySpan<int> _order;

    internal ObservationList(ReadOnlySpan<Observation> all, ReadOnlySpan<int> order)
    {
        _all = all;
        _order = order;
    }

    /// <summary>Number of observations.</summary>
    public int Count => _order.Length;

    /// <summary>One observation.</summary>
    public ref readonly Observation this[int i] => ref _all[_order[i]];
}
