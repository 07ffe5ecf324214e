"""What one example is, and the lines and planes along which a loss of that kind is seen.

A slice maps its coordinates, each ``[n]``, to inputs ``[n, *example]`` by differentiable operations only: the slope of the
drawn curve is autograd's, through the slice. Constants take their device and dtype from the coordinates.
"""

from losslib.kinds.box import BOX
from losslib.kinds.classes import DISTILLATION, DISTRIBUTION, MULTICLASS
from losslib.kinds.gan import DISCRIMINATOR, DISCRIMINATOR_LOGIT, GENERATOR, GENERATOR_LOGIT
from losslib.kinds.image import IMAGE, IMAGE_PAIR
from losslib.kinds.mask import MASK
from losslib.kinds.metric import PAIR, TRIPLET
from losslib.kinds.pointwise import BINARY, POSITIVE, PROBABILITY, REGRESSION, SCORE
from losslib.kinds.population import BATCH, BATCH_REGRESSION, LINEAR_MODEL

__all__ = [
    "BATCH",
    "BATCH_REGRESSION",
    "BINARY",
    "BOX",
    "DISCRIMINATOR",
    "DISCRIMINATOR_LOGIT",
    "DISTILLATION",
    "DISTRIBUTION",
    "GENERATOR",
    "GENERATOR_LOGIT",
    "IMAGE",
    "IMAGE_PAIR",
    "LINEAR_MODEL",
    "MASK",
    "MULTICLASS",
    "PAIR",
    "POSITIVE",
    "PROBABILITY",
    "REGRESSION",
    "SCORE",
    "TRIPLET",
]
