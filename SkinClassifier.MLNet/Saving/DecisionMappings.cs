using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using SkinClassifier.MLNet.Rows;

namespace SkinClassifier.MLNet.Saving;

/// <summary>Applies the policy of a saved model to the probabilities of a row. ML.NET finds the classes below by the names in their attributes.</summary>
internal abstract class DecisionMapping<TInput> : CustomMappingFactory<TInput, DecisionOutput>
    where TInput : ScoredInput, new()
{
    /// <inheritdoc/>
    public override Action<TInput, DecisionOutput> GetMapping() => static (input, output) =>
    {
        DecisionTexts texts = SavedSteps.Decide(input.Text, input.Scores);
        (output.Decision, output.PredictionSet, output.Reasons) = (texts.Decision.AsMemory(), texts.PredictionSet.AsMemory(), texts.Reasons.AsMemory());
    };
}

/// <summary>Few values.</summary>
[CustomMappingFactoryAttribute(Name)]
internal sealed class DecisionOfValues1024 : DecisionMapping<ScoredInput1024>
{
    /// <summary>The name in saved models.</summary>
    internal const string Name = "SkinClassifier.Decision.Values1024";
}

/// <summary>Many values.</summary>
[CustomMappingFactoryAttribute(Name)]
internal sealed class DecisionOfValues65536 : DecisionMapping<ScoredInput65536>
{
    /// <summary>The name in saved models.</summary>
    internal const string Name = "SkinClassifier.Decision.Values65536";
}

/// <summary>
/// Says how familiar the image of a row is. It stands beside <see cref="DecisionMapping{TInput}"/>, because models of earlier releases name that one and do not
/// have this column.
/// </summary>
internal abstract class FamiliarityMapping<TInput> : CustomMappingFactory<TInput, FamiliarityOutput>
    where TInput : ScoredInput, new()
{
    /// <inheritdoc/>
    public override Action<TInput, FamiliarityOutput> GetMapping() => static (input, output) =>
        output.Familiarity = SavedSteps.Familiarity(input.Text, input.Scores);
}

/// <summary>Few values.</summary>
[CustomMappingFactoryAttribute(Name)]
internal sealed class FamiliarityOfValues1024 : FamiliarityMapping<ScoredInput1024>
{
    /// <summary>The name in saved models.</summary>
    internal const string Name = "SkinClassifier.Familiarity.Values1024";
}

/// <summary>Many values.</summary>
[CustomMappingFactoryAttribute(Name)]
internal sealed class FamiliarityOfValues65536 : FamiliarityMapping<ScoredInput65536>
{
    /// <summary>The name in saved models.</summary>
    internal const string Name = "SkinClassifier.Familiarity.Values65536";
}

/// <summary>A row of a saved chain behind a step that scores.</summary>
internal abstract class ScoredInput
{
    /// <summary>The step's text.</summary>
    [ColumnName(SavedChain.Text)]
    public ReadOnlyMemory<char> Text { get; set; }

    /// <summary>The values: scores, then <see cref="CheckedImage"/>, then 0.</summary>
    internal abstract float[] Scores { get; }
}

/// <summary>Up to 1,024 values.</summary>
internal sealed class ScoredInput1024 : ScoredInput
{
    /// <summary>The values.</summary>
    [ColumnName(SavedChain.Values), VectorType(Values1024.Count)]
    public float[] Values { get; set; } = new float[Values1024.Count];

    internal override float[] Scores => Values;
}

/// <summary>Up to 65,536 values.</summary>
internal sealed class ScoredInput65536 : ScoredInput
{
    /// <summary>The values.</summary>
    [ColumnName(SavedChain.Values), VectorType(Values65536.Count)]
    public float[] Values { get; set; } = new float[Values65536.Count];

    internal override float[] Scores => Values;
}

/// <summary>How familiar an image is.</summary>
internal sealed class FamiliarityOutput
{
    /// <summary>Above 0 to 1; not-a-number: that is not known.</summary>
    [ColumnName(SavedChain.Familiarity)]
    public float Familiarity { get; set; }
}

/// <summary>What the policy says.</summary>
internal sealed class DecisionOutput
{
    /// <summary>"answer" or "abstain".</summary>
    [ColumnName(SavedChain.Decision)]
    public ReadOnlyMemory<char> Decision { get; set; }

    /// <summary>The classes of the set.</summary>
    [ColumnName(SavedChain.PredictionSet)]
    public ReadOnlyMemory<char> PredictionSet { get; set; }

    /// <summary>The codes of the reasons.</summary>
    [ColumnName(SavedChain.Reasons)]
    public ReadOnlyMemory<char> Reasons { get; set; }
}
