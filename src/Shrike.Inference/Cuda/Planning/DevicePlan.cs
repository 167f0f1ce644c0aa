namespace Shrike.Inference.Cuda.Planning;

/// <summary>A network as launches over buffers of one arena.</summary>
/// <param name="ImageShape">Rows, columns, channels of the image.</param>
/// <param name="Steps">Launches in order.</param>
/// <param name="Buffers">Buffers with their place in the arena.</param>
/// <param name="ArenaBytes">Bytes of the arena for one image.</param>
/// <param name="Output">Probabilities.</param>
public sealed record DevicePlan(int[] ImageShape, IReadOnlyList<PlanStep> Steps, IReadOnlyList<PlanBuffer> Buffers, long ArenaBytes, TensorView Output)
{
    /// <summary>Multiplications of the matrix products for one image, padding included.</summary>
    public long MultiplyAccumulates() => Steps.OfType<ConvolutionStep>().Sum(c => (long)c.Segments[0].Output.Cells * c.Filters * c.FilterLength);

    /// <summary>Places buffers in an arena: buffers alive at the same step never overlap; larger ones choose first.</summary>
    public static DevicePlan Place(int[] imageShape, IReadOnlyList<PlanStep> steps, IReadOnlyList<(int Elements, bool Wide)> buffers, TensorView output)
    {
        var lives = new (int First, int Last)[buffers.Count];
        Array.Fill(lives, (int.MaxValue, -1));
        for (int s = 0; s < steps.Count; s++)
        {
            foreach (TensorView view in steps[s].Reads.Concat(steps[s].Writes))
            {
                ref (int First, int Last) life = ref lives[view.Buffer];
                life = (Math.Min(life.First, s), s);
            }
        }

        lives[output.Buffer].Last = steps.Count;
        var placed = new PlanBuffer[buffers.Count];
        var order = Enumerable.Range(0, buffers.Count).Where(b => lives[b].Last >= 0)
            .OrderByDescending(b => (long)buffers[b].Elements * (buffers[b].Wide ? 4 : 2)).ThenBy(b => b);
        long arena = 0;
        foreach (int b in order)
        {
            var buffer = new PlanBuffer(buffers[b].Elements, buffers[b].Wide, lives[b].First, lives[b].Last, 0);
            long at = 0;
            foreach (PlanBuffer other in placed.Where(p => p is not null && p.FirstStep <= buffer.LastStep && buffer.FirstStep <= p.LastStep).OrderBy(p => p.Offset))
            {
                if (other.Offset >= at + buffer.Bytes) break;
                at = Math.Max(at, other.Offset + other.Bytes);
            }

            placed[b] = buffer with { Offset = at };
            arena = Math.Max(arena, at + buffer.Bytes);
        }

        for (int b = 0; b < placed.Length; b++) placed[b] ??= new PlanBuffer(0, false, 0, 0, 0);
        return new DevicePlan(imageShape, steps, placed, arena, output);
    }
}
