using SkinClassifier.KernelGenerator;

namespace SkinClassifier.Tests.Kernels;

public sealed class GeneratedKernelTests
{
    private static readonly string _folder = Path.Combine(SharedFiles.Repository, "SkinClassifier.Engine", "Kernels", "Generated");

    [Test]
    public void Committed_files_are_what_the_generator_writes()
    {
        foreach ((string name, string content) in KernelFiles.All())
            Assert.That(File.ReadAllText(Path.Combine(_folder, name)), Is.EqualTo(content), $"{name} differs: run SkinClassifier.KernelGenerator");
        Assert.That(Directory.GetFiles(_folder).Select(Path.GetFileName), Is.EquivalentTo(KernelFiles.All().Select(f => f.Name)));
    }
}
