using System.Runtime.ExceptionServices;

namespace Shrike.Inference.Cuda;

/// <summary>
/// Joins the images of many threads into batches: one worker per device takes what has gathered while it was busy, up to
/// its batch, and hands each thread its own probabilities back. Every thread has at most one request in flight, so the
/// queue is bounded by the number of threads; a device never waits for a batch to fill.
/// </summary>
public sealed class BatchingQueue : IDisposable
{
    private readonly object _gate = new();
    private readonly Queue<Request> _pending = new();
    private readonly List<Thread> _workers = [];
    private readonly int _imageBytes;
    private readonly int _classes;
    private bool _closed;

    /// <param name="devices">Backends; each is used by one worker. They stay the caller's.</param>
    /// <param name="imageBytes">Bytes of an image.</param>
    /// <param name="classes">Classes.</param>
    public BatchingQueue(IEnumerable<INetworkBackend> devices, int imageBytes, int classes)
    {
        _imageBytes = imageBytes;
        _classes = classes;
        foreach (INetworkBackend device in devices)
        {
            var worker = new Thread(() => Work(device)) { IsBackground = true, Name = $"shrike device {_workers.Count + 1}" };
            _workers.Add(worker);
            worker.Start();
        }
    }

    /// <summary>Probabilities of images; returns when they are there.</summary>
    /// <exception cref="Exception">What the device threw.</exception>
    public unsafe void Run(ReadOnlySpan<byte> images, int count, Span<float> probabilities)
    {
        if (count == 0) return;
        fixed (byte* from = images)
        fixed (float* to = probabilities)
        {
            // Both stay pinned by this frame until the worker has answered.
            var request = new Request((nint)from, (nint)to, count);
            lock (_gate)
            {
                ObjectDisposedException.ThrowIf(_closed, this);
                _pending.Enqueue(request);
                Monitor.PulseAll(_gate);
                while (!request.Done) Monitor.Wait(_gate);
            }

            request.Failure?.Throw();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            _closed = true;
            Monitor.PulseAll(_gate);
        }

        foreach (Thread worker in _workers) worker.Join();
    }

    private void Work(INetworkBackend device)
    {
        byte[] images = new byte[device.BatchSize * _imageBytes];
        float[] probabilities = new float[device.BatchSize * _classes];
        var batch = new List<Request>();
        while (Take(device.BatchSize, batch))
        {
            ExceptionDispatchInfo? failure = null;
            try
            {
                Compute(device, batch, images, probabilities);
            }
            catch (Exception e)
            {
                failure = ExceptionDispatchInfo.Capture(e);
            }

            lock (_gate)
            {
                foreach (Request request in batch) (request.Failure, request.Done) = (failure, true);
                Monitor.PulseAll(_gate);
            }
        }
    }

    private bool Take(int most, List<Request> batch)
    {
        batch.Clear();
        lock (_gate)
        {
            while (_pending.Count == 0 && !_closed) Monitor.Wait(_gate);
            for (int images = 0; _pending.TryPeek(out Request? next) && (images == 0 || images + next.Count <= most); images += next.Count) batch.Add(_pending.Dequeue());
        }

        return batch.Count > 0;
    }

    private unsafe void Compute(INetworkBackend device, List<Request> batch, byte[] images, float[] probabilities)
    {
        if (batch is [{ } only])
        {
            device.Run(new ReadOnlySpan<byte>((void*)only.Images, only.Count * _imageBytes), only.Count, new Span<float>((void*)only.Probabilities, only.Count * _classes));
            return;
        }

        int count = 0;
        foreach (Request request in batch)
        {
            new ReadOnlySpan<byte>((void*)request.Images, request.Count * _imageBytes).CopyTo(images.AsSpan(count * _imageBytes));
            count += request.Count;
        }

        device.Run(images.AsSpan(0, count * _imageBytes), count, probabilities);
        count = 0;
        foreach (Request request in batch)
        {
            probabilities.AsSpan(count * _classes, request.Count * _classes).CopyTo(new Span<float>((void*)request.Probabilities, request.Count * _classes));
            count += request.Count;
        }
    }

    private sealed class Request(nint images, nint probabilities, int count)
    {
        public nint Images { get; } = images;

        public nint Probabilities { get; } = probabilities;

        public int Count { get; } = count;

        public bool Done { get; set; }

        public ExceptionDispatchInfo? Failure { get; set; }
    }
}
