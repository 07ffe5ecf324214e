"""The lecture scenes: records. A scene is a state of the chart, a sentence, what to look for, and a question with its answer.

Every number in its words is declared as often as it is said, either as a setting of the scene or with the names of the
computations that give it; the tests make each of those computations twice.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from losslib import get
from losslib.spec import Param

__all__ = ["BY_KEY", "SCENES", "Drawn", "Frame", "Free", "Mark", "Number", "Scene", "Shade"]


@dataclass(frozen=True)
class Drawn:
    """One curve of a loss or a study: ``KEY:name=value,…`` as in an address, with ``{name}`` where a slider holds the value.

    It is named by its entry and its numbers, unless it has a ``label``.
    """

    of: str
    label: str = ""


@dataclass(frozen=True)
class Frame:
    """What one axis shows: its ends, and the frozen range of each row that can be drawn on it."""

    lo: float
    hi: float
    value: tuple[float, float]
    gradient: tuple[float, float] | None = None


@dataclass(frozen=True)
class Free:
    """A parameter that a hand may move, and where it opens."""

    param: Param
    value: float


@dataclass(frozen=True)
class Shade:
    """A region of the chart: over x on every panel, or over y on one row's."""

    lo: float
    hi: float
    words: str
    row: str = ""


@dataclass(frozen=True)
class Mark:
    """A place on a curve, named once the answer is shown: an x, or its ``minimum``, ``crossing`` or ``end``.

    ``{x}`` and ``{y}`` are the place, ``{ratio}`` is what the second curve has there over the first.
    """

    row: str
    at: float | str
    words: str
    curve: int = 0
    shift: tuple[int, int] = (0, -44)


@dataclass(frozen=True)
class Number:
    """A number as the words print it once, and the computations that give it: more than one where it is said of several things."""

    text: str
    of: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Scene:
    """A finished picture with a sentence. ``frames`` are the axes by their slices, the opening one first.

    ``beside`` is the curve whose example at the cursor is drawn beside the chart.
    ``slope`` is whether the curves have a gradient to show: a weight is no loss, and the size of a gradient is one already.
    """

    key: str
    title: str
    look: str
    question: str
    answer: str
    paper: str
    cite: str
    curves: tuple[Drawn, ...]
    frames: Mapping[str, Frame]
    numbers: tuple[Number, ...] = ()
    settings: tuple[str, ...] = ()
    shared: Mapping[str, str] = field(default_factory=dict)
    free: tuple[Free, ...] = ()
    into: str = "x"
    rows: tuple[str, ...] = ("value", "gradient")
    slope: bool = True
    scale: str = "linear"
    titles: Mapping[str, str] = field(default_factory=dict)
    at: float | None = None
    ratio: str = ""
    shades: tuple[Shade, ...] = ()
    marks: tuple[Mark, ...] = ()
    dtypes: tuple[str, ...] = ()
    beside: int | None = None
    note: str = ""

    @property
    def words(self) -> str:
        """Everything that is said."""
        return " ".join((self.title, self.look, self.question, self.answer, self.note))


def _param(loss: str, name: str) -> Param:
    return next(p for p in get(loss).params if p.name == name)


def _place(loss: str, slice_key: str, name: str) -> Param:
    return next(p for p in get(loss).kind.slice(slice_key).params if p.name == name)


def _numbers(*claims: str) -> tuple[Number, ...]:
    """Each ``text computation computation…``, in the order in which the words say them."""
    return tuple(Number(text, tuple(of)) for text, *of in map(str.split, claims))


EDGE = 1e-6
GAMMA = _param("focal", "gamma")
LIN = "Lin et al. 2017, Focal Loss for Dense Object Detection, arXiv:1708.02002"
ETA = Param("eta", 0.05, 0.95, "how often the label is 1", r"\eta", step=0.05)

SCENES = (
    Scene(
        key="s1",
        title="Gamma pushes easy examples to zero.",
        look="Right of 0.5 the example is well classified. The larger γ, the sooner its loss is gone; far left all curves meet.",
        question="At pₜ = 0.5, what is left of the loss once γ is 2?",
        answer="A quarter: 0.1733 of 0.6931. For γ = 0.5, 1 and 5 it is 0.4901, 0.3466 and 0.0217. With γ = 0 the loss is cross-entropy itself.",
        paper=LIN,
        cite="Lin et al. 2017, figure 1",
        curves=(
            Drawn("focal:gamma=0"),
            Drawn("focal:gamma=0.5"),
            Drawn("focal:gamma=1"),
            Drawn("focal:gamma=2"),
            Drawn("focal:gamma={gamma}"),
        ),
        frames={
            "p_t": Frame(EDGE, 1 - EDGE, (0, 5), (-1.3, 0.1)),
            "logit": Frame(-6, 6, (0, 5), (-1.3, 0.1)),
        },
        numbers=_numbers(
            "0.1733 focal_half_2", "0.6931 focal_half_0", "0.4901 focal_half_05", "0.3466 focal_half_1",
            "0.0217 focal_half_5",
        ),
        settings=("0.5", "2", "0.5", "0.5", "1", "5", "0"),
        shared={"target": "1"},
        free=(Free(GAMMA, 5.0),),
        into="logit",
        rows=("value",),
        at=0.5,
        shades=(Shade(0.5, 1.0, "well classified"),),
        marks=(
            Mark("value", 0.5, "{y}", 0, (36, -40)),
            Mark("value", 0.5, "{y}", 3, (150, -104)),
        ),
    ),
    Scene(
        key="s2",
        title="A hundred times less loss is only 34.5 times less gradient.",
        look="γ = 2. At pₜ = 0.9 the loss has almost gone. Now follow the two gradients below it from right to left.",
        question="Where do the two gradients cross, and who is larger on the left?",
        answer="At pₜ = 0.2976, and left of it focal is: up to 1.2246 times. The loss is 100 times smaller at pₜ = 0.9 and 1000 times at 0.96838.",
        paper=LIN,
        cite="Lin et al. 2017",
        curves=(Drawn("focal:gamma={gamma}"), Drawn("bce_with_logits")),
        frames={
            "p_t": Frame(EDGE, 1 - EDGE, (0, 5), (-1.3, 0.1)),
            "logit": Frame(-6, 6, (0, 5), (-1.3, 0.1)),
        },
        numbers=_numbers(
            "34.5 gradient_ratio_at_09", "0.2976 gradients_cross", "1.2246 largest_gradient_ratio", "100 loss_ratio_at_09",
            "0.96838 thousandfold",
        ),
        settings=("2", "0.9", "0.9", "1000"),
        shared={"target": "1"},
        free=(Free(GAMMA, 2.0),),
        into="logit",
        at=0.9,
        ratio="BCE / Focal",
        marks=(
            Mark("value", 0.9, "{ratio}× less", 1, (-70, -40)),
            Mark("gradient", 0.9, "{ratio}× less", 0, (-40, 46)),
            Mark("gradient", "crossing", "{x}", 0, (34, 34)),
        ),
    ),
    Scene(
        key="s3",
        title="A squared error after a sigmoid goes silent when it is most wrong.",
        look="The label is 1. In the shaded band the gradient is below 0.05: on the far left only the squared error is there.",
        question="At z = −5 both are badly wrong. How many times harder does cross-entropy pull?",
        answer="75 times: −0.9933 against −0.0132. The squared error never pulls harder than 8/27.",
        note="By gradient descent at rate 1, from z = −5 to p = 0.9: 119 steps, cross-entropy 16; from z = −8 it is 1542 against 19.",
        paper="Golik, Doetsch & Ney 2013, Cross-Entropy vs. Squared Error Training, doi:10.21437/Interspeech.2013-436",
        cite="Golik et al. 2013",
        curves=(Drawn("sigmoid_mse"), Drawn("bce_with_logits")),
        frames={"logit": Frame(-10, 10, (0, 6), (-1.1, 0.1)), "probability": Frame(EDGE, 1 - EDGE, (0, 6), (-6, 0.5))},
        numbers=_numbers(
            "75 slope_ratio_at_minus_5", "−0.9933 bce_slope_at_minus_5", "−0.0132 mse_slope_at_minus_5", "8/27 largest_mse_slope",
            "119 mse_steps_from_minus_5", "16 bce_steps_from_minus_5", "1542 mse_steps_from_minus_8", "19 bce_steps_from_minus_8",
        ),
        settings=("1", "0.05", "−5", "1", "−5", "0.9", "−8"),
        shared={"target": "1"},
        at=-5.0,
        ratio="BCE / Sigmoid + MSE",
        shades=(Shade(-0.05, 0.05, "|gradient| < 0.05", "gradient"),),
        marks=(
            Mark("gradient", -5.0, "{y}", 0, (46, 40)),
            Mark("gradient", -5.0, "{y}", 1, (60, -22)),
        ),
    ),
    Scene(
        key="s7",
        title="Negatives near the centre are forgiven.",
        look="The weight of a pixel that is no centre, (1 − Y)⁴ at first: dark is forgiven. Y is a Gaussian cut off in a square of radius 5.",
        question="A pixel next to the centre: how much of its loss is left?",
        answer="0.00037 of it. At a distance of 2 it is 0.0404, of 3 0.296; at 5 still 0.906, and from 6 on, where the Gaussian is cut off, all of it: 1.",
        paper="Zhou et al. 2019, Objects as Points, arXiv:1904.07850",
        cite="Zhou et al. 2019",
        curves=(Drawn("forgiven:beta={beta}", "weight\nβ\u00a0=\u00a0{beta}"),),
        frames={"distance": Frame(0, 8, (-0.05, 1.05))},
        numbers=_numbers(
            "0.00037 forgiven_1", "0.0404 forgiven_2", "0.296 forgiven_3", "0.906 forgiven_5", "1 forgiven_from_6",
        ),
        settings=("1", "5", "2", "3", "5", "6"),
        free=(Free(_param("penalty_reduced_focal", "beta"), 4.0),),
        rows=("value",),
        slope=False,
        titles={"x": "distance from the centre, in pixels", "value": "weight (1 − Y)ᵝ"},
        at=1.0,
        marks=(
            Mark("value", 2.0, "{y}", 0, (-40, -44)),
            Mark("value", 3.0, "{y}", 0, (-46, -20)),
            Mark("value", 6.0, "cut off: {y}", 0, (40, 44)),
        ),
        beside=0,
    ),
    Scene(
        key="s9",
        title="Boxes that do not touch: IoU has nothing to say.",
        look="A box as large as the target, 10 by 10, moves to the right. From a shift of 10 on the two no longer touch. "
        "L1 counts pixels: it leaves the picture at once.",
        question="What does IoU tell a box that is 20 away?",
        answer="Nothing: its loss is 1 and its gradient 0. GIoU is 1.3333 with gradient 0.0222, DIoU and CIoU 1.4 with 0.016. "
        "Now slide a to 4: inside the target IoU and GIoU are 0.84 anywhere.",
        note="DIoU tells the box of size 4 where it is: 0.84 in the middle, 0.93 in a corner. "
        "L1 is far above the picture: at size 10 and a shift of 20 it is 40, with gradient 2, and that at every shift.",
        paper="Rezatofighi et al. 2019, Generalized Intersection over Union, arXiv:1902.09630",
        cite="Rezatofighi et al. 2019; Zheng et al. 2020",
        curves=(Drawn("iou"), Drawn("giou"), Drawn("diou"), Drawn("ciou"), Drawn("box_l1", "L1, off the picture")),
        frames={"shift": Frame(0, 40, (-0.08, 2.1), (-0.02, 0.14))},
        numbers=_numbers(
            "1 iou_at_20", "0 iou_slope_at_20", "1.3333 giou_at_20", "0.0222 giou_slope_at_20", "1.4 diou_at_20 ciou_at_20",
            "0.016 diou_slope_at_20 ciou_slope_at_20", "0.84 iou_inside giou_inside", "0.84 diou_middle", "0.93 diou_corner",
            "40 l1_at_20", "2 l1_slope_anywhere",
        ),
        settings=("10", "10", "10", "20", "4", "4", "10", "20"),
        shared={"size": "{size}"},
        free=(Free(_place("iou", "shift", "size"), 10.0),),
        at=20.0,
        shades=(Shade(10, 40, "no overlap, at size 10"),),
        marks=(
            Mark("value", 20.0, "{y}", 0, (0, 40)),
            Mark("value", 20.0, "{y}", 2, (-62, -10)),
            Mark("gradient", 20.0, "{y}", 0, (-52, -40)),
            Mark("gradient", 20.0, "{y}", 1, (40, -44)),
        ),
        beside=1,
    ),
    Scene(
        key="s10",
        title="The clamp hides the mistake.",
        look="The label is 0, and the model is ever surer of a 1. One loss sees the probability, the other the logit; the same kernels as in training.",
        question="In float32, what does the loss on the probability say from z = 17 on?",
        answer="100, with gradient 0: from z = 16.636 on the sigmoid is exactly one, and the loss jumps there from 15.94. With logits it is 17.0, gradient 1.00. "
        "Float64 lasts to 36.74, float16 to 8.320, bfloat16 to 6.25.",
        note="The other label, 1, dies otherwise, in float32 and in float64 alike: at z = −28 its gradient is −0.69, at z = −30 it is −0.094.",
        paper="PyTorch, torch.nn.BCELoss: each log is at least −100, the gradient's denominator at least 1e-12",
        cite="torch.nn.BCELoss",
        curves=(Drawn("bce:dtype={dtype}"), Drawn("bce_with_logits:dtype={dtype}")),
        frames={"logit": Frame(0, 40, (-5, 106), (-0.1, 1.15))},
        numbers=_numbers(
            "100 clamped_from_17", "0 clamped_slope_from_17", "16.636 float32_saturates", "15.94 last_before",
            "17.0 with_logits_at_17", "1.00 with_logits_slope_at_17", "36.74 float64_saturates", "8.320 float16_saturates",
            "6.25 bfloat16_saturates", "−0.69 positive_slope_at_minus_28", "−0.094 positive_slope_at_minus_30",
        ),
        settings=("0", "1", "17", "1", "−28", "−30"),
        shared={"target": "0"},
        at=17.0,
        marks=(
            Mark("value", 17.0, "{y}", 0, (-50, 26)),
            Mark("value", 17.0, "{y}", 1, (44, -36)),
        ),
        dtypes=("float64", "float32", "bfloat16", "float16"),
    ),
    Scene(
        key="s11",
        title="Focal is not proper.",
        look="The expected loss when the label is 1 with probability η. An honest loss is smallest at p = η.",
        question="η = 0.7 and γ = 2. Which p does focal ask for?",
        answer="0.5785: focal wants the model less sure than the truth. At η = 0.9 it asks for 0.6942. Cross-entropy asks for 0.7, and for 0.9.",
        paper="Charoenphakdee et al. 2021, On Focal Loss for Class-Posterior Probability Estimation, arXiv:2011.09172",
        cite="Charoenphakdee et al. 2021",
        curves=(Drawn("focal_risk:gamma={gamma}", "Focal\nγ\u00a0=\u00a0{gamma}"), Drawn("bce_with_logits")),
        frames={"probability": Frame(EDGE, 1 - EDGE, (0, 2), (-3, 3))},
        numbers=_numbers(
            "0.5785 focal_minimiser_07", "0.6942 focal_minimiser_09", "0.7 bce_minimiser_07", "0.9 bce_minimiser_09",
        ),
        settings=("1", "0.7", "2", "0.9"),
        shared={"target": "{eta}"},
        free=(Free(ETA, 0.7), Free(GAMMA, 2.0)),
        rows=("value",),
        titles={"x": "predicted probability p", "value": "expected loss"},
        at=0.7,
        marks=(
            Mark("value", "minimum", "smallest at {x}", 0, (-40, -36)),
            Mark("value", "minimum", "smallest at {x}", 1, (40, -48)),
        ),
    ),
    Scene(
        key="s12",
        title="A soft label has a floor.",
        look="Cross-entropy against a label of 0.7. Follow the gradient to where it is 0, and read the loss above.",
        question="How small can the loss become?",
        answer="0.6109, at p = 0.7, and no smaller: that is the label's own entropy. For a label of 0.5 the floor is 0.6931, for a hard one 0.",
        paper="Szegedy et al. 2016, Rethinking the Inception Architecture, arXiv:1512.00567",
        cite="Szegedy et al. 2016",
        curves=(Drawn("bce_with_logits"),),
        frames={"probability": Frame(EDGE, 1 - EDGE, (0, 3), (-3, 3)), "logit": Frame(-6, 6, (0, 3), (-1.05, 1.05))},
        numbers=_numbers("0.6109 floor_07", "0.7 best_07", "0.6931 floor_05", "0 floor_1"),
        settings=("0.7", "0", "0.5"),
        shared={"target": "{target}"},
        free=(Free(_place("bce_with_logits", "probability", "target"), 0.7),),
        at=0.7,
        marks=(Mark("value", "minimum", "{y} at {x}", 0, (0, -52)),),
    ),
    Scene(
        key="s13",
        title="What we train on lies above what we count.",
        look="Five prices of the margin. The steps count the mistakes; all others stay above, and those that are convex can be descended.",
        question="A mistake by a margin of −1: what does each charge?",
        answer="The count 1, hinge 2, hinge squared 4, logistic 1.895, exponential 2.718. The logistic is in bits here: with the natural log it is "
        "0.693 at margin 0, and no longer bounds the count.",
        paper="Bartlett, Jordan & McAuliffe 2006, Convexity, Classification, and Risk Bounds, doi:10.1198/016214505000000907",
        cite="Bartlett et al. 2006",
        curves=(
            Drawn("zero_one"),
            Drawn("hinge"),
            Drawn("squared_hinge"),
            Drawn("logistic_base_2"),
            Drawn("exponential"),
        ),
        frames={"margin": Frame(-2, 2, (-0.15, 5), (-5, 0.5))},
        numbers=_numbers(
            "1 zero_one_at_minus_1", "2 hinge_at_minus_1", "4 squared_hinge_at_minus_1", "1.895 logistic_at_minus_1",
            "2.718 exponential_at_minus_1", "0.693 natural_logistic_at_0",
        ),
        settings=("−1", "0"),
        shared={"target": "1"},
        rows=("value",),
        titles={"x": "margin m", "value": "loss"},
        at=-1.0,
        marks=tuple(
            Mark("value", -1.0, "{y}", k, (dx, dy))
            for k, dx, dy in ((0, 60, 18), (1, -58, 0), (2, 46, -10), (3, 74, 8), (4, 66, -14))
        ),
    ),
    Scene(
        key="s14",
        title="Gamma below one breaks a naive implementation.",
        look="The size of the gradient of a well classified example, in float32. The same formula three times; two of the lines stop.",
        question="γ = 0.5, z = 30: which of the three still has a gradient?",
        answer="Only the stable one. From z = 16.636 on the sigmoid is exactly 1, and the others multiply 0 by infinity: nan. With γ = 0 the chain rule "
        "written by hand is nan too; with γ = 2 all three hold.",
        paper="Goldberg 1991, What Every Computer Scientist Should Know About Floating-Point Arithmetic, doi:10.1145/103162.103163",
        cite="Goldberg 1991",
        curves=(
            Drawn("focal_slope:gamma={gamma},dtype=float32", "stable\nγ\u00a0=\u00a0{gamma}"),
            Drawn("focal_slope_as_written:gamma={gamma},dtype=float32", "as written, by autograd"),
            Drawn("focal_slope_by_hand:gamma={gamma},dtype=float32", "chain rule by hand"),
        ),
        frames={"logit": Frame(0, 30, (-22, 0.5))},
        shared={"target": "1"},
        numbers=_numbers("16.636 float32_saturates"),
        settings=("0.5", "30", "1", "0", "0", "2"),
        free=(Free(GAMMA, 0.5),),
        rows=("value",),
        slope=False,
        scale="log",
        titles={"x": "logit z, the label is 1", "value": "size of dL/dz"},
        at=20.0,
        marks=(Mark("value", "end", "nan from here on", 1, (60, -40)),),
    ),
    Scene(
        key="s15",
        title="Smooth L1 is not the larger of its two branches.",
        look="One line is the formula max(½r², |r| − ½) as it is often written; the other is smooth L1.",
        question="What does the maximum give at r = 3, and how hard does it pull?",
        answer="4.5 with gradient 3, where smooth L1 gives 2.5 with gradient 1: the maximum is ½r² everywhere, and outliers pull as hard as ever.",
        paper="Girshick 2015, Fast R-CNN, arXiv:1504.08083",
        cite="Girshick 2015",
        curves=(Drawn("smooth_l1:beta=1"), Drawn("larger_branch")),
        frames={"residual": Frame(-4, 4, (-0.4, 8), (-4.2, 4.2))},
        numbers=_numbers(
            "4.5 maximum_at_3", "3 maximum_slope_at_3", "2.5 smooth_l1_at_3", "1 smooth_l1_slope_at_3",
        ),
        settings=("3",),
        at=3.0,
        marks=(
            Mark("value", 3.0, "{y}", 0, (40, 26)),
            Mark("value", 3.0, "{y}", 1, (-50, -10)),
            Mark("gradient", 3.0, "{y}", 0, (30, 30)),
            Mark("gradient", 3.0, "{y}", 1, (-50, -10)),
        ),
    ),
)  # fmt: skip

BY_KEY = {scene.key: scene for scene in SCENES}
