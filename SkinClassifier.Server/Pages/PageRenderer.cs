using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;

namespace SkinClassifier.Server.Pages;

/// <summary>
/// Turns a view into HTML. Views are Razor components, so that every text in them is escaped; none of the framework's endpoints, cookies or keys.
/// </summary>
internal sealed class PageRenderer(IServiceProvider services, ILoggerFactory logs)
{
    /// <summary>The HTML of a view.</summary>
    public async Task<string> RenderAsync<TView>(Dictionary<string, object?> parameters) where TView : IComponent
    {
        await using HtmlRenderer renderer = new(services, logs);
        return await renderer.Dispatcher.InvokeAsync(
            async () => (await renderer.RenderComponentAsync<TView>(ParameterView.FromDictionary(parameters))).ToHtmlString());
    }
}
