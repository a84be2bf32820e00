namespace SkinClassifier.Trainers.Optimizers;

/// <summary>The rule that turns gradients into steps.</summary>
public enum OptimizerKind
{
    /// <summary>Stochastic gradient descent with momentum.</summary>
    Sgd,

    /// <summary>Adam (Kingma and Ba, 2015).</summary>
    Adam,

    /// <summary>Adam with decoupled weight decay (Loshchilov and Hutter, 2019).</summary>
    AdamW,

    /// <summary>RMSprop (Hinton, 2012).</summary>
    RmsProp,
}
