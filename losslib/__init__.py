"""Loss functions, the lines along which they are seen, and their exact values and gradients.

>>> import losslib
>>> curve = losslib.sample(losslib.View.of("focal", "probability", gamma=2, target=1))
>>> curve.x.shape, curve.value.shape, curve.gradient.shape
((401,), (401,), (401,))
"""

from losslib.catalogue import FAMILIES, LOSSES, get
from losslib.criterion import Criterion
from losslib.losses.image import perceptual_with
from losslib.sample import Curve, Snapshot, Surface, placed, sample, snapshot, track
from losslib.view import View, ViewError

__all__ = [
    "FAMILIES",
    "LOSSES",
    "Criterion",
    "Curve",
    "Snapshot",
    "Surface",
    "View",
    "ViewError",
    "__version__",
    "get",
    "perceptual_with",
    "placed",
    "sample",
    "snapshot",
    "track",
]

__version__ = "0.1.0"
