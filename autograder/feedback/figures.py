"""What a student reads about a figure: one row per thing that can be wrong with it.

A row is what was seen and, on a second line, what to try. The keys are the ids that stand in results.json.
"""

FIGURES: dict[str, tuple[str, str]] = {
    "plot_empty": (
        "The figure is empty.",
        "Did the cell stop with an error before it drew, or was it drawn on another figure? Draw on the axes that "
        "belong to this one.",
    ),
    "plot_no_contours": (
        "The figure shows no contours.",
        "Draw them as the question says, lines with ax.contour or filled ones with ax.contourf.",
    ),
    "plot_filled": ("The contours are filled; the question asks for lines.", "Draw them with ax.contour."),
    "plot_not_filled": ("The contours are lines; the question asks for filled ones.", "Draw them with ax.contourf."),
    "plot_coarse": (
        "The grid is too coarse to tell whether these are the contours that were asked for.",
        "Take more points in each direction: fifty, for example.",
    ),
    "plot_no_surface": (
        "The figure shows no surface.",
        'Make the axes with projection="3d" and draw with ax.plot_surface.',
    ),
    "plot_no_curve": (
        "The figure does not show the curve that was asked for.",
        "Draw it with ax.plot through enough points to be smooth.",
    ),
    "plot_no_arrows": ("The figure shows too few arrows.", "Draw them with ax.quiver on a grid of points."),
    "plot_no_streams": (
        "The figure shows no stream lines, or too few.",
        "Draw them with ax.streamplot on a grid of places.",
    ),
    "plot_no_heads": (
        "The stream lines have no heads, so that nobody sees which way they run.",
        "Leave the arrows as ax.streamplot draws them.",
    ),
    "plot_components": (
        "The two components of the field have changed places.",
        "Which of the two components points to the right, and which upwards?",
    ),
    "plot_component_sign": (
        "One of the two components of the field has the opposite sign.",
        "Take one arrow and compute its two components by hand; compare their signs.",
    ),
    "plot_turned": (
        "The arrows stand at right angles to the field.",
        "Which of the two components points to the right, and which upwards?",
    ),
    "plot_no_legend": (
        "Nothing tells which curve is which.",
        "Give each curve a label when you draw it, and call ax.legend().",
    ),
    "plot_legend": (
        "The legend gives a curve the name of another one.",
        "Pick a curve, read off one of its values, and see which of the functions has it.",
    ),
    "plot_curve_missing": (
        "What is drawn is right, but one of the curves that were asked for is not there.",
        "Count the curves and compare them with the prompt.",
    ),
    "plot_not_joined": (
        "The points of the path are marked, but no line joins them.",
        'Draw them with ax.plot and a line, as "o-" makes one.',
    ),
    "plot_function": (
        "What is drawn is not what the question asks for.",
        "Pick one point of the plot, read off its value, and compute the value there by hand.",
    ),
    "plot_transposed": (
        "The plot is mirrored: the two variables have changed places.",
        "Which of the two does meshgrid let vary along a row? Look at a point off the diagonal.",
    ),
    "plot_degrees": ("The angles were taken in degrees.", "NumPy's sin and cos expect radians."),
    "plot_levels": (
        "The contours are drawn at other levels than those that were asked for.",
        "Give them with levels=[…], in increasing order.",
    ),
    "plot_few_levels": ("Too few contours are visible.", "Choose more levels, within the values of the function."),
    "plot_domain": (
        "The plot does not cover the region that was asked for.",
        "Compare the ends of your grid with the prompt.",
    ),
    "plot_scale": (
        "An axis is not divided evenly (it is logarithmic, for example): there a tangent is no straight line.",
        'Leave its scale as Matplotlib makes it, or set it with ax.set_xscale("linear") or ax.set_yscale("linear").',
    ),
    "plot_rough": ("The curve has too few points to be smooth.", "Use at least twenty points."),
    "plot_other_section": (
        "The curve belongs to another cross-section.",
        "Which variable is held fixed, and at which value?",
    ),
    "plot_sideways": (
        "The curve lies on its side: the values of the function are on the horizontal axis.",
        "ax.plot takes first what is to be seen to the right, then what is to be seen upwards.",
    ),
    "plot_sign": ("The arrows point the opposite way.", "Compute one arrow by hand: which way does it point?"),
    "plot_direction": (
        "The arrows do not point where they should.",
        "Take one arrow and compute its two components by hand; compare their order and their signs.",
    ),
    "plot_no_places": (
        "The arrows stand at the places 0, 1, 2, …, as they do when quiver is told none.",
        "Give ax.quiver four arrays: first where the arrows stand, then their two components.",
    ),
    "plot_streams": (
        "These are stream lines; the question asks for single arrows.",
        "Draw them with ax.quiver on a grid of points.",
    ),
    "plot_angles": (
        "The arrows are not drawn in the scale of the axes, so their directions mislead.",
        'Set the aspect to equal, or give quiver angles="xy".',
    ),
    "plot_label": ("An axis has no label.", "Label every axis with what it shows, with ax.set_xlabel and the like."),
    "plot_aspect": (
        "The two axes have different scales, so right angles do not look like right angles.",
        'Call ax.set_aspect("equal").',
    ),
    "plot_tangent_point": ("The straight line does not touch the curve at the point.", "Where does it pass instead?"),
    "plot_tangent_slope": (
        "The straight line goes through the point, but not with the slope of the curve.",
        "Zoom in on the point: curve and tangent should look the same there.",
    ),
    "plot_no_tangent": (
        "No straight line that could be the tangent is drawn beside the curve.",
        "Draw both with ax.plot, on the same axes.",
    ),
    "plot_not_logarithmic": (
        "Powers look like straight lines only if both axes are logarithmic.",
        "Draw with ax.loglog.",
    ),
    "plot_no_minimum": (
        "The error should fall and rise again within the picture.",
        "Let the step sizes reach from large to very small.",
    ),
    "plot_no_error": (
        "No line falls and rises again, although the step sizes reach far enough.",
        "Is it the error that you draw: the distance between the quotient and the slope?",
    ),
    "plot_order": (
        "No line falls as steeply as the method that was asked for.",
        "By how much should the error fall when the step becomes ten times smaller?",
    ),
    "plot_path": (
        "No line passes through the points of the path in their order.",
        "Keep every point of the descent, the start included, and draw them as one line.",
    ),
    "plot_path_start": (
        "The path does not begin where the descent starts.",
        "Which point do you keep first: the start, or the one after the first step?",
    ),
    "plot_path_end": (
        "The path begins as it should and ends too early.",
        "Count the steps that you draw, and compare with the prompt.",
    ),
    "plot_path_step": (
        "The path runs downhill from the right start, with steps of another length.",
        "Compare the step length that you use with the prompt.",
    ),
    "plot_path_uphill": (
        "The path runs uphill.",
        "Which way does the gradient point, and which way does a descent go?",
    ),
    "plot_path_flat": (
        "The path lies flat in the plane, not on the surface.",
        "How high above each of its points is the surface?",
    ),
    "plot_path_off": (
        "The path does not lie on the surface.",
        "Compute the height of every point of the path with the function that makes the surface.",
    ),
    "plot_no_loss": (
        "No line shows a loss over the numbers of the steps.",
        "Draw the value of the function after each step, over the number of the step.",
    ),
    "plot_loss_linear": (
        "The loss is not drawn on a logarithmic axis.",
        'Draw it with ax.semilogy, or call ax.set_yscale("log").',
    ),
    "plot_loss_twice": (
        "The logarithm is taken twice: of the numbers, and by the axis.",
        "Draw the loss itself, and leave the logarithm to the axis.",
    ),
    "plot_loss_rises": ("The loss rises.", "Which way does a step of yours go: with the gradient or against it?"),
    "plot_loss_flat": (
        "The loss does not fall far enough.",
        "Try a longer step, or more of them; does the loss go on falling?",
    ),
    "plot_loss_backwards": (
        "The losses stand in the opposite order: the last one comes first.",
        "Which of the numbers belongs to the start?",
    ),
    "plot_loss_short": ("The curve has too few steps.", "Count them, and compare with the prompt."),
    "plot_loss_step": (
        "The loss is that of a descent with steps of another length.",
        "Compare the step length that you use with the prompt.",
    ),
    "plot_loss_gradient": (
        "What is drawn is the length of the gradient, not the loss.",
        "What is the loss: the value of the function, or how steep it is?",
    ),
    "plot_loss_distance": (
        "What is drawn is the distance to the lowest point, not the loss.",
        "What is the loss: the value of the function, or how far there is to go?",
    ),
    "plot_no_note": (
        "No text in the figure names a point.",
        "Call ax.annotate with the name and the point, or ax.text beside a mark.",
    ),
    "plot_note_missing": (
        "One of the points that were asked for has no text.",
        "Count the points in the prompt and the texts in your figure.",
    ),
    "plot_note_unnamed": (
        "A text stands at the point and does not say what kind of point it is.",
        "Write the name that the prompt uses.",
    ),
    "plot_note_place": (
        "A text names a point and points to another place.",
        "Where is the function level? Compare that place with the one that you annotate.",
    ),
    "plot_note_sideways": (
        "The two coordinates of an annotated point have changed places.",
        "Which number goes to the right, and which upwards?",
    ),
    "plot_note_height": (
        "A text points to the right place from left to right, and not to the graph.",
        "How high is the graph above that place?",
    ),
    "plot_note_kind": (
        "A text at the right place names another kind of point.",
        "How does the function change when you walk away from the point, in each direction?",
    ),
    "plot_note_exchanged": (
        "The texts of two points have changed places.",
        "At which of the points is the function higher?",
    ),
    "plot_note_unmarked": (
        "A text names a point, and nobody sees which place it means.",
        "Draw a mark at the point itself, or let ax.annotate point to it.",
    ),
}
