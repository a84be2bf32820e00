using SkinClassifier.Common;
using SkinClassifier.Data;
using SkinClassifier.Metrics;

namespace SkinClassifier.Reports;

/// <summary>A hierarchy of classes as a CSV file with the columns child and parent.</summary>
internal static class HierarchyFile
{
    /// <summary>Reads the file.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="InvalidContentException">It is no such table.</exception>
    public static ClassHierarchy Read(string path)
    {
        CsvTable table = CsvTable.Read(path);
        (int child, int parent) = (table.IndexOf("child"), table.IndexOf("parent"));
        if (child < 0 || parent < 0)
            throw new InvalidContentException($"{path}: expected the columns child and parent, received {string.Join(", ", table.Columns)}. Add the header "
                + "line child,parent.");
        try
        {
            return new ClassHierarchy(Path.GetFileName(path), table.Rows.Select(r => KeyValuePair.Create(r[child].Trim(), r[parent].Trim())));
        }
        catch (ArgumentException error)
        {
            throw new InvalidContentException(error.Message, error);
        }
    }
}
