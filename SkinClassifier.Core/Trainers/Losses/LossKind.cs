namespace SkinClassifier.Trainers.Losses;

/// <summary>What training makes small.</summary>
public enum LossKind
{
    /// <summary>Softmax cross-entropy: the usual choice.</summary>
    CrossEntropy,

    /// <summary>Sigmoid binary cross-entropy on one output; two classes only.</summary>
    Binary,

    /// <summary>Multi-class hinge, as in a linear support vector machine; probabilities come from a temperature fitted afterwards.</summary>
    Hinge,

    /// <summary>Hinge on one output for two classes, as in a linear support vector machine; probabilities come from a temperature fitted afterwards.</summary>
    BinaryHinge,

    /// <summary>Softmax focal loss: examples that are already right count less.</summary>
    Focal,
}
