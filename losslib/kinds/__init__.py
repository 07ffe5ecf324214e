"""What one example is, and the lines and planes along which a loss of that kind is seen.

A slice maps its coordinates, each ``[n]``, to inputs ``[n, *example]`` by differentiable operations only: the slope of the
drawn curve is autograd's, through the slice. Constants take their device and dtype from the coordinates.
"""

from losslib.kinds.box import BOX
from losslib.kinds.classes import DISTILLATION, DISTRIBUTION, MULTICLASS
from losslib.kinds.mask import MASK
from losslib.kinds.pointwise import BINARY, POSITIVE, PROBABILITY, REGRESSION, SCORE

__all__ = [
    "BINARY",
    "BOX",
    "DISTILLATION",
    "DISTRIBUTION",
    "MASK",
    "MULTICLASS",
    "POSITIVE",
    "PROBABILITY",
    "REGRESSION",
    "SCORE",
]
