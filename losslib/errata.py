r"""Five articles that name these losses: what each of them names, and where it errs, with the right reading.

A text may hold ``$LaTeX$`` and ```code```. Every number in it is computed by a test. Where an error is a curve, it is drawn:
the line that the article describes and the line that is meant, each a loss of the catalogue or a study.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from losslib.sample import Curve, sample
from losslib.view import View

__all__ = ["DOCUMENTS", "ERRATA", "Document", "Drawing", "Erratum", "Line", "Mention", "draw"]

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Mention:
    """Something a document names: in its words, in ours, and the losses that are it.

    ``note`` says what is not drawn, or how the names differ.
    """

    zh: str
    en: str
    losses: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True)
class Document:
    """One of the five articles. ``Loss.documents`` holds its ``key``."""

    key: str
    zh: str
    en: str
    about: str
    mentions: tuple[Mention, ...]


@dataclass(frozen=True)
class Line:
    """One of the two lines of a drawing: a loss or a study along a slice."""

    words: str
    of: View


@dataclass(frozen=True)
class Drawing:
    """What the document says beside what is meant, over one coordinate; with ``slope`` their gradients, and with ``apart`` each
    to its own scale."""

    x: str
    lo: float
    hi: float
    said: Line
    right: Line
    slope: bool = False
    apart: bool = False

    @property
    def views(self) -> tuple[View, View]:
        """What is said and what is right, over the coordinate that is drawn."""
        said, right = (replace(line.of, lo=self.lo, hi=self.hi) for line in (self.said, self.right))
        return said, right


@dataclass(frozen=True)
class Erratum:
    """One error: where, its title in English and Chinese, what is said, in our words, and the right reading."""

    key: str
    document: str
    en: str
    zh: str
    said: str
    right: str
    drawings: tuple[Drawing, ...] = ()
    losses: tuple[str, ...] = ()


def draw(drawing: Drawing) -> tuple[Array, Array, Array]:
    """The coordinate, the line that is said and the line that is right."""
    curves = [curve for curve in map(sample, drawing.views) if isinstance(curve, Curve)]
    said, right = (curve.gradient if drawing.slope else curve.value for curve in curves)
    return curves[0].x, said, right


# --- the articles ----------------------------------------------------------------------------------------------------

NOT_DRAWN = "not drawn yet"

DOCUMENTS = (
    Document(
        "000",
        "包含损失函数曲线python代码的词条",
        "An entry with Python code for curves of losses",
        "The cost of a linear regression in NumPy, a curve drawn by matplotlib, a walk through YOLOv5's loss.py, and "
        "the cross-entropy of a binary label.",
        (
            Mention("代价函数", "the cost of a linear regression", ("least_squares_cost", "half_squared_error")),
            Mention("plt.plot 画曲线", "a curve drawn by matplotlib", note="every chart here has that look"),
            Mention("smooth_BCE，soft label 的 cp 与 cn", "smoothed labels cp and cn", ("label_smoothed_bce",)),
            Mention("BCEBlurWithLogitsLoss", "cross-entropy that forgives missing labels", ("bce_blur",)),
            Mention("FocalLoss，alpha 为 0.25", "focal with a weight for positives", ("focal", "balanced_focal")),
            Mention("QFocalLoss", "focal for soft labels", ("balanced_quality_focal", "quality_focal")),
            Mention("BCEcls 与 BCEobj", "class and objectness terms", ("bce_with_logits",)),
            Mention("lcls 与 lobj", "where the two are summed: plain cross-entropy by default", ("bce_with_logits",)),
            Mention(
                "lbox，iou 作为 confidence",
                "the box term, and the overlap that becomes the confidence",
                ("ciou", "iou"),
                "the text says lbox only; in the code it is CIoU",
            ),
            Mention(
                "交叉熵，对数损失，logistic损失", "cross-entropy, log loss, logistic loss", ("bce", "bce_with_logits")
            ),
            Mention("ComputeLoss：balance、autobalance、gr", "YOLOv5's total and its balance", note=NOT_DRAWN),
            Mention("build_targets", "which cells and anchors are to predict a box", note=NOT_DRAWN),
            Mention(
                "pxy = sigmoid * 2 - 0.5",
                "a box's centre, from 0.5 cells before its own cell to 0.5 behind it",
                note=NOT_DRAWN,
            ),
            Mention("clamp_", "the indices of cells, kept inside the grid", note=NOT_DRAWN),
        ),
    ),
    Document(
        "001",
        "关于Focal loss、常见的损失函数与CenterNet",
        "Focal loss, the common losses, and CenterNet",
        "Six articles in one: focal from cross-entropy, the common losses by task, what a loss is, CenterNet's three "
        "terms, binary cross-entropy, and the losses of PyTorch.",
        (
            Mention("Focal损失", "focal", ("focal", "balanced_focal")),
            Mention("α-balanced 交叉熵", "cross-entropy weighed by class", ("balanced_bce",)),
            Mention("BCE：二分类", "binary cross-entropy, with and without the sigmoid", ("bce", "bce_with_logits")),
            Mention("多分类交叉熵，Softmax损失", "cross-entropy over classes, the softmax loss", ("cross_entropy",)),
            Mention("Hinge损失", "hinge, of support vector machines", ("hinge",)),
            Mention("指数损失", "exponential, of AdaBoost", ("exponential",)),
            Mention("sigmoid 与平方损失", "a squared error after a sigmoid", ("sigmoid_mse",)),
            Mention("GHM", "gradient harmonising", ("ghm_c", "ghm_r")),
            Mention("对比损失", "contrastive, of siamese networks", ("contrastive",)),
            Mention("Triplet损失", "triplet", ("triplet",)),
            Mention("L1损失", "the absolute error, and its sum over a box", ("l1", "box_l1")),
            Mention("L2损失，均方误差", "the squared error, and its sum over a box", ("mse", "box_mse")),
            Mention("Huber损失", "Huber", ("huber",)),
            Mention("Smooth L1损失", "smooth L1, and its sum over a box", ("smooth_l1", "box_smooth_l1")),
            Mention("BCE 用于分割", "cross-entropy at every pixel", ("mask_bce",)),
            Mention("Dice损失", "Dice", ("dice",)),
            Mention("Total Variance损失", "total variation", ("total_variation",)),
            Mention("Perceptual损失", "a distance of features", ("perceptual",)),
            Mention(
                "KL散度，相对熵",
                "Kullback-Leibler, both ways",
                ("kl_div", "kl_div_reverse", "kl_bernoulli", "kl_bernoulli_reverse"),
                "the article's is from the data to the model",
            ),
            Mention("JS散度", "Jensen-Shannon", ("js_div", "js_bernoulli")),
            Mention(
                "GAN 辨别器与生成器",
                "the two players of a GAN",
                ("gan_discriminator", "gan_generator_saturating", "gan_generator"),
            ),
            Mention("least square GAN", "the same with squares", ("lsgan_discriminator", "lsgan_generator")),
            Mention("CenterNet 的 heatmap loss", "CenterNet's heat map", ("penalty_reduced_focal",)),
            Mention("offset loss 与 wh loss", "CenterNet's offset and size: an L1 each", ("l1", "box_l1")),
            Mention(
                "transpose_and_gather_feature",
                "what the maps predict at the centres of the labels",
                note=NOT_DRAWN,
            ),
            Mention("_reg_loss", "a smooth L1 at those centres", ("smooth_l1",), "what runs by default is an L1"),
            Mention("CenterNet 整体损失", "CenterNet's total", note=NOT_DRAWN),
        ),
    ),
    Document(
        "002",
        "有关loss损失函数详细解读，并附源码",
        "Loss functions read closely, with their source",
        "Three ways to binary cross-entropy in PyTorch and the KL divergence for distillation, each with printed numbers. "
        "All five numbers come out again.",
        (
            Mention(
                "F.binary_cross_entropy",
                "on probabilities, with a weight",
                ("bce",),
                "prints 0.12723307 and 0.59122998",
            ),
            Mention("nn.BCELoss", "the same as a module", ("bce",), "prints 0.59122998 again"),
            Mention("nn.BCEWithLogitsLoss", "on logits", ("bce_with_logits",), "prints 0.76784688 and 3.24464440"),
            Mention(
                "F.kl_div，batchmean",
                "the divergence of two rows, halved",
                ("kl_div", "kl_bernoulli"),
                "prints 0.05779626; in float64 it is 0.05779619",
            ),
            Mention("蒸馏", "distillation, student and teacher", ("distillation_kl",)),
        ),
    ),
    Document(
        "003",
        "yolo 二元交叉熵损失",
        "YOLO's binary cross-entropy",
        "The terms of YOLO's total: coordinates, sizes under a root, confidence, classes; then a sketch of YOLOv5's three.",
        (
            Mention("二元交叉熵损失", "the confidence's cross-entropy", ("bce", "bce_with_logits")),
            Mention("坐标损失，MSE", "squared errors of the centre", ("box_mse", "mse")),
            Mention("宽度和高度，开方", "squared errors of the roots of width and height", ("yolo_size",)),
            Mention("类别损失", "cross-entropy of the class", ("cross_entropy",)),
            Mention("IOU", "overlap, the confidence's target", ("iou",)),
            Mention("CIoU 损失", "CIoU", ("ciou",)),
            Mention("YOLO 总损失", "the weighted total", note=NOT_DRAWN),
            Mention("置信度损失，正负样本", "confidence over objects and the rest", note=NOT_DRAWN),
        ),
    ),
    Document(
        "004",
        "focal_loss_with_logits 是什么意思",
        "What focal_loss_with_logits means",
        "Two pieces of code explained: a focal loss for soft labels, and one over a softmax; then the formula of "
        "cross-entropy with logits.",
        (
            Mention("focal_loss_with_logits", "focal for soft labels: quality focal", ("quality_focal",)),
            Mention("SoftmaxFocalLoss", "focal over a softmax, with ignored labels", ("softmax_focal",)),
            Mention("NLLLoss，log_softmax", "the negative log-likelihood inside", ("cross_entropy",)),
            Mention("F.binary_cross_entropy_with_logits", "cross-entropy with logits", ("bce_with_logits",)),
        ),
    ),
)

# --- the errors ------------------------------------------------------------------------------------------------------

ERRATA = (
    Erratum(
        "E13",
        "000",
        "One over two m",
        "是除以 2m，不是乘以 2/m",
        "The cost is divided by twice the number of rows with `1 / len(X) * 2`; the two is there because a derivative was taken.",
        "Python reads that as $2/m$: four times the cost. It must be `1 / (2 * len(X))`. No derivative has been taken: the half is "
        "there so that the two of a later one cancels. And `X * theta.T` is a matrix product for `np.matrix` only.",
        (
            Drawing(
                "slope of the line θ₁", 0, 3,
                Line("1 / len(X) * 2", View.of("cost_as_written", "theta_1", theta_0=1)),
                Line("1 / (2 * len(X))", View.of("least_squares_cost", "theta_1", theta_0=1)),
            ),
        ),
        ("least_squares_cost", "half_squared_error"),
    ),
    Erratum(
        "E14",
        "000",
        "Two signs that were lost, and whom the blur forgives",
        "丢失的比较号，以及 BCE blur 宽恕了谁",
        "The test for the left and upper neighbour has lost its comparison signs. Of the blurred cross-entropy it is asked whether it is "
        "false negatives or false positives that count less; its factor is given as 0 where $p - t = 1$; with an absolute value in it, a "
        "great difference is said to count less.",
        r"The test is `(gxy % 1 < g) & (gxy > 1)` with $g = 0.5$. The blur discounts a confident prediction where no label is: a false "
        r"positive by the labels, a missing label by its intent. With $\alpha = 0.05$ and $t = 0$ the loss is largest at $z = 2.424$, where it "
        r"is 2.0143, and falls back to 0 beyond. A true miss, $t = 1$ and $p$ small, keeps its full weight. The factor "
        r"is 0 only in the limit $p - t = 1$, which no finite logit reaches: at $p - t = 0.99$ it is 0.1809. With $|p - t|$ in its place a miss is discounted "
        r"as well: at $t = 1$ and $p = 0.01$ to the same 0.1809.",
        (
            Drawing(
                "logit z, of a place without a label", -6, 10,
                Line("cross-entropy, no blur", View.of("bce_with_logits", "logit", target=0)),
                Line("blurred, α = 0.05", View.of("bce_blur", "logit", alpha=0.05, target=0)),
            ),
        ),
        ("bce_blur", "bce_with_logits"),
    ),
    Erratum(
        "E15",
        "000",
        "Times the batch, and whose weight is four",
        "乘以批大小，以及哪一层的权重是 4",
        "Why the total is multiplied by the batch size is left open; the first layer is said to weigh 4.",
        "The terms are means over the batch. Multiplied back, a larger batch takes a larger step, and training then gathers gradients up "
        "to a nominal batch of 64. The weights belong to the strides 8, 16 and 32: 4.0, 1.0 and 0.4; with five layers they are 4.0, 1.0, 0.25, 0.06 and 0.02.",
    ),
    Erratum(
        "E5",
        "001",
        "Smooth L1 as a maximum",
        "写成最大值的 Smooth L1",
        r"Smooth L1 is given as $\max(\tfrac12 r^2,\; |r| - \tfrac12)$.",
        r"The difference of the two is $\tfrac12(|r| - 1)^2$, never negative: that maximum is always $\tfrac12 r^2$, and an outlier pulls as "
        r"hard as ever. At $r = 3$ it is 4.5 where smooth L1 is 2.5. The minimum would not do either: at 0 it is −0.5. It takes two cases: "
        r"$\tfrac12 r^2 / \beta$ for $|r| < \beta$, and $|r| - \tfrac12 \beta$ beyond.",
        (
            Drawing(
                "residual r", -4, 4,
                Line("max(½r², |r| − ½)", View.of("larger_branch", "residual")),
                Line("smooth L1, β = 1", View.of("smooth_l1", "residual", beta=1)),
            ),
        ),
        ("smooth_l1", "half_squared_error"),
    ),
    Erratum(
        "E6",
        "001",
        "L1, L2 and Huber",
        "L1、L2 与 Huber",
        "L1 is said to be differentiable, and to be a sum in one place and a mean in another; L2 to be the Euclidean distance; Huber and smooth L1 "
        "to be one loss.",
        r"At $r = 0$ the slope of $|r|$ is anything in $[-1, 1]$; torch says 0. Sum or mean is the reduction, not the loss. The "
        r"Euclidean distance is the root of the sum of squares; the loss has no root. Huber is $\delta$ times smooth L1 with $\beta = \delta$: "
        r"one loss only where both are 1. With 2 in both places and $r = 5$, Huber is 8 and smooth L1 is 4.",
        (
            Drawing(
                "residual r", -5, 5,
                Line("Huber, δ = 2", View.of("huber", "residual", delta=2)),
                Line("smooth L1, β = 2", View.of("smooth_l1", "residual", beta=2)),
            ),
        ),
        ("l1", "mse", "huber", "smooth_l1"),
    ),
    Erratum(
        "E7",
        "001",
        "Whose probability stands in the logarithm",
        "对数里是哪一类的概率",
        r"For the labels 1 and 0 the cross-entropy is $-\tfrac12(\ln 0.7 + \ln 0.2)$.",
        "The second example is a negative, so what stands in its logarithm is $1 - p$: the model said 0.7 and 0.8 for class 1, not 0.7 and 0.2. The "
        r"value is 0.983056. The second example of the document, $-\tfrac12(\ln 0.7 + \ln 0.5)$, is 0.524911.",
        (
            Drawing(
                "p of class 1; the label is 0", 0.01, 0.99,
                Line("−ln p", View.of("minus_log_p", "probability", target=0)),
                Line("−ln(1 − p)", View.of("bce", "probability", target=0)),
            ),
        ),
        ("bce", "cross_entropy"),
    ),
    Erratum(
        "E8",
        "001",
        "The sign of the divergence",
        "散度的正负号",
        "The divergence of B from A is given as the entropy of A less the cross-entropy, and it is to be made as large as possible.",
        r"It is the other way round: $\mathrm{KL}(A\,\|\,B) = H(A, B) - H(A)$, at least 0, and 0 where the two agree. It is made small, and since "
        r"$H(A)$ does not depend on the model, that is to make the cross-entropy small. With 0.7 the truth and 0.2 predicted, it is 0.5827.",
        (
            Drawing(
                "predicted probability p; the truth is 0.7", 0.01, 0.99,
                Line("H(A) − H(A, B)", View.of("entropy_less_cross_entropy", "probability", target=0.7)),
                Line("H(A, B) − H(A)", View.of("kl_bernoulli", "probability", target=0.7)),
            ),
        ),
        ("kl_bernoulli", "kl_div", "cross_entropy"),
    ),
    Erratum(
        "E9",
        "001",
        "Where a squared error after a sigmoid has several minima",
        "sigmoid 之后的平方误差，在哪里有多个极小值",
        "A squared error after a sigmoid is said to have several extremes, which is why it is not used.",
        r"Not in the logit of one example: there it only falls towards the label, but it is not convex and lies flat at both ends. Its slope is $2(p-t)\,p(1-p)$, "
        r"for $t = 1$ at most 0.2963, at $p = \tfrac13$; that of cross-entropy is $p - t$. Several minima appear over a weight that examples "
        "share: with five inputs of 1, four of them positive, and a negative at 20, one lies at −0.085 and another at 1.386; cross-entropy has one.",
        (
            Drawing(
                "logit z, of a positive", -8, 8,
                Line("squared error: its slope fades where it is most wrong", View.of("sigmoid_mse", "logit", target=1)),
                Line("cross-entropy: its slope stays", View.of("bce_with_logits", "logit", target=1)),
                slope=True,
            ),
            Drawing(
                "a weight w that six examples share",
                -0.6,
                4,
                Line("squared error: two minima", View.of("squared_over_weight", "weight")),
                Line("cross-entropy: one", View.of("cross_entropy_over_weight", "weight")),
                apart=True,
            ),
        ),
        ("sigmoid_mse", "bce_with_logits"),
    ),
    Erratum(
        "E10",
        "001",
        "Which class alpha weighs",
        "α 加权的是哪一类",
        "Focal is called a weighted cross-entropy, and it is not said which class the weight is for. `size_average` decides between mean and sum.",
        r"In the paper $\alpha$ is for the positives and $1 - \alpha$ for the negatives. Read the other way round, 0.25 gives the positives "
        "3 times their weight. `size_average` has long been replaced by `reduction`, whose default is the mean.",
        (
            Drawing(
                "logit z, of a positive", -5, 3,
                Line("α = 0.25 taken for the negatives", View.of("balanced_focal", "logit", alpha=0.75, target=1)),
                Line("α = 0.25 for the positives", View.of("balanced_focal", "logit", alpha=0.25, target=1)),
            ),
        ),
        ("balanced_focal", "balanced_bce"),
    ),
    Erratum(
        "E11",
        "001",
        "When the hinge is silent",
        "合页损失何时沉默",
        "The hinge is said to be insensitive to what is classified rightly. There are slips in two names: “Total Variance”, “constrastive”.",
        r"It is silent beyond the margin only, at $s z \ge 1$: at $s z = 0.5$ an example is right and still costs 0.5, with slope −1. The "
        "names are total variation and contrastive.",
        (
            Drawing(
                "margin m = s·z", -3, 3,
                Line("silent on all that is right", View.of("insensitive_when_right", "margin")),
                Line("hinge", View.of("hinge", "margin", margin=1)),
            ),
        ),
        ("hinge", "total_variation", "contrastive"),
    ),
    Erratum(
        "E12",
        "001",
        "CenterNet's regions and its size term",
        "CenterNet 的区域与尺寸项",
        "The regions A and B are told apart by predictions near 1 or near 0; the size term is an L1 computed by `_reg_loss`.",
        r"The target tells them apart: A is where it is 1 exactly, B is all the rest, and there $(1 - t)^4$ spares the neighbours of a centre. "
        "In the published code `_reg_loss` is a smooth L1; what runs by default, `reg_loss=l1`, is another class and an L1. For an error of half a cell that is 0.5 instead of 0.125.",
        (
            Drawing(
                "error of a width, in cells", -2, 2,
                Line("_reg_loss: smooth L1", View.of("smooth_l1", "residual", beta=1)),
                Line("the default: L1", View.of("l1", "residual")),
            ),
        ),
        ("penalty_reduced_focal", "l1", "smooth_l1"),
    ),
    Erratum(
        "E22",
        "002",
        "What torch checks",
        "torch 究竟检查什么",
        "The weight must have one dimension; a target is not restricted; a prediction outside 0 to 1 is an error everywhere.",
        "The weight is broadcast, and the document's own has two dimensions. The mean divides by the number of elements, 6, not by the sum of the weights: "
        "0.127233, where a weighted mean would be 0.346999. `F.binary_cross_entropy` refuses a target beyond 0 to 1; with logits it is taken, and the loss "
        "then has no least value: for 1.5, at $z = 10$, it is −5. And there a prediction may be any number.",
        (
            Drawing(
                "logit z",
                -6,
                10,
                Line("target 1.5: below 0, without end", View.of("beyond_the_labels", "logit", excess=0.5, target=1)),
                Line("target 1", View.of("bce_with_logits", "logit", target=1)),
            ),
        ),
        ("bce", "bce_with_logits"),
    ),
    Erratum(
        "E16",
        "003",
        "Root, mean, square",
        "根、均值与平方",
        "The error of the coordinates is called a root mean square.",
        r"The formula below it, and the paper, have the sum of squares: no root and no mean. With one coordinate off by 0.5 and the other by 2, that is "
        "4.25, where the root mean square is 1.4577; and an outlier's pull grows with its size.",
        (
            Drawing(
                "error of one coordinate, the other 0.5", -3, 3,
                Line("root mean square", View.of("root_mean_square", "dx", other=0.5)),
                Line("sum of squares", View.of("sum_of_squares", "dx", other=0.5)),
            ),
        ),
        ("box_mse", "mse"),
    ),
    Erratum(
        "E17",
        "003",
        "A mixture is not a loss",
        "混合概率不是损失",
        r"The confidence term is written as $\mathrm{IoU} \cdot P + (1 - \mathrm{IoU})(1 - P)$.",
        r"That is the probability of a mixture: at an overlap of 0.8 it is least at $P = 0$, so whoever minimises it is taught to find nothing. The "
        r"cross-entropy of $P$ and the overlap is meant, $-[\mathrm{IoU}\ln P + (1 - \mathrm{IoU})\ln(1 - P)]$, least at $P = 0.8$; in the first version, a squared error.",
        (
            Drawing(
                "confidence P; the overlap is 0.8", 0.01, 0.99,
                Line("the mixture", View.of("mixed_probability", "probability", target=0.8)),
                Line("cross-entropy", View.of("bce", "probability", target=0.8)),
            ),
        ),
        ("bce", "iou"),
    ),
    Erratum(
        "E18",
        "003",
        "A sign that was left out",
        "漏掉的负号",
        r"The class term is written as $\sum_k L_k \ln P_k$.",
        r"That is largest, 0, where the class is certain. The loss is its negative: at $P = 0.5$ not −0.6931 but 0.6931.",
        (
            Drawing(
                "probability of the true class", 0.02, 0.999,
                Line("Σ L ln P", View.of("label_log_probability", "p_t")),
                Line("−Σ L ln P", View.of("cross_entropy", "p_t")),
            ),
        ),
        ("cross_entropy",),
    ),
    Erratum(
        "E19",
        "003",
        "What the total is made of",
        "总损失由哪些项组成",
        "The total has a factor for the classes, and cross-entropies for confidence and class.",
        r"In the first paper all five terms are squared errors; $\lambda_{\mathrm{coord}} = 5$, $\lambda_{\mathrm{noobj}} = 0.5$, and the classes have no factor. For a cell "
        r"that holds nothing and says 0.9, cross-entropy costs 1.1513 and the square 0.405. The rest is the paper's: $C_{\mathrm{pos}}$ is added without a factor, "
        r"and $\lambda_{\mathrm{noobj}}$ multiplies $C_{\mathrm{neg}}$ alone.",
        (
            Drawing(
                "confidence P of a cell that holds nothing", 0.001, 0.97,
                Line("½ cross-entropy", View.of("bce", "probability", weight=0.5, target=0)),
                Line("½ squared error, as in the paper", View.of("half_squared_confidence", "probability", target=0)),
            ),
        ),
        ("mse", "bce"),
    ),
    Erratum(
        "E20",
        "003",
        "YOLOv5's classes and its confidence",
        "YOLOv5 的类别项与置信度",
        "YOLOv5's class term is given as `F.cross_entropy`, its confidence as two means over cells with and without an object, the second halved.",
        "YOLOv5 has a sigmoid a class, so that two classes may be there at once; a softmax makes the second cost the first. Its confidence is one "
        "mean over all cells against the overlap, weighed by layer. As written, a batch without an object gives nan: the mean of nothing. "
        "`x1y1x2y2=False` is the name before version 6.1, `xywh=True` the later one.",
        (
            Drawing(
                "logit of a second class that is there too", -5, 5,
                Line("softmax, one label", View.of("one_label_only", "second")),
                Line("a sigmoid a class", View.of("each_class_alone", "second")),
            ),
        ),
        ("cross_entropy", "bce_with_logits", "ciou"),
    ),
    Erratum(
        "E21",
        "003",
        "A heading",
        "一个标题",
        "One part is headed `yolo_world`.",
        "Its text and code are about YOLOv5.",
    ),
    Erratum(
        "E1",
        "004",
        "The wrong class in super",
        "super 里写错的类",
        "`SoftmaxFocalLoss` begins with `super(FocalLoss, self).__init__()`.",
        "`FocalLoss` is another class, or none: the first thing that happens is an error. It must be `super().__init__()`. What is given in `*args` "
        "and `**kwargs` is dropped without a word.",
        losses=("softmax_focal",),
    ),
    Erratum(
        "E2",
        "004",
        "A softmax that has reached one",
        "已经等于 1 的 softmax",
        "The factor is `torch.pow(1 - scores, gamma)`, for any gamma.",
        r"With $0 < \gamma < 1$ and a softmax that has reached 1, the slope of the power is infinite, and infinity times 0 is nan: for the whole row, though the "
        "value is right. Between two classes in float32 that is so once the true logit leads by 16.64. The limit is 0, and that is what the catalogue's loss gives. An "
        "ignored label counts neither above nor below; if all are ignored the mean is nan.",
        (
            Drawing(
                "lead of the true logit; γ = 0.5", -2, 20,
                Line("torch.pow(1 − p, γ) in float32: nan once p is 1", View.of("focal_in_single", "logit", gamma=0.5, target=1)),
                Line("the limit is 0", View.of("focal", "logit", gamma=0.5, target=1)),
                slope=True,
            ),
        ),
        ("softmax_focal",),
    ),
    Erratum(
        "E3",
        "004",
        "A sigmoid too many",
        "多了一个 sigmoid",
        "The input of cross-entropy with logits is said to have been through a sigmoid.",
        r"It is the raw logit; the sigmoid is inside, as the document's next sentence has it. Who hands in $\sigma(z)$ never gets below 0.3133, and a "
        "certain, right answer is still pushed.",
        (
            Drawing(
                "logit z, of a positive", -6, 6,
                Line("σ(z) handed in", View.of("sigmoid_twice", "logit", target=1)),
                Line("z handed in", View.of("bce_with_logits", "logit", target=1)),
            ),
        ),
        ("bce_with_logits",),
    ),
    Erratum(
        "E4",
        "004",
        "Which focal this is",
        "这是哪一种 focal",
        "The code's two factors are explained one by one, as if they were two.",
        r"Both are $|t - p|^\gamma$, so this is quality focal, and for a hard label the plain focal with no alpha. For a soft label it is not the focal of the "
        r"libraries, whose $p_t$ interpolates: at $p = t = 0.7$ and $\gamma = 2$ this one is 0 and that one is 0.1078.",
        (
            Drawing(
                "logit z; the label is 0.7",
                -2,
                3,
                Line("focal with an interpolated pₜ", View.of("focal", "logit", gamma=2, target=0.7)),
                Line("quality focal: this code", View.of("quality_focal", "logit", gamma=2, target=0.7)),
            ),
        ),
        ("quality_focal", "focal"),
    ),
)  # fmt: skip
