using System.Text;
using System.Xml.Linq;
using Hl7.Fhir.Model;

namespace SkinClassifier.Dermatology.Fhir;

/// <summary>Texts as FHIR accepts them: not empty, without control characters and broken surrogates.</summary>
internal static class FhirText
{
    private static readonly XNamespace Xhtml = "http://www.w3.org/1999/xhtml";

    /// <summary>The text with U+FFFD in the place of what FHIR does not accept; "?" for an empty one.</summary>
    public static string Of(string text)
    {
        StringBuilder accepted = new(text.Length);
        foreach (Rune rune in text.EnumerateRunes())
            accepted.Append(Rune.IsControl(rune) && rune.Value is not ('\t' or '\n' or '\r') || rune.Value is 0xFFFE or 0xFFFF ? Rune.ReplacementChar : rune);
        return string.IsNullOrWhiteSpace(text) ? "?" : accepted.ToString();
    }

    /// <summary>Paragraphs for people, which say what the resource's other elements say.</summary>
    public static Narrative Narrative(IEnumerable<string> paragraphs) => new()
    {
        Status = Hl7.Fhir.Model.Narrative.NarrativeStatus.Generated,
        Div = new XElement(Xhtml + "div", paragraphs.Select(p => new XElement(Xhtml + "p", Of(p)))).ToString(SaveOptions.DisableFormatting),
    };
}
