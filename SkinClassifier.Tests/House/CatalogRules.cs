using System.Reflection;
using System.Text.RegularExpressions;
using SkinClassifier.Backbones;

namespace SkinClassifier.Tests.House;

/// <summary>What is made but not listed, as functions over types and catalogs.</summary>
internal static class CatalogRules
{
    /// <summary>Types that can be created and are a <paramref name="kind"/>, without their number of type parameters.</summary>
    public static string[] TypesOf(Type kind, IEnumerable<Type> types) =>
        [.. types.Where(t => t is { IsAbstract: false, IsInterface: false } && kind.IsAssignableFrom(t)).Select(t => t.Name.Split('`')[0])];

    /// <summary>Names that do not occur in the catalog's text.</summary>
    public static IEnumerable<string> Unlisted(IEnumerable<string> names, string catalog) => names.Where(name => !Regex.IsMatch(catalog, $@"\b{name}\b"));

    /// <summary>
    /// Networks that their own class makes and <paramref name="listed"/> does not have, and classes named …Network that make none. A class makes what
    /// its static properties of type <see cref="Architecture"/> give.
    /// </summary>
    public static IEnumerable<string> UnlistedNetworks(IEnumerable<Type> types, IReadOnlyCollection<Architecture> listed)
    {
        foreach (Type type in types)
        {
            PropertyInfo[] made =
                [.. type.GetProperties(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic).Where(p => p.PropertyType == typeof(Architecture))];
            if (made.Length == 0 && type.Name.EndsWith("Network", StringComparison.Ordinal))
                yield return $"{type.Name} makes no network";
            foreach (PropertyInfo property in made.Where(p => !listed.Contains((Architecture)p.GetValue(null)!)))
                yield return $"{type.Name}.{property.Name} is not in the catalog";
        }
    }
}
