using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using Tensor = TorchSharp.torch.Tensor;

namespace Shrike.Training.Trainer;

/// <summary>Adam with decoupled weight decay (Loshchilov and Hutter 2019); its state can be saved and set.</summary>
internal sealed class AdamW
{
    private const double Beta1 = 0.9;
    private const double Beta2 = 0.999;
    private const double Epsilon = 1e-8;
    private readonly IReadOnlyDictionary<string, Parameter> _weights;
    private readonly double _decay;

    /// <param name="weights">What is trained.</param>
    /// <param name="decay">Weight decay, times the learning rate.</param>
    public AdamW(IReadOnlyDictionary<string, Parameter> weights, double decay)
    {
        _weights = weights;
        _decay = decay;
        Means = weights.ToDictionary(w => w.Key, w => zeros_like(w.Value).DetachFromDisposeScope());
        Squares = weights.ToDictionary(w => w.Key, w => zeros_like(w.Value).DetachFromDisposeScope());
    }

    /// <summary>Running means of the gradients.</summary>
    public IReadOnlyDictionary<string, Tensor> Means { get; }

    /// <summary>Running means of their squares.</summary>
    public IReadOnlyDictionary<string, Tensor> Squares { get; }

    /// <summary>Forgets the gradients.</summary>
    public void Zero()
    {
        foreach (Parameter w in _weights.Values) w.grad?.zero_();
    }

    /// <summary>Scales the gradients down so that their norm is at most a bound.</summary>
    public void Clip(double bound) => nn.utils.clip_grad_norm_(_weights.Values, bound);

    /// <summary>One step.</summary>
    /// <param name="rate">Learning rate.</param>
    /// <param name="step">Steps made, this one included.</param>
    public void Step(double rate, long step)
    {
        double first = rate / (1 - Math.Pow(Beta1, step));
        double second = 1 / Math.Sqrt(1 - Math.Pow(Beta2, step));
        using (no_grad())
        using (NewDisposeScope())
        {
            foreach ((string name, Parameter w) in _weights)
            {
                if (w.grad is not { } g) continue;
                w.mul_(1 - (rate * _decay));
                Means[name].mul_(Beta1).add_(g, alpha: 1 - Beta1);
                Squares[name].mul_(Beta2).addcmul_(g, g, value: 1 - Beta2);
                w.addcdiv_(Means[name], Squares[name].sqrt().mul_(second).add_(Epsilon), value: -first);
            }
        }
    }
}
