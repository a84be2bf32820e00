namespace SkinClassifier.Explanations;

/// <summary>How a heat map is computed. The first four need a feature map [N,C,H,W]; the last two work with any network.</summary>
public enum ExplanationMethod
{
    /// <summary>
    /// ReLU(Σ_c w_c A_c), w_c = mean of ∂score/∂A_c over the area of the map. Source: Selvaraju et al., "Grad-CAM: Visual Explanations from Deep Networks
    /// via Gradient-based Localization", 2017.
    /// </summary>
    GradCam,

    /// <summary>
    /// As Grad-CAM, with w_c = Σ α ReLU(∂score/∂A_c), α = g² / (2 g² + ΣA_c · g³). Several lesions of one class weigh alike. Source: Chattopadhay et al.,
    /// "Grad-CAM++: Improved Visual Explanations for Deep Convolutional Networks", 2018.
    /// </summary>
    GradCamPlusPlus,

    /// <summary>
    /// ReLU(Σ_c ∂score/∂A_c · A_c), element by element: shows only what the score used. Source: Draelos and Carin, "Use HiResCAM instead of Grad-CAM for
    /// faithful explanations of convolutional neural networks", 2020.
    /// </summary>
    HiResCam,

    /// <summary>
    /// ReLU(Σ_c ReLU(∂score/∂A_c) · A_c), element by element: of use for layers in the middle, too. Source: Jiang et al., "LayerCAM: Exploring Hierarchical
    /// Class Activation Maps for Localization", 2021.
    /// </summary>
    LayerCam,

    /// <summary>
    /// A patch slides over the image; the map is how far the probability of the class falls. Source: Zeiler and Fergus, "Visualizing and Understanding
    /// Convolutional Networks", 2014.
    /// </summary>
    Occlusion,

    /// <summary>
    /// (x − baseline) · mean of ∂score/∂x on the straight line from the baseline to the image, added over the colors. Source: Sundararajan et al., "Axiomatic
    /// Attribution for Deep Networks", 2017.
    /// </summary>
    IntegratedGradients,
}
