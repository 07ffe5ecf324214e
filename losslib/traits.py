"""The claims a loss may make about itself. Each has one test, over the loss's whole parameter box."""

from losslib.spec import Trait

__all__ = [
    "BOUNDED",
    "CONVEX",
    "DETACHED",
    "EVEN",
    "LIPSCHITZ",
    "NONNEGATIVE",
    "PIECEWISE",
    "PROPER",
    "ROBUST",
    "TRAITS",
]

CONVEX = Trait(
    "convex", "convex in the prediction", "In the prediction, the target held, no chord lies below the curve."
)
EVEN = Trait("even", "even", "An error and its opposite cost the same.", frozenset({"regression"}))
NONNEGATIVE = Trait("nonnegative", "never negative", "The value is at least zero everywhere.")
BOUNDED = Trait("bounded", "bounded", "No single example can cost more than a fixed number.")
LIPSCHITZ = Trait("lipschitz", "bounded gradient", "No single example can pull harder than a fixed number.")
ROBUST = Trait(
    "robust",
    "robust",
    "Bounded influence: however far off a prediction is, it pulls no harder, so no outlier outvotes all the others.",
    frozenset({"regression", "positive", "box", "batch regression", "linear model"}),
)
PROPER = Trait(
    "proper",
    "proper",
    "In expectation it is least where the prediction is the true probability.",
    frozenset({"binary", "probability", "multiclass"}),
)
PIECEWISE = Trait(
    "piecewise", "piecewise", "It kinks along many coordinates at once; the kinks are not listed one by one."
)
DETACHED = Trait(
    "detached",
    "part held constant",
    "A factor is held constant when the gradient is taken: the gradient drawn is not the slope of the curve.",
)

TRAITS = (CONVEX, EVEN, NONNEGATIVE, BOUNDED, LIPSCHITZ, ROBUST, PROPER, PIECEWISE, DETACHED)
