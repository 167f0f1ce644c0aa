namespace Shrike.Examples.Phasing;

/// <summary>A site of the graph of alleles.</summary>
/// <param name="Start">0-based position.</param>
/// <param name="Vertices">Its alleles: the reference first, where it has enough reads, then the others by their letters.</param>
internal sealed record AlleleSite(int Start, AlleleVertex[] Vertices)
{
    /// <summary>Some read leads from the site before to this one.</summary>
    public bool IsReached => Vertices.Any(v => v.Predecessors.Count > 0);

    /// <summary>The names of an ordered pair of alleles, one behind the other; decides between pairs of equal score.</summary>
    public string PairName(int pair) => Vertices[pair / Vertices.Length].Name + Vertices[pair % Vertices.Length].Name;
}
