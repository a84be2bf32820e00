using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace SkinClassifier.Tests.House;

/// <summary>
/// Two rules that keep objects simple: an object has only a handful of fields that change after it is made, and no object holds a lambda that refers to
/// the object itself. Both are read from the source alone.
/// </summary>
internal static class ObjectRules
{
    public const int MaxChangingFields = 5;

    /// <summary>Types with more fields and properties that can be assigned later than the rule allows.</summary>
    public static IEnumerable<string> Restless(IEnumerable<SourceFile> files) =>
        from type in Types(files)
        group type by type.Identifier.Text into parts
        let changing = parts.SelectMany(Changing).ToArray()
        where changing.Length > MaxChangingFields
        select $"{parts.Key}: {changing.Length} fields change: {string.Join(", ", changing)}";

    /// <summary>Lambdas that refer to the object that holds them.</summary>
    public static IEnumerable<string> SelfCaptures(IEnumerable<SourceFile> files) =>
        from type in Types(files)
        let own = InstanceMembers(type).ToHashSet()
        from lambda in type.DescendantNodes().OfType<AnonymousFunctionExpressionSyntax>()
        let holder = Holder(lambda)
        where holder is not null && (IsGivenTo(lambda, holder) ? Mentions(lambda, [holder])
            : own.Contains(holder) && (Mentions(lambda, own) || lambda.Body.DescendantNodesAndSelf().OfType<ThisExpressionSyntax>().Any()))
        select $"{type.Identifier.Text}: {holder} holds a lambda that refers to it: {lambda.ToString().ReplaceLineEndings(" ")}";

    private static IEnumerable<TypeDeclarationSyntax> Types(IEnumerable<SourceFile> files) => files.Where(f => !f.IsGenerated)
        .SelectMany(f => CSharpSyntaxTree.ParseText(f.Text).GetRoot().DescendantNodes().OfType<TypeDeclarationSyntax>());

    private static IEnumerable<string> Changing(TypeDeclarationSyntax type) =>
        type.Members.OfType<FieldDeclarationSyntax>()
            .Where(f => IsOfInstance(f) && !f.Modifiers.Any(SyntaxKind.ReadOnlyKeyword))
            .SelectMany(f => f.Declaration.Variables.Select(v => v.Identifier.Text))
        .Concat(type.Members.OfType<PropertyDeclarationSyntax>()
            .Where(p => IsOfInstance(p) && p.AccessorList?.Accessors.Any(a => a.IsKind(SyntaxKind.SetAccessorDeclaration) && !HasBody(a)) == true)
            .Select(p => p.Identifier.Text))
        .Concat((type.ParameterList?.Parameters ?? default).Select(p => p.Identifier.Text).Where(name => type.DescendantNodes()
            .OfType<AssignmentExpressionSyntax>().Any(a => a.Left is IdentifierNameSyntax left && left.Identifier.Text == name)));

    private static IEnumerable<string> InstanceMembers(TypeDeclarationSyntax type) => type.Members.Where(IsOfInstance).SelectMany(m => m switch
    {
        FieldDeclarationSyntax field => field.Declaration.Variables.Select(v => v.Identifier.Text),
        PropertyDeclarationSyntax property => [property.Identifier.Text],
        MethodDeclarationSyntax method => [method.Identifier.Text],
        _ => Enumerable.Empty<string>(),
    });

    private static bool IsOfInstance(MemberDeclarationSyntax member) =>
        !member.Modifiers.Any(SyntaxKind.StaticKeyword) && !member.Modifiers.Any(SyntaxKind.ConstKeyword);

    private static bool HasBody(AccessorDeclarationSyntax accessor) => accessor.Body is not null || accessor.ExpressionBody is not null;

    /// <summary>The variable, field or property that a lambda goes into, directly or as part of a new object; null when it goes into a call.</summary>
    private static string? Holder(AnonymousFunctionExpressionSyntax lambda)
    {
        for (SyntaxNode? node = lambda.Parent; node is not null and not StatementSyntax and not InvocationExpressionSyntax; node = node.Parent)
            if (node is VariableDeclaratorSyntax variable)
                return variable.Identifier.Text;
            else if (node is PropertyDeclarationSyntax property)
                return property.Initializer is null ? null : property.Identifier.Text;
            else if (node is AssignmentExpressionSyntax { Parent: not InitializerExpressionSyntax } assignment)
                return assignment.Left is MemberAccessExpressionSyntax member ? member.Name.Identifier.Text : assignment.Left.ToString();
        // Statement bodies end the search; an assignment or declaration is a statement's own expression and was seen before.
        return null;
    }

    /// <summary>Whether the lambda is part of a new object that the holder names.</summary>
    private static bool IsGivenTo(AnonymousFunctionExpressionSyntax lambda, string holder) =>
        lambda.Ancestors().TakeWhile(a => a is not VariableDeclaratorSyntax and not PropertyDeclarationSyntax
            && !(a is AssignmentExpressionSyntax { Left: var left } && left.ToString() == holder)).Any(a => a is BaseObjectCreationExpressionSyntax);

    private static bool Mentions(AnonymousFunctionExpressionSyntax lambda, HashSet<string> names) =>
        lambda.Body.DescendantNodesAndSelf().Any(n => n is IdentifierNameSyntax name && names.Contains(name.Identifier.Text)
                && !(n.Parent is MemberAccessExpressionSyntax access && access.Name == n)
                && n.Parent is not NameColonSyntax
                && !(n.Parent is AssignmentExpressionSyntax { Parent: InitializerExpressionSyntax } named && named.Left == n));
}
