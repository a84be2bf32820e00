namespace SkinClassifier.Tests.House;

/// <summary>The guards of <see cref="DependencyTableTests"/> can fail: each finds what is wrong with a small house.</summary>
public sealed class DependencyTableProofTests
{
    private const string Document = """
        | project | holds | may use |
        |---|---|---|
        | `SkinClassifier.Low` | arithmetic | Some.Package, Other.* |
        | `SkinClassifier.High` | the rest | Low |

        | room | project | holds | may use |
        |---|---|---|---|
        | `Numbers` | Low | numbers | |
        | `Shapes` | Low | shapes | Numbers |
        | `Models` | High | models | Shapes |
        """;

    private static readonly HouseTable _table = HouseTable.Read(Document);

    [Test]
    public void A_house_as_in_the_table_has_no_errors()
    {
        SourceProject[] house = House();
        Assert.That(_table.ProjectErrors(house).Concat(_table.RoomErrors(house)).Concat(_table.OrderErrors()), Is.Empty);
        Assert.That(house.SelectMany(p => HouseTable.NamespaceErrors(p, true)), Is.Empty);
    }

    [Test]
    public void A_reference_that_is_not_allowed_is_found()
    {
        SourceProject[] house = House();
        house[0] = house[0] with { Packages = ["Some.Package", "Other.Thing", "Foreign"], Projects = ["SkinClassifier.High"] };
        Assert.That(
            _table.ProjectErrors(house), Is.EqualTo(new[] { "SkinClassifier.Low: may not refer to High", "SkinClassifier.Low: may not refer to Foreign" }));
    }

    [Test]
    public void A_project_without_a_row_and_a_row_without_a_project_are_found()
    {
        SourceProject[] house = House();
        house[1] = house[1] with { Name = "SkinClassifier.Elsewhere" };
        Assert.That(_table.ProjectErrors(house), Is.EqualTo(new[]
        {
            "docs/architecture.md: the row SkinClassifier.High has no project",
            "SkinClassifier.Elsewhere: docs/architecture.md has no row for this project; add one",
        }));
    }

    [TestCase("using SkinClassifier.Models;")]
    [TestCase("x = new Models.Model();")]
    public void A_use_that_is_not_allowed_is_found(string line)
    {
        SourceProject[] house = House();
        house[0] = house[0] with
        {
            Files =
            [house[0].Files[0], new("SkinClassifier.Low/Shapes/B.cs", "using SkinClassifier.Numbers;\npublic sealed class Shape;\n" + line)]
        };
        Assert.That(_table.RoomErrors(house), Is.EqualTo(new[] { "SkinClassifier.Low/Shapes/B.cs: Shapes may not use Models" }));
    }

    [Test]
    public void A_room_without_files_and_what_it_no_longer_uses_are_found()
    {
        SourceProject[] house = House();
        house[0] = house[0] with { Files = [house[0].Files[0]] };
        Assert.That(_table.RoomErrors(house), Is.EqualTo(new[]
        {
            "Shapes: a room without files",
            "Shapes: does not use Numbers; take it out of the table",
            "Models: does not use Shapes; take it out of the table",
        }));
    }

    [Test]
    public void A_file_outside_of_its_projects_rooms_is_found()
    {
        SourceProject[] house = House();
        house[1] = house[1] with { Files = [.. house[1].Files, new("SkinClassifier.High/Numbers/C.cs", ""), new("SkinClassifier.High/D.cs", "")] };
        Assert.That(_table.RoomErrors(house), Is.EqualTo(new[]
        {
            "SkinClassifier.High/Numbers/C.cs: 'Numbers' is not a room of SkinClassifier.High",
            "SkinClassifier.High/D.cs: '' is not a room of SkinClassifier.High",
        }));
    }

    [Test]
    public void Circles_and_rooms_of_projects_above_are_found()
    {
        string upwards = Document.Replace("shapes | Numbers |", "shapes | Models |").Replace("models | Shapes |", "models | Numbers |");
        Assert.That(HouseTable.Read(upwards).OrderErrors(), Is.EqualTo(new[]
        {
            "Shapes: Models belongs to SkinClassifier.High, which SkinClassifier.Low may not refer to",
        }));
        Assert.That(HouseTable.Read(Document.Replace("numbers | |", "numbers | Models |")).OrderErrors(),
            Is.EqualTo(new[] { "a circle among Numbers, Shapes, Models" }));
    }

    [Test]
    public void A_namespace_that_is_not_the_folder_is_found()
    {
        SourceProject project = new("SkinClassifier.Low", [], [], [new("SkinClassifier.Low/Shapes/Round/A.cs", "namespace SkinClassifier.Shape;")]);
        Assert.That(HouseTable.NamespaceErrors(project, true), Is.EqualTo(new[]
        {
            "SkinClassifier.Low/Shapes/Round/A.cs: expected namespace SkinClassifier.Shapes.Round, received SkinClassifier.Shape",
        }));
        Assert.That(HouseTable.NamespaceErrors(project, false).Single(), Does.Contain("expected namespace SkinClassifier.Low.Shapes.Round"));
    }

    private static SourceProject[] House() =>
    [
        new("SkinClassifier.Low", [], ["Some.Package"],
        [
            new("SkinClassifier.Low/Numbers/A.cs", "namespace SkinClassifier.Numbers;\npublic class Number;\n"),
            new("SkinClassifier.Low/Shapes/B.cs", "using SkinClassifier.Numbers;\nnamespace SkinClassifier.Shapes;\npublic sealed class Shape;\n"),
        ]),
        new("SkinClassifier.High", ["SkinClassifier.Low"], [],
        [
            new("SkinClassifier.High/Models/Deep/A.cs", "namespace SkinClassifier.Models;\npublic sealed class Model(Shapes.Shape shape);\n"),
        ]),
    ];
}
