using SkinClassifier.Common;

namespace SkinClassifier.Graphs.Operators;

/// <summary>A matrix inside a longer array: element (r, c) is Values[Start + r · RowStep + c · ColumnStep].</summary>
internal readonly record struct Matrix(ReadOnlyMemory<float> Values, int Start, int Rows, int Columns, int RowStep, int ColumnStep)
{
    /// <summary>A row-major matrix.</summary>
    public Matrix(ReadOnlyMemory<float> values, int start, int rows, int columns) : this(values, start, rows, columns, columns, 1) { }

    /// <summary>The same elements with rows and columns exchanged.</summary>
    public Matrix Transposed => new(Values, Start, Columns, Rows, ColumnStep, RowStep);
}

/// <summary>Matrix products as plain loops, a row of the result per chunk.</summary>
internal static class Matrices
{
    /// <summary>C[r, ·] += factor · A[r, ·] · B for all rows; C is row-major [a.Rows, b.Columns] and starts at <paramref name="start"/>.</summary>
    public static void AddProduct(WorkerPool workers, float factor, Matrix a, Matrix b, Memory<float> c, int start)
    {
        workers.Run(a.Rows, row =>
        {
            Span<float> to = c.Span.Slice(start + row * b.Columns, b.Columns);
            ReadOnlySpan<float> left = a.Values.Span[(a.Start + row * a.RowStep)..], right = b.Values.Span[b.Start..];
            if (b.ColumnStep == 1)
                for (int k = 0; k < a.Columns; k++)
                    Operators.Rows.AddScaled(factor * left[k * a.ColumnStep], right.Slice(k * b.RowStep, b.Columns), to);
            else if (b.RowStep == 1 && a.ColumnStep == 1)
                for (int column = 0; column < to.Length; column++)
                    to[column] += factor * Operators.Rows.Dot(left[..a.Columns], right.Slice(column * b.ColumnStep, a.Columns));
            else
                for (int column = 0; column < to.Length; column++)
                {
                    float sum = 0;
                    for (int k = 0; k < a.Columns; k++)
                        sum += left[k * a.ColumnStep] * right[k * b.RowStep + column * b.ColumnStep];
                    to[column] += factor * sum;
                }
        });
    }
}
