namespace Shrike.Examples.Realigning.Windows;

/// <summary>Joins ascending marks that lie within twice the padding of each other, and pads the groups.</summary>
/// <param name="padding">Padding on both sides.</param>
/// <param name="windows">Receives the windows.</param>
internal struct WindowMerger(int padding, List<(int Start, int End)> windows)
{
    private int _first = -1;
    private int _last = -1;

    /// <summary>Adds a mark; marks come in ascending order.</summary>
    public void Add(int position)
    {
        if (_first >= 0 && position > _last + (2 * padding)) Complete();
        if (_first < 0) _first = position;
        _last = position;
    }

    /// <summary>Closes the group at hand.</summary>
    public void Complete()
    {
        if (_first >= 0) windows.Add((_first - padding, _last + padding));
        _first = -1;
    }
}
