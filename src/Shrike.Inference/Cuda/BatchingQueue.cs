using System.Runtime.ExceptionServices;
using Shrike.Core;

namespace Shrike.Inference.Cuda;

/// <summary>
/// Joins the images of many threads into batches. Each device has two threads: one fills a free slot with whatever has
/// gathered, up to a batch, the other hands the answers back; so a device computes one batch while the next is on its way.
/// A batch leaves when it is full or when there is a free slot, never later. Every thread has at most one request in
/// flight, so the queue is bounded by the number of threads.
/// </summary>
public sealed class BatchingQueue : IDisposable
{
    private readonly object _gate = new();
    private readonly Queue<ImageRequest> _pending = new();
    private readonly List<Thread> _threads = [];
    private readonly int _classes;
    private bool _closed;

    /// <param name="devices">Devices. They stay the caller's.</param>
    /// <param name="classes">Classes.</param>
    public BatchingQueue(IEnumerable<IBatchDevice> devices, int classes)
    {
        _classes = classes;
        foreach (IBatchDevice device in devices)
        {
            var lane = new Lane(device);
            string name = $"shrike device {(_threads.Count / 2) + 1}";
            Start(() => Fill(lane), name + " in");
            Start(() => Collect(lane), name + " out");
        }
    }

    /// <summary>Probabilities of images; returns when they are there.</summary>
    /// <exception cref="Exception">What the device threw.</exception>
    public unsafe void Run(ReadOnlySpan<byte> images, int count, Span<float> probabilities)
    {
        // Both stay pinned by this frame until every image has its answer.
        fixed (byte* from = images)
        fixed (float* to = probabilities) Wait(new ImageRequest((nint)from, count, (nint)to));
    }

    /// <summary>Probabilities of images that have not been painted; returns when they are there.</summary>
    /// <exception cref="Exception">What the device threw.</exception>
    public unsafe void Run(CompactImages images, Span<float> probabilities)
    {
        fixed (float* to = probabilities) Wait(new ImageRequest(images, (nint)to));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            _closed = true;
            Monitor.PulseAll(_gate);
        }

        foreach (Thread thread in _threads) thread.Join();
    }

    private void Start(ThreadStart work, string name)
    {
        var thread = new Thread(work) { IsBackground = true, Name = name };
        _threads.Add(thread);
        thread.Start();
    }

    private void Wait(ImageRequest request)
    {
        if (request.Count == 0) return;
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_closed, this);
            _pending.Enqueue(request);
            Monitor.PulseAll(_gate);
            while (!request.IsDone) Monitor.Wait(_gate);
        }

        request.Failure?.Throw();
    }

    /// <summary>Begins batches on a device until the queue is closed and empty.</summary>
    private void Fill(Lane lane)
    {
        while (Take(lane) is { } batch)
        {
            ExceptionDispatchInfo? failure = null;
            try
            {
                lane.Device.Begin(batch.Slot, batch.Parts);
            }
            catch (Exception e)
            {
                failure = ExceptionDispatchInfo.Capture(e);
            }

            lock (_gate)
            {
                if (failure is null) lane.UnderWay.Enqueue(batch);
                else Finish(lane, batch, failure);
                Monitor.PulseAll(_gate);
            }
        }

        lock (_gate)
        {
            lane.IsFilled = true;
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Ends a device's batches in their order.</summary>
    private void Collect(Lane lane)
    {
        float[] probabilities = new float[lane.Device.BatchSize * _classes];
        while (true)
        {
            Batch batch;
            lock (_gate)
            {
                while (lane.UnderWay.Count == 0 && !lane.IsFilled) Monitor.Wait(_gate);
                if (lane.UnderWay.Count == 0) return;
                batch = lane.UnderWay.Dequeue();
            }

            ExceptionDispatchInfo? failure = null;
            try
            {
                lane.Device.End(batch.Slot, probabilities.AsSpan(0, batch.Parts.Sum(p => p.Count) * _classes));
                HandOver(batch.Parts, probabilities);
            }
            catch (Exception e)
            {
                failure = ExceptionDispatchInfo.Capture(e);
            }

            lock (_gate)
            {
                Finish(lane, batch, failure);
                Monitor.PulseAll(_gate);
            }
        }
    }

    /// <summary>Waits for images and a free slot; null once the queue is closed and empty.</summary>
    private Batch? Take(Lane lane)
    {
        lock (_gate)
        {
            while (true)
            {
                List<ImagePart> parts = lane.Free.Count == 0 ? [] : Gather(lane.Device.BatchSize);
                if (parts.Count > 0) return new Batch(lane.Free.Dequeue(), parts);

                // After gathering, which may have emptied the queue of what a failure had given up.
                if (_closed && _pending.Count == 0) return null;
                Monitor.Wait(_gate);
            }
        }
    }

    /// <summary>The oldest images that wait, up to a number; what a failure has given up goes.</summary>
    private List<ImagePart> Gather(int most)
    {
        var parts = new List<ImagePart>();
        for (int room = most; room > 0 && _pending.TryPeek(out ImageRequest? next);)
        {
            int count = Math.Min(room, next.Count - next.Given);
            if (count > 0) parts.Add(new ImagePart(next, next.Given, count));
            next.Given += count;
            room -= count;
            if (next.Given == next.Count) _pending.Dequeue();
        }

        return parts;
    }

    private unsafe void HandOver(List<ImagePart> parts, float[] probabilities)
    {
        int done = 0;
        foreach (ImagePart part in parts)
        {
            probabilities.AsSpan(done * _classes, part.Count * _classes).CopyTo(new Span<float>((float*)part.Request.Probabilities + ((long)part.First * _classes), part.Count * _classes));
            done += part.Count;
        }
    }

    private static void Finish(Lane lane, Batch batch, ExceptionDispatchInfo? failure)
    {
        foreach (ImagePart part in batch.Parts)
        {
            if (failure is not null) part.Request.Fail(failure);
            part.Request.Left -= part.Count;
        }

        lane.Free.Enqueue(batch.Slot);
    }

    private sealed record Batch(int Slot, List<ImagePart> Parts);

    /// <summary>One device and its batches.</summary>
    private sealed class Lane(IBatchDevice device)
    {
        public IBatchDevice Device { get; } = device;

        public Queue<int> Free { get; } = new(Enumerable.Range(0, device.Slots));

        public Queue<Batch> UnderWay { get; } = new();

        public bool IsFilled { get; set; }
    }
}
