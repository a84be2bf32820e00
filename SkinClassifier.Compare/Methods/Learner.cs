using Microsoft.ML;

namespace SkinClassifier.Compare.Methods;

/// <summary>One of ML.NET's trainers, with its defaults.</summary>
/// <param name="Name">As written behind --with, for example "lightgbm".</param>
/// <param name="Title">As people read it.</param>
/// <param name="Probabilities">How its probabilities come about, for the note below the table.</param>
/// <param name="Create">Makes the pipeline over the columns Label (a key) and Features, for a number of threads.</param>
internal sealed record Learner(string Name, string Title, string Probabilities, Func<MLContext, int, IEstimator<ITransformer>> Create);
