"""Losses of a residual: how far a predicted number is from the target."""

from __future__ import annotations

import torch
from torch import Tensor

from losslib.kinds import LINEAR_MODEL, REGRESSION
from losslib.spec import Limit, Loss, Opening, Param
from losslib.traits import CONVEX, EVEN, LIPSCHITZ, NONNEGATIVE, ROBUST


def _residual(prediction: Tensor, target: Tensor, **_: float) -> Tensor:
    """Zero where prediction and target meet."""
    return prediction - target


def l1(prediction: Tensor, target: Tensor) -> Tensor:
    """The absolute error: every residual pulls with the same force, however large.

    Its gradient is the sign of the residual, and 0 at exactly zero (any number in [-1, 1] is a subgradient there).

    Args:
        prediction: ``[...]``, in the target's units.
        target: ``[...]``.

    Returns:
        One loss per element, in the target's units.
    """
    return (prediction - target).abs()


L1 = Loss(
    l1,
    "L1",
    REGRESSION,
    r"|r|",
    traits=frozenset({CONVEX, EVEN, NONNEGATIVE, LIPSCHITZ, ROBUST}),
    kinks=(_residual,),
    conventions=("no factor", "subgradient 0 at 0"),
    refs=("Laplace 1774, Mémoire sur la probabilité des causes par les évènements",),
    used_in="sizes and offsets in CenterNet (Zhou et al. 2019); image translation in pix2pix (Isola et al. 2017)",
    also=("MAE", "absolute error", "least absolute deviations", "平均绝对误差", "绝对值损失", "L1损失"),
    documents=("001",),
)


def mse(prediction: Tensor, target: Tensor) -> Tensor:
    """The squared error: a residual pulls in proportion to its size.

    Its gradient is twice the residual, so one outlier can outvote all the others.

    Args:
        prediction: ``[...]``, in the target's units.
        target: ``[...]``.

    Returns:
        One loss per element, in squared units of the target.
    """
    return (prediction - target).square()


MSE = Loss(
    mse,
    "MSE",
    REGRESSION,
    r"r^2",
    traits=frozenset({CONVEX, EVEN, NONNEGATIVE}),
    limits=(Limit("half_squared_error", factor=2.0, words="twice the half squared error"),),
    conventions=("no half", "not the Euclidean norm"),
    refs=("Legendre 1805, Nouvelles méthodes pour la détermination des orbites des comètes",),
    used_in="least squares; centres, confidences and classes in YOLOv1 (Redmon et al. 2016)",
    also=("L2", "squared error", "mean squared error", "均方误差", "平方损失", "L2损失"),
    documents=("001", "003"),
)


def half_squared_error(prediction: Tensor, target: Tensor) -> Tensor:
    """Half the squared error, so that its gradient is the residual itself.

    Args:
        prediction: ``[...]``, in the target's units.
        target: ``[...]``.

    Returns:
        One loss per element, in squared units of the target.
    """
    r = prediction - target
    return 0.5 * r * r


HALF_SQUARED_ERROR = Loss(
    half_squared_error,
    "Half squared error",
    REGRESSION,
    r"\tfrac12 r^2",
    traits=frozenset({CONVEX, EVEN, NONNEGATIVE}),
    limits=(Limit("mse", factor=0.5, words="half of MSE"),),
    conventions=("with the half",),
    refs=("Legendre 1805, Nouvelles méthodes pour la détermination des orbites des comètes",),
    used_in="linear regression; gradient boosting in scikit-learn, as HalfSquaredError; optax, as l2_loss",
    also=("half MSE", "l2_loss", "半平方误差"),
    documents=("000",),
)


def smooth_l1(prediction: Tensor, target: Tensor, *, beta: float = 1.0) -> Tensor:
    """The absolute error with its corner rounded off inside beta.

    Its gradient is the residual over beta, clipped to [-1, 1]: with a smaller beta the parabola narrows and steepens.

    Args:
        prediction: ``[...]``, in the target's units.
        target: ``[...]``.
        beta: half-width of the parabola, in the target's units; 0 is exactly the absolute error.

    Returns:
        One loss per element, in the target's units.
    """
    r = prediction - target
    if beta == 0:
        return r.abs()
    far, inside = r.abs(), r.clamp(-beta, beta)  # the parabola is of r: of |r|, its second derivative at 0 is lost
    return torch.where(far < beta, inside.square() / (2 * beta), far - beta / 2)


def _smooth_l1_kink(prediction: Tensor, target: Tensor, *, beta: float) -> Tensor:
    """Only with beta = 0 is there a corner."""
    return prediction - target if beta == 0 else torch.ones_like(prediction)


SMOOTH_L1 = Loss(
    smooth_l1,
    "Smooth L1",
    REGRESSION,
    r"\begin{cases} r^2 / (2 \cdot @beta) & |r| < @beta \\ |r| - @beta / 2 & \text{else} \end{cases}",
    params=(Param("beta", 0.0, 5.0, "half-width of the parabola", r"\beta", step=0.05),),
    traits=frozenset({CONVEX, EVEN, NONNEGATIVE, LIPSCHITZ, ROBUST}),
    kinks=(_smooth_l1_kink,),
    limits=(
        Limit("l1", {"beta": 0.0}, words="β = 0 is L1"),
        Limit("huber", {"beta": 1.0}, {"delta": 1.0}, words="β = 1 is Huber with δ = 1"),
    ),
    conventions=("slope 1 outside", "Huber divided by β"),
    refs=("Girshick 2015, Fast R-CNN, arXiv:1504.08083",),
    used_in="box regression of Fast R-CNN and its successors",
    also=("SmoothL1Loss", "平滑L1损失"),
    documents=("001",),
)


def huber(prediction: Tensor, target: Tensor, *, delta: float = 1.0) -> Tensor:
    """Quadratic for small residuals, linear for large ones.

    Its gradient is that of half the squared error, clipped to [-delta, delta]: an outlier can pull, but never harder
    than delta.

    Args:
        prediction: ``[...]``, in the target's units.
        target: ``[...]``.
        delta: where the parabola becomes a line; positive, in the target's units.

    Returns:
        One loss per element, in squared units of the target.
    """
    r = prediction - target
    far, inside = r.abs(), r.clamp(-delta, delta)
    return torch.where(far < delta, 0.5 * inside.square(), delta * (far - delta / 2))


HUBER = Loss(
    huber,
    "Huber",
    REGRESSION,
    r"\begin{cases} \tfrac12 r^2 & |r| \le @delta \\ @delta \cdot (|r| - \tfrac12 \cdot @delta) & \text{else} \end{cases}",
    params=(Param("delta", 0.05, 50.0, "where the parabola becomes a line", r"\delta", scale="log"),),
    traits=frozenset({CONVEX, EVEN, NONNEGATIVE, LIPSCHITZ, ROBUST}),
    limits=(
        Limit(
            "half_squared_error",
            {"delta": 50.0},
            region={"residual": (-50.0, 50.0), "prediction": (-40.0, 40.0)},
            words="δ beyond every residual is the half squared error",
        ),
        Limit("smooth_l1", {"delta": 2.0}, {"beta": 2.0}, factor=2.0, words="δ times smooth L1 with β = δ"),
    ),
    conventions=("with the half", "slope δ outside"),
    refs=("Huber 1964, Robust Estimation of a Location Parameter, doi:10.1214/aoms/1177703732",),
    used_in="robust regression; value learning in DQN",
    also=("HuberLoss", "胡伯损失", "Huber损失"),
    documents=("001",),
    opening=Opening(slice="residual"),
)


def least_squares_cost(theta: Tensor, X: Tensor, y: Tensor) -> Tensor:
    """The cost of fitting a line: half the mean squared error of all the data at once.

    Seen over the parameters it is a bowl, and its gradient ``X^T (X theta - y) / m`` is zero at its one lowest place. It is a
    number where ``X theta`` and ``X^T (X theta - y)`` are: with everything below 1e102 in float64, and 1e12 in float32.

    Args:
        theta: the parameters ``[..., 2]``, one for each column of ``X``.
        X: the data ``[..., m, 2]``, one row a measurement.
        y: what was measured ``[..., m]``.

    Returns:
        One cost per set of parameters, ``[...]``, in squared units of ``y``.
    """
    r = (X @ theta.unsqueeze(-1)).squeeze(-1) - y
    return r.square().sum(-1) / (2 * X.shape[-2])


LEAST_SQUARES_COST = Loss(
    least_squares_cost,
    "Least-squares cost",
    LINEAR_MODEL,
    r"\frac{1}{2m} \sum_{i=1}^{m} \left(x_i^\top \theta - y_i\right)^2",
    traits=frozenset({CONVEX, NONNEGATIVE}),
    conventions=("with the half", "mean over the data"),
    refs=("Legendre 1805, Nouvelles méthodes pour la détermination des orbites des comètes",),
    used_in="linear regression",
    also=("linear regression cost", "half MSE", "cost function J", "最小二乘", "线性回归损失", "代价函数"),
    documents=("000",),
)
