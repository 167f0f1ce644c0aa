using Shrike.Calling.Records;

namespace Shrike.Calling;

/// <summary>Sees how predictions become calls, step by step. Calls are borrowed: they change from step to step.</summary>
internal interface ICallObserver
{
    /// <summary>The predictions of a site were merged and genotyped.</summary>
    /// <param name="call">The call.</param>
    /// <param name="probabilities">Probabilities of its genotypes, in VCF order.</param>
    void Genotyped(Call call, ReadOnlySpan<double> probabilities);

    /// <summary>Calls that overlap each other were made to fit, if that was needed.</summary>
    void Resolved(IReadOnlyList<Call> group);

    /// <summary>A line of the VCF or gVCF is there, with its line end.</summary>
    void Written(Call call, ReadOnlySpan<byte> line);
}
