namespace SkinClassifier.Tests.House;

/// <summary>
/// The fields of docs/scale/*.yaml as the published schemas have them, each with its kind: w a word, n a whole number, l a list, m a map of any words.
/// Checked against the schema of JobSet, which has that of batch/v1 Job inside (jobset.x-k8s.io/v1alpha2, August 2026): every field of both files is
/// known there, has that kind, and none that is required is missing.
/// </summary>
internal static class KubernetesFields
{
    private static readonly Dictionary<string, char> _jobSpec = new()
    {
        ["activeDeadlineSeconds"] = 'n',
        ["backoffLimit"] = 'n',
        ["backoffLimitPerIndex"] = 'n',
        ["completionMode"] = 'w',
        ["completions"] = 'n',
        ["maxFailedIndexes"] = 'n',
        ["parallelism"] = 'n',
        ["podFailurePolicy.rules.action"] = 'w',
        ["podFailurePolicy.rules.onExitCodes.containerName"] = 'w',
        ["podFailurePolicy.rules.onExitCodes.operator"] = 'w',
        ["podFailurePolicy.rules.onExitCodes.values"] = 'l',
        ["podFailurePolicy.rules.onPodConditions.status"] = 'w',
        ["podFailurePolicy.rules.onPodConditions.type"] = 'w',
        ["template.spec.containers.command"] = 'l',
        ["template.spec.containers.image"] = 'w',
        ["template.spec.containers.name"] = 'w',
        ["template.spec.containers.resources.limits"] = 'm',
        ["template.spec.containers.resources.requests"] = 'm',
        ["template.spec.containers.volumeMounts.mountPath"] = 'w',
        ["template.spec.containers.volumeMounts.name"] = 'w',
        ["template.spec.restartPolicy"] = 'w',
        ["template.spec.volumes.name"] = 'w',
        ["template.spec.volumes.persistentVolumeClaim.claimName"] = 'w',
    };

    private static readonly Dictionary<string, char> _jobSet = new()
    {
        ["replicatedJobs.dependsOn.name"] = 'w',
        ["replicatedJobs.dependsOn.status"] = 'w',
        ["replicatedJobs.name"] = 'w',
        ["replicatedJobs.replicas"] = 'n',
    };

    /// <summary>All fields of a kind of object.</summary>
    /// <param name="kind">Job or JobSet.</param>
    public static Dictionary<string, char> Of(string kind)
    {
        IEnumerable<KeyValuePair<string, char>> spec = kind == "Job" ? _jobSpec
            : _jobSet.Concat(_jobSpec.Select(f => KeyValuePair.Create("replicatedJobs.template.spec." + f.Key, f.Value)));
        return new Dictionary<string, char>(spec.Select(f => KeyValuePair.Create("spec." + f.Key, f.Value)))
        {
            ["apiVersion"] = 'w',
            ["kind"] = 'w',
            ["metadata.name"] = 'w',
        };
    }
}
