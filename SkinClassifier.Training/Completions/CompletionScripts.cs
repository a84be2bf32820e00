namespace SkinClassifier.Training.Completions;

/// <summary>
/// Scripts that teach a shell to complete the command line. A script hands the line up to the cursor to <see cref="CompletionCall"/> and offers files
/// where no word comes back.
/// </summary>
internal static class CompletionScripts
{
    /// <summary>The scripts by shell.</summary>
    public static IReadOnlyDictionary<string, string> All { get; } =
        new Dictionary<string, string> { ["bash"] = Bash, ["zsh"] = Zsh, ["fish"] = Fish, ["pwsh"] = PowerShell };

    /// <summary>How a shell loads its script at once.</summary>
    public static IReadOnlyDictionary<string, string> HowToLoad { get; } = new Dictionary<string, string>
    {
        ["bash"] = "source <(skinclassifier completions bash)",
        ["zsh"] = "source <(skinclassifier completions zsh)",
        ["fish"] = "skinclassifier completions fish | source",
        ["pwsh"] = "skinclassifier completions pwsh | Out-String | Invoke-Expression",
    };

    private const string Bash = """
        # Completions of skinclassifier for bash. Into ~/.bashrc: source <(skinclassifier completions bash)
        _skinclassifier() {
            local line="${COMP_LINE:0:COMP_POINT}" candidate
            line="${line#"${line%%[![:space:]]*}"}"
            COMPREPLY=()
            while IFS= read -r candidate; do
                COMPREPLY+=("$candidate")
            done < <("$1" '[suggest]' "${line#*[[:space:]]}" 2>/dev/null)
        }
        complete -o bashdefault -o default -F _skinclassifier skinclassifier

        """;

    private const string Zsh = """
        # Completions of skinclassifier for zsh. Into ~/.zshrc, below compinit: source <(skinclassifier completions zsh)
        _skinclassifier() {
            local line="${(j: :)words[2,CURRENT-1]} ${PREFIX}"
            local -a candidates
            candidates=(${(f)"$("${words[1]}" '[suggest]' "$line" 2>/dev/null)"})
            if (( ${#candidates} )); then
                compadd -- "${candidates[@]}"
            else
                _files
            fi
        }
        compdef _skinclassifier skinclassifier

        """;

    private const string Fish = """
        # Completions of skinclassifier for fish. Into ~/.config/fish/config.fish: skinclassifier completions fish | source
        function __skinclassifier_complete
            set -l line (string replace -r '^\s*\S+\s*' '' -- (commandline -cp))
            set -l candidates (skinclassifier '[suggest]' "$line" 2>/dev/null)
            if test (count $candidates) -gt 0
                printf '%s\n' $candidates
            else
                __fish_complete_path (commandline -ct)
            end
        end
        complete -c skinclassifier -f -a '(__skinclassifier_complete)'

        """;

    private const string PowerShell = """
        # Completions of skinclassifier for PowerShell. Into $PROFILE: skinclassifier completions pwsh | Out-String | Invoke-Expression
        Register-ArgumentCompleter -Native -CommandName skinclassifier -ScriptBlock {
            param($wordToComplete, $commandAst, $cursorPosition)
            $length = $cursorPosition - $commandAst.Extent.StartOffset
            $line = $commandAst.ToString().PadRight($length).Substring(0, $length)
            $line = $line.Substring([Math]::Min($length, $commandAst.CommandElements[0].Extent.Text.Length)).TrimStart()
            skinclassifier '[suggest]' $line 2>$null | ForEach-Object {
                [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
            }
        }

        """;
}
