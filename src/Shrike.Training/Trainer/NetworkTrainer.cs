using System.Diagnostics;
using System.Globalization;
using Shrike.Core;
using Shrike.Formats.Safetensors;
using Shrike.Inference.Networks;
using Shrike.Training.Data;
using TorchSharp;
using static TorchSharp.torch;
using Tensor = TorchSharp.torch.Tensor;
using Weight = Shrike.Formats.Safetensors.Tensor;

namespace Shrike.Training.Trainer;

/// <summary>What a training gives.</summary>
/// <param name="Weights">Averaged weights: the best by validation, or the last without any.</param>
/// <param name="Report">Right answers and calibration on the validation sets.</param>
/// <param name="Steps">Steps made.</param>
public sealed record TrainingResult(Dictionary<string, Weight> Weights, string Report, long Steps);

/// <summary>
/// Trains a network on labelled images: AdamW, warm-up and cosine, averaged weights, augmentation, validation, early stopping.
/// Every random choice follows from seed and step, so a training that goes on from a checkpoint gives the same weights as
/// one that never stopped, on the same machine with the same number of threads.
/// </summary>
public sealed class NetworkTrainer
{
    private const double LossMemory = 0.98;
    private const int TrialImages = 4;
    private const float TrialTolerance = 1e-3f;
    private readonly Network _network;
    private readonly TrainerOptions _options;
    private readonly Action<string> _log;
    private readonly TorchNetwork _model;
    private readonly AdamW _optimizer;
    private readonly Dictionary<string, Tensor> _averaged;
    private readonly Dictionary<string, Tensor> _best;
    private readonly Augmentation? _augmentation;
    private readonly Tensor _loss;
    private readonly List<CurvePoint> _curve = [];
    private readonly string _start;
    private double? _bestLoss;
    private int _sinceBest;

    /// <param name="network">The network.</param>
    /// <param name="channels">Channel numbers of the images, for the augmentation.</param>
    /// <param name="start">Weights to start from; null for random ones.</param>
    /// <param name="options">Settings.</param>
    /// <param name="log">Receives progress.</param>
    public NetworkTrainer(Network network, IReadOnlyList<int> channels, IReadOnlyDictionary<string, Weight>? start, TrainerOptions options, Action<string> log)
    {
        _network = network;
        _options = options;
        _log = log;
        set_num_threads(options.Threads);
        _model = new TorchNetwork(network, options.Seed, TorchDevice.Parse(options.Device)) { TrainsInBFloat = options.BFloat };
        _loss = zeros(1, device: _model.Device).DetachFromDisposeScope();
        if (start is not null) _model.Set(start);
        if (options.Threads > 1 && _model.Device.type == DeviceType.CPU) UseThreadsThatAgree();
        _start = start is null ? "random" : SafetensorsFile.Sha256(start)[..16];
        _optimizer = new AdamW(_model.Trainable, options.WeightDecay);
        _averaged = Copy();
        _best = Copy();
        if (options.Augment) _augmentation = new Augmentation(network.InputShape[1], channels);
        Dictionary<string, Tensor> Copy() => _model.Weights.ToDictionary(w => w.Key, w => w.Value.detach().clone().DetachFromDisposeScope());
    }

    /// <summary>
    /// Threads must not show in the values. Some convolutions of libtorch were seen to be wrong with two threads on one processor
    /// (1 x 1 kernels from 64 to 80 channels, as InceptionV3 has); then one thread trains.
    /// </summary>
    private void UseThreadsThatAgree()
    {
        using DisposeScope scope = NewDisposeScope();
        using var quiet = no_grad();
        int count = Math.Min(_options.BatchSize, TrialImages);
        var bytes = new byte[count * _network.InputShape[0] * _network.InputShape[1] * _network.InputShape[2]];
        new Random(1).NextBytes(bytes);
        Tensor images = tensor(bytes, [count, .. _network.InputShape.Select(d => (long)d)]);
        set_num_threads(1);
        Tensor one = _model.Forward(images);
        set_num_threads(_options.Threads);
        float difference = (one - _model.Forward(images)).abs().max().item<float>();
        if (difference <= TrialTolerance * Math.Max(1, one.abs().max().item<float>())) return;
        set_num_threads(1);
        _log($"libtorch gives other values with {_options.Threads} threads than with one on this processor: training with one");
    }

    /// <summary>Trains.</summary>
    /// <param name="images">What to train on.</param>
    /// <param name="sets">Validation sets; none means no early stopping and no calibration.</param>
    /// <param name="cancellation">Stops after the step at hand, with a checkpoint.</param>
    public TrainingResult Train(ShuffledImages images, IReadOnlyList<ValidationSet> sets, CancellationToken cancellation)
    {
        long perEpoch = images.Count / _options.BatchSize;
        if (perEpoch == 0) throw ShrikeException.InvalidData($"there are {images.Count} images, fewer than a batch of {_options.BatchSize}");
        long steps = Math.Max(1, (long)(_options.Epochs * perEpoch));
        long every = _options.ValidateEvery > 0 ? _options.ValidateEvery : perEpoch;
        string settings = Fingerprint(images, sets);
        if (!_options.Resume) Checkpoint.RequireNone(_options.CheckpointFolder);
        TrainingProgress? progress = _options.Resume ? Checkpoint.Load(_options.CheckpointFolder, settings, State()) : null;
        long done = progress?.Step ?? 0;
        if (progress is not null)
        {
            (_bestLoss, _sinceBest) = (progress.Best, progress.SinceBest);
            _curve.AddRange(progress.Curve);
            _log($"going on from step {done}");
        }
        else if (_options.Resume)
        {
            _log($"{_options.CheckpointFolder}: holds no checkpoint: beginning at step 0");
        }

        var clock = Stopwatch.StartNew();
        long begun = done;
        bool isOver = IsPatienceOver;
        while (done < steps && !isOver)
        {
            using IEnumerator<LabelledImage[]> batches = images.Batches((int)(done / perEpoch), done % perEpoch, _options.BatchSize).GetEnumerator();
            for (long left = Math.Min(steps - done, perEpoch - (done % perEpoch)); left > 0 && !isOver && batches.MoveNext(); left--)
            {
                double rate = RateAt(done, steps);
                Step(batches.Current, rate, ++done);
                if (done % _options.LogEvery == 0 || done % every == 0) RequireFinite(done);
                if (done % _options.LogEvery == 0) Log(done, steps, rate, (done - begun) * _options.BatchSize / clock.Elapsed.TotalSeconds);
                if (done % every == 0 || done == steps) isOver = Validate(done, rate, sets);
                bool stop = cancellation.IsCancellationRequested;
                if (done % every == 0 || done == steps || stop || isOver) Save(done, settings, sets);
                if (stop) throw new OperationCanceledException(cancellation);
            }
        }

        cancellation.ThrowIfCancellationRequested();
        return Finish(sets, done);
    }

    private bool IsPatienceOver => _options.Patience > 0 && _sinceBest >= _options.Patience;

    /// <summary>Learning rate of a step: linear warm-up, then half a cosine down to zero.</summary>
    internal double RateAt(long step, long steps) =>
        _options.LearningRate * Math.Min(1, (step + 1.0) / Math.Max(1, _options.WarmUp)) * 0.5 * (1 + Math.Cos(Math.PI * step / steps));

    private void RequireFinite(long step)
    {
        if (!float.IsFinite(_loss.item<float>())) throw ShrikeException.InvalidData($"the training diverged before step {step}: its loss is no number any more: begin again with a smaller --learning_rate");
    }

    private void Step(LabelledImage[] batch, double rate, long step)
    {
        var random = new Random(Seeds.Mix(_options.Seed, step));
        using DisposeScope scope = NewDisposeScope();
        Tensor images = ImageBatch.Make(_network, batch, _augmentation, random).to(_model.Device);
        Tensor labels = tensor(batch.Select(b => (long)b.Label).ToArray(), device: _model.Device);
        _optimizer.Zero();
        Tensor loss = nn.functional.cross_entropy(_model.Forward(images, isTraining: true), labels, label_smoothing: _options.LabelSmoothing);
        loss.backward();
        _optimizer.Clip(_options.GradientClip);
        _optimizer.Step(rate, step);
        double memory = Math.Min(_options.Averaging, step / (step + 9.0));
        using (no_grad())
        {
            if (step == 1) _loss.copy_(loss.detach());
            _loss.mul_(LossMemory).add_(loss.detach(), alpha: 1 - LossMemory);
            foreach ((string name, Tensor weight) in _model.Weights)
            {
                // Running statistics are averages already.
                if (_model.Trainable.ContainsKey(name)) _averaged[name].mul_(memory).add_(weight.detach(), alpha: 1 - memory);
                else _averaged[name].copy_(weight);
            }
        }
    }

    /// <summary>Measures the averaged weights; says whether to stop.</summary>
    private bool Validate(long step, double rate, IReadOnlyList<ValidationSet> sets)
    {
        Validation[] results = WithAveraged(() => sets.Select(s => Validation.Run(_model, _network, s)).ToArray());
        var point = new CurvePoint(step, rate, _loss.item<float>(), [.. results.Select(r => r.Loss())], [.. results.Select(r => r.Accuracy())], [.. results.Select(r => r.ByType())]);
        _curve.Add(point);
        if (sets.Count == 0) return false;

        // Every set counts alike, however large it is.
        double loss = point.Validation.Average();
        _log($"validation at step {step}: " + string.Join(", ", sets.Select((s, i) => string.Create(CultureInfo.InvariantCulture, $"{s.Name} {point.Accuracy[i]:P2} right, loss {point.Validation[i]:F4}"))));
        if (_bestLoss is not { } best || loss < best)
        {
            (_bestLoss, _sinceBest) = (loss, 0);
            using (no_grad())
            {
                foreach ((string name, Tensor value) in _averaged) _best[name].copy_(value);
            }

            return false;
        }

        _sinceBest++;
        if (!IsPatienceOver) return false;
        _log($"stopped: no better for {_sinceBest} validations");
        return true;
    }

    private void Save(long step, string settings, IReadOnlyList<ValidationSet> sets)
    {
        if (_options.CheckpointFolder.Length == 0) return;
        Checkpoint.Save(_options.CheckpointFolder, new TrainingProgress(step, _bestLoss, _sinceBest, settings, _curve), State());
        string[] names = [.. sets.Select(s => s.Name)];
        CurveFile.Write(Path.Combine(_options.CheckpointFolder, "curve.csv"), _curve, names);
        Draw(() => TrainingPlots.WriteCurve(Path.Combine(_options.CheckpointFolder, "curve.png"), _curve, names));
    }

    /// <summary>The best weights, calibrated and measured.</summary>
    private TrainingResult Finish(IReadOnlyList<ValidationSet> sets, long steps)
    {
        Dictionary<string, Tensor> weights = _bestLoss is null ? _averaged : _best;
        using (no_grad())
        {
            foreach ((string name, Tensor weight) in _model.Weights) weight.copy_(weights[name]);
            string last = _network.Layers.Last(l => l.Kind == LayerKind.Dense).Name;
            if (sets.Count > 0 && _options.Calibrate)
            {
                double temperature = Validation.BestTemperature([.. sets.Select(s => Validation.Run(_model, _network, s))]);
                _log(string.Create(CultureInfo.InvariantCulture, $"temperature {temperature:F3}, now part of {last}"));
                foreach (string part in (string[])[".weight", ".bias"]) _model.Weights[last + part].mul_(1 / temperature);
            }
        }

        List<(string Name, Validation Answers)> answers = [.. sets.Select(s => (s.Name, Validation.Run(_model, _network, s)))];
        if (_options.CheckpointFolder.Length > 0 && answers.Count > 0) Draw(() => TrainingPlots.WriteCalibration(Path.Combine(_options.CheckpointFolder, "calibration.png"), [.. answers.Select(a => (a.Name, a.Answers.Calibration()))]));
        string report = string.Concat(answers.Select(a => a.Answers.Report(a.Name)));
        return new TrainingResult(TorchNetwork.Export(_model.Weights.ToDictionary(w => w.Key, w => (Tensor)w.Value)), report, steps);
    }

    /// <summary>A picture is no reason to stop.</summary>
    private void Draw(Action draw)
    {
        try
        {
            draw();
        }
        catch (ShrikeException e)
        {
            _log(e.Message);
        }
    }

    /// <summary>All tensors of the state by name.</summary>
    private Dictionary<string, Tensor> State()
    {
        var state = new Dictionary<string, Tensor> { ["loss"] = _loss };
        foreach ((string name, Tensor value) in _model.Weights) state["weights/" + name] = value;
        foreach ((string name, Tensor value) in _averaged) state["averaged/" + name] = value;
        foreach ((string name, Tensor value) in _best) state["best/" + name] = value;
        foreach ((string name, Tensor value) in _optimizer.Means) state["mean/" + name] = value;
        foreach ((string name, Tensor value) in _optimizer.Squares) state["square/" + name] = value;
        return state;
    }

    private T WithAveraged<T>(Func<T> measure)
    {
        using (no_grad())
        {
            Dictionary<string, Tensor> live = _model.Weights.ToDictionary(w => w.Key, w => w.Value.detach().clone());
            foreach ((string name, Tensor weight) in _model.Weights) weight.copy_(_averaged[name]);
            T result = measure();
            foreach ((string name, Tensor weight) in _model.Weights)
            {
                weight.copy_(live[name]);
                live[name].Dispose();
            }

            return result;
        }
    }

    private void Log(long step, long steps, double rate, double speed) => _log(string.Create(
        CultureInfo.InvariantCulture,
        $"step {step}/{steps}, {speed:F0} images/s, {TimeSpan.FromSeconds(Math.Round((steps - step) * _options.BatchSize / speed)):c} left, loss {_loss.item<float>():F4}, rate {rate:E2}"));

    private string Fingerprint(ShuffledImages images, IReadOnlyList<ValidationSet> sets) => string.Create(
        CultureInfo.InvariantCulture,
        $"{_network.Name} {string.Join('x', _network.InputShape)}, {images.Count} images of checksum {images.Checksum:x16}, batch {_options.BatchSize}, {_options.Epochs} epochs, rate {_options.LearningRate}, warm-up {_options.WarmUp}, decay {_options.WeightDecay}, smoothing {_options.LabelSmoothing}, clip {_options.GradientClip}, averaging {_options.Averaging}, augmentation {_options.Augment}, validation every {_options.ValidateEvery} on {string.Join('+', sets.Select(s => $"{s.Name}:{s.Files.Sum(f => new FileInfo(f).Length)}"))}, patience {_options.Patience}, start {_start}, seed {_options.Seed}, {_options.Threads} threads, {_options.Device}, {(_options.BFloat ? "BF16" : "FP32")}");
}
