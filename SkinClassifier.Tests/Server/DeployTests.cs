using System.Net;
using System.Text.RegularExpressions;
using SkinClassifier.Server.Startup;
using YamlDotNet.RepresentationModel;

namespace SkinClassifier.Tests.Server;

/// <summary>The files of deploy/: what they name must be there, and what protects a server must be said. No container is built here.</summary>
public sealed class DeployTests
{
    private const string Kubernetes = "kubernetes.yaml", KServe = "kserve.yaml";
    private static readonly string Folder = Path.Combine(SharedFiles.Repository, "deploy");
    private static readonly string Dockerfile = File.ReadAllText(Path.Combine(Folder, "Dockerfile"));

    [Test]
    public void The_manifests_have_the_expected_kinds()
    {
        Assert.That(Documents(Kubernetes).Select(d => $"{Text(d, "apiVersion")} {Text(d, "kind")}"), Is.EqualTo(new[]
        {
            "v1 PersistentVolumeClaim", "apps/v1 Deployment", "v1 Service", "networking.k8s.io/v1 NetworkPolicy",
        }));
        Assert.That(Documents(KServe).Select(d => $"{Text(d, "apiVersion")} {Text(d, "kind")}"),
            Is.EqualTo(new[] { "serving.kserve.io/v1beta1 InferenceService" }));
        foreach (YamlNode document in Documents(Kubernetes).Concat(Documents(KServe)))
            Assert.That(Text(document, "metadata", "name"), Does.Match("^[a-z]([-a-z0-9]*[a-z0-9])?$"));
    }

    [TestCase(Kubernetes)]
    [TestCase(KServe)]
    public void A_container_has_no_rights_and_takes_its_key_from_a_secret(string file)
    {
        YamlNode pod = Pod(file), container = Get(pod, "containers")[0];
        Assert.That(Text(pod, "securityContext", "runAsNonRoot"), Is.EqualTo("true"));
        Assert.That(Text(pod, "securityContext", "runAsUser"), Is.EqualTo(Regex.Match(Dockerfile, @"^USER (\d+)$", RegexOptions.Multiline).Groups[1].Value));
        Assert.That(Text(pod, "securityContext", "seccompProfile", "type"), Is.EqualTo("RuntimeDefault"));
        Assert.That(Text(container, "securityContext", "readOnlyRootFilesystem"), Is.EqualTo("true"));
        Assert.That(Text(container, "securityContext", "allowPrivilegeEscalation"), Is.EqualTo("false"));
        Assert.That(Text(container, "securityContext", "capabilities", "drop", "0"), Is.EqualTo("ALL"));
        Assert.That(Text(container, "env", "0", "name"), Is.EqualTo(ServerCommand.KeyVariable));
        Assert.That(Text(container, "env", "0", "valueFrom", "secretKeyRef", "name"), Is.EqualTo("skinclassifier-key"));
        Assert.That(Text(container, "volumeMounts", "0", "readOnly"), Is.EqualTo("true"));
        Assert.That(Text(container, "volumeMounts", "0", "name"), Is.EqualTo(Text(pod, "volumes", "0", "name")));
        Assert.That(Text(container, "resources", "limits", "memory"), Is.EqualTo("512Mi"));
    }

    [TestCase(Kubernetes)]
    [TestCase(KServe)]
    public void Its_arguments_are_options_of_the_server_on_the_port_that_is_open(string file)
    {
        YamlNode container = Get(Pod(file), "containers")[0];
        string[] arguments = [.. ((YamlSequenceNode)Get(container, "args")).Select(a => ((YamlScalarNode)a).Value!)];
        Assert.That(new ServerCommand().Root.Parse(arguments).Errors.Select(e => e.Message), Is.Empty);
        Assert.That(arguments[^1], Is.EqualTo($"http://*:{Text(container, "ports", "0", "containerPort")}"));
        Assert.That(arguments[1].Split('=')[^1], Does.StartWith(Text(container, "volumeMounts", "0", "mountPath") + "/"));
        Assert.That(Dockerfile, Does.Contain($"EXPOSE {Text(container, "ports", "0", "containerPort")}\n"));
    }

    [Test]
    public async Task Every_probe_asks_an_address_that_is_open_without_a_key()
    {
        await using RunningServer server = await RunningServer.StartWithKeyAsync();
        YamlNode kubernetes = Get(Pod(Kubernetes), "containers")[0], kserve = Get(Pod(KServe), "containers")[0];
        string[] paths =
        [
            .. new[] { "startupProbe", "readinessProbe", "livenessProbe" }.Select(p => Text(kubernetes, p, "httpGet", "path")),
            Text(kserve, "readinessProbe", "httpGet", "path"),
        ];
        foreach (string path in paths)
        {
            using HttpResponseMessage answer = await server.Client.GetAsync(path);
            Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK), path);
        }
    }

    [Test]
    public void The_labels_of_pod_service_and_policy_are_the_same()
    {
        YamlNode[] all = Documents(Kubernetes);
        const string Name = "app.kubernetes.io/name";
        string label = Text(all[1], "spec", "template", "metadata", "labels", Name);
        Assert.That(new[]
        {
            Text(all[1], "spec", "selector", "matchLabels", Name), Text(all[2], "spec", "selector", Name),
            Text(all[3], "spec", "podSelector", "matchLabels", Name),
        }, Has.All.EqualTo(label));
        Assert.That(Text(all[2], "spec", "ports", "0", "targetPort"), Is.EqualTo(Text(Get(Pod(Kubernetes), "containers")[0], "ports", "0", "name")));
        Assert.That(Text(Pod(Kubernetes), "volumes", "0", "persistentVolumeClaim", "claimName"), Is.EqualTo(Text(all[0], "metadata", "name")));
    }

    [Test]
    public void The_Dockerfile_has_two_stages_no_registry_no_root_and_a_health_check_without_other_programs()
    {
        Assert.That(Regex.Matches(Dockerfile, "^FROM (.+)$", RegexOptions.Multiline).Select(m => m.Groups[1].Value),
            Is.EqualTo(new[] { "${SDK_IMAGE} AS build", "${RUNTIME_IMAGE}" }));
        Assert.That(Regex.Matches(Dockerfile, "^ARG (.+)$", RegexOptions.Multiline).Select(m => m.Groups[1].Value),
            Is.EqualTo(new[] { "SDK_IMAGE", "RUNTIME_IMAGE" }), "no default that names a registry");
        Assert.That(Dockerfile, Does.Match(@"(?m)^USER [1-9]\d*$").And.Contain("DOTNET_EnableDiagnostics=0"));
        Assert.That(Dockerfile,
            Does.Match("""HEALTHCHECK [^\n]*\\\n\s+CMD \["dotnet", "skinclassifier-server.dll", "--check-health", "http://127.0.0.1:8080"\]"""));
        string command = Regex.Match(Dockerfile, @"(?m)^CMD \[(.+)\]$").Groups[1].Value;
        Assert.That(new ServerCommand().Root.Parse([.. command.Split(", ").Select(w => w.Trim('"'))]).Errors.Select(e => e.Message), Is.Empty);
    }

    [Test]
    public void The_build_context_has_every_project_that_the_server_is_built_from()
    {
        string[] allowed = [.. File.ReadAllLines(Path.Combine(SharedFiles.Repository, ".dockerignore")).Where(l => l.StartsWith('!')).Select(l => l[1..])];
        List<string> needed = ["SkinClassifier.Server"];
        for (int i = 0; i < needed.Count; i++)
            needed.AddRange(Regex.Matches(File.ReadAllText(Path.Combine(SharedFiles.Repository, needed[i], needed[i] + ".csproj")),
                @"ProjectReference Include=""\.\./([\w.]+)/").Select(m => m.Groups[1].Value).Where(p => !needed.Contains(p)));
        Assert.That(allowed.Where(a => a.StartsWith("SkinClassifier.", StringComparison.Ordinal)), Is.EquivalentTo(needed));
        Assert.That(allowed.Select(a => Path.Combine(SharedFiles.Repository, a)).Where(p => !File.Exists(p) && !Directory.Exists(p)), Is.Empty);
        Assert.That(allowed, Is.SupersetOf(new[] { "Directory.Build.props", "Directory.Packages.props", "nuget.config", "global.json", "LICENSE" }));
    }

    [Test]
    public async Task The_health_question_is_answered_by_the_exit_code()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        Assert.That(await SkinClassifier.Server.Program.RunAsync(["--check-health", server.Address.AbsoluteUri], default), Is.Zero);
        Assert.That(await SkinClassifier.Server.Program.RunAsync(["--check-health", "http://127.0.0.1:1"], default), Is.EqualTo(1));
        Assert.That(await SkinClassifier.Server.Program.RunAsync(["--check-health", "here"], default), Is.EqualTo(3));
    }

    private static YamlNode[] Documents(string file)
    {
        YamlStream stream = [];
        using StreamReader text = new(Path.Combine(Folder, file));
        stream.Load(text);
        return [.. stream.Documents.Select(d => d.RootNode)];
    }

    private static YamlNode Pod(string file) =>
        file == Kubernetes ? Get(Documents(file)[1], "spec", "template", "spec") : Get(Documents(file)[0], "spec", "predictor");

    private static YamlNode Get(YamlNode node, params string[] path) =>
        path.Aggregate(node, (at, key) => at is YamlSequenceNode list ? list[int.Parse(key)] : ((YamlMappingNode)at)[key]);

    private static string Text(YamlNode node, params string[] path) => ((YamlScalarNode)Get(node, path)).Value!;
}
