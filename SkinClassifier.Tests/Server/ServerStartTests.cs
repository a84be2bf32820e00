using Microsoft.Extensions.Configuration;
using SkinClassifier.Server.Startup;
using SkinClassifier.Tests.Models;

namespace SkinClassifier.Tests.Server;

/// <summary>When the server starts, when not, and what it says then.</summary>
public sealed class ServerStartTests
{
    private TemporaryFolder _folder = null!;
    private string _model = "";

    [SetUp]
    public void Prepare()
    {
        _folder = new TemporaryFolder();
        _model = _folder.File("model.zip");
        SmallModels.Create(["red", "green", "blue"]).Save(_model);
    }

    [TearDown]
    public void CleanUp() => _folder.Dispose();

    [Test]
    public void Without_a_model_it_says_how_to_get_one() =>
        Assert.That(Errors(), Is.EqualTo(new[]
        {
            "--model: expected a model.zip, received none. Train one (skinclassifier train photos -o run, or skinclassifier demo -o demo) and give "
                + "--model run/model.zip.",
        }));

    [Test]
    public void Everything_wrong_is_named_at_once()
    {
        string[] errors = Errors("--model", "none.zip", "--rate-limit", "-1", "--api-key-file", "no-key", "--proxy", "nearby", "--certificate-key", "k.pem",
            "--urls", "http://*:80");
        Assert.That(errors.Select(e => e.Split([':', ' '])[0]),
            Is.EquivalentTo(new[] { "--model", "--rate-limit", "--api-key-file", "--proxy", "--certificate-key", "--certificate-key", "--urls" }));
    }

    [Test]
    public void An_unknown_option_is_named_with_the_one_that_was_meant() =>
        Assert.That(Errors("--modell", _model), Does.Contain("--modell: expected a known option. Did you mean --model?"));

    [TestCase("http://127.0.0.1:5100", true)]
    [TestCase("http://localhost:1;https://[::1]:2", true)]
    [TestCase("http://unix:/run/server.sock", true)]
    [TestCase("http://127.0.0.1:5100;http://192.0.2.7:80", false)]
    [TestCase("http://*:80", false)]
    [TestCase("http://+:80", false)]
    [TestCase("http://0.0.0.0:80", false)]
    [TestCase("http://[::]:80", false)]
    [TestCase("http://clinic.example:80", false)]
    public void Whether_only_the_machine_itself_reaches_an_address_is_known(string urls, bool isLocal) =>
        Assert.That(ListeningAddresses.Of(urls, new ConfigurationBuilder().Build()).AreLocal, Is.EqualTo(isLocal));

    [TestCase("urls", "http://*:80", false)]
    [TestCase("http_ports", "8080", false)]
    [TestCase("https_ports", "8443", false)]
    [TestCase("Kestrel:Endpoints:Web:Url", "http://0.0.0.0:80", false)]
    [TestCase("Kestrel:Endpoints:Web:Url", "http://localhost:80", true)]
    [TestCase("other", "http://*:80", true)]
    public void Addresses_of_the_settings_count_as_those_of_the_command_line(string key, string value, bool isLocal)
    {
        IConfiguration settings = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?> { [key] = value }).Build();
        Assert.That(ListeningAddresses.Of(null, settings).AreLocal, Is.EqualTo(isLocal));
    }

    [Test]
    public void An_address_that_others_reach_needs_a_key_or_the_word_that_none_is_wanted()
    {
        Assert.That(Errors("--model", _model, "--urls", "http://0.0.0.0:0"), Has.Exactly(1).Contains("expected an API key where others than this machine"));
        Assert.That(Errors("--model", _model, "--urls", "http://0.0.0.0:0", "--no-auth"), Is.Empty);
        File.WriteAllText(_folder.File("key"), RunningServer.Key);
        Assert.That(Errors("--model", _model, "--urls", "http://0.0.0.0:0", "--api-key-file", _folder.File("key")), Is.Empty);
    }

    [TestCase("short", "expected a key of at least 16 characters, received 5")]
    [TestCase("a key with spaces in it", "expected a key of visible ASCII characters")]
    public void A_weak_key_is_refused(string key, string problem)
    {
        File.WriteAllText(_folder.File("key"), key);
        Assert.That(Errors("--model", _model, "--api-key-file", _folder.File("key")), Has.Exactly(1).Contains(problem));
    }

    [Test]
    public void Two_models_without_names_of_their_own_are_refused() =>
        Assert.That(Errors("--model", _model, "--model", _model), Has.Exactly(1).Contains("a name of its own for each model"));

    private static string[] Errors(params string[] arguments)
    {
        List<string> errors = [];
        ServerCommand command = new();
        if (command.Read(command.Root.Parse(arguments), errors) is { } options)
            ((IDisposable?)ServerApplication.Create(options, errors))?.Dispose();
        return [.. errors];
    }
}
