using System.Globalization;

namespace Shrike.Core.Guarding;

/// <summary>A run of which nothing has been finished for long.</summary>
/// <param name="Seconds">For how long.</param>
/// <param name="CpuSeconds">Time of the whole process on processors meanwhile.</param>
/// <param name="InWork">What is in work; the first is what is waited for.</param>
public sealed record Stall(double Seconds, double CpuSeconds, IReadOnlyList<WorkPlace> InWork)
{
    // A thread that computes is on a core for most of the time, unless other programs hold the cores.
    private bool Computes => CpuSeconds > 0.3 * Seconds;

    /// <summary>One line for people: how long, where, what is waited for, and what may be the cause.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"warning: nothing has been finished for {Time} ({CpuSeconds:F1} core seconds in that time): {(InWork.Count == 0 ? "no region is in work" : "in work: " + WorkBoard.Words(InWork))}; {Cause}; the run goes on");

    private string Time => Seconds >= 60 ? string.Create(CultureInfo.InvariantCulture, $"{Seconds / 60:F0} min") : string.Create(CultureInfo.InvariantCulture, $"{Seconds:F1} s");

    private string Cause => (InWork.Count > 0 ? InWork[0].Stage : null as WorkStage?, Computes) switch
    {
        (null, _) => "the threads are being set up",
        (WorkStage.Reading, false) => "the inputs do not answer: is their disk or network slow or gone?",
        (WorkStage.Network, false) => "the network's device does not answer",
        (WorkStage.Writing, false) => "the outputs' disk does not take what is written",
        (_, false) => "it gets no core, or waits for the inputs",
        (WorkStage.Network, true) => "the network computes",
        (WorkStage.Writing, true) => "calls are being written",
        _ => "it computes: a place of very many reads or candidates, which --exclude_regions would leave out",
    };
}
