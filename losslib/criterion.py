"""Any loss as an ``nn.Module``: reductions, weights and ignored labels, once for all of them."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn.functional import one_hot

from losslib.catalogue import get
from losslib.spec import Loss

__all__ = ["Criterion"]

REDUCTIONS = ("mean", "sum", "none", "batchmean")


class Criterion(nn.Module):
    r"""A loss of the catalogue for training code, in torch's layouts.

    Losses of single numbers take inputs of any one shape. Losses of classes take ``[N, K, *]`` with class labels
    ``[N, *]`` (integers) or class probabilities ``[N, K, *]``. All others take ``[N, *example]``.

    Args:
        loss: a key of the catalogue, or its ``Loss``.
        reduction: ``"mean"`` divides by the kept examples (with ``class_weight`` and labels, by the sum of the kept
            weights, as torch does); ``"batchmean"`` by the first dimension; ``"sum"``; ``"none"``.
        sample_weight: one factor per example, broadcast against the losses; ``"mean"`` still divides by their number.
        class_weight: ``[K]``, one factor per class.
        ignore_index: the class label that does not count. If all are ignored the mean is nan, as in torch.
        **params: the loss's own parameters, checked against their ranges.

    Raises:
        ValueError: an unknown reduction or parameter, a value out of range, or an option that this loss cannot have.

    Under autocast it computes in at least float32.
    """

    sample_weight: Tensor | None
    class_weight: Tensor | None

    def __init__(
        self,
        loss: str | Loss,
        reduction: str = "mean",
        sample_weight: Tensor | None = None,
        class_weight: Tensor | None = None,
        ignore_index: int | None = None,
        **params: float,
    ):
        super().__init__()
        self.loss = get(loss) if isinstance(loss, str) else loss
        if reduction not in REDUCTIONS:
            raise ValueError(f"reduction must be one of {', '.join(REDUCTIONS)}, got {reduction!r}")
        if not self.loss.kind.labelled and (ignore_index is not None or class_weight is not None):
            option = "ignore_index" if ignore_index is not None else "class_weight"
            raise ValueError(f"{option} is for losses of class labels; {self.loss.key} has none")
        self.reduction = reduction
        self.ignore_index = ignore_index
        self.params = {**self.loss.defaults, **self._checked(params)}
        self.register_buffer("sample_weight", sample_weight)
        self.register_buffer("class_weight", class_weight)

    def _checked(self, params: dict[str, float]) -> dict[str, float]:
        known = {p.name: p for p in self.loss.params}
        for name in params:
            if name not in known:
                raise ValueError(f"{self.loss.key} has no parameter {name}; it has {', '.join(known) or 'none'}")
        return {name: known[name].check(value) for name, value in params.items()}

    def extra_repr(self) -> str:
        numbers = "".join(f", {name}={value:g}" for name, value in self.params.items())
        return f"{self.loss.key}{numbers}, reduction={self.reduction}"

    def forward(self, *inputs: Tensor) -> Tensor:
        """The reduced loss, or one loss per example with ``reduction="none"``."""
        if len(inputs) != len(self.loss.kind.inputs):
            raise ValueError(f"{self.loss.key} takes {', '.join(self.loss.kind.inputs)}; got {len(inputs)} inputs")
        with torch.autocast(inputs[0].device.type, enabled=False):
            return self._classes(*inputs) if self.loss.kind.labelled else self._plain(*inputs)

    def _plain(self, *inputs: Tensor) -> Tensor:
        wide = [_wide(x) for x in inputs]
        losses = self.loss.fn(*wide, **self.params)
        if self.sample_weight is not None:
            losses = losses * self.sample_weight
        return self._reduced(losses, len(inputs[0]) if inputs[0].dim() else 1, torch.ones_like(losses))

    def _classes(self, z: Tensor, target: Tensor) -> Tensor:
        z = _wide(z).movedim(1, -1)
        batch, classes = len(z), z.shape[-1]
        if target.dim() == z.dim() and target.is_floating_point():
            if self.ignore_index is not None:
                raise ValueError("ignore_index is for class labels; the target holds class probabilities")
            losses = self._soft(z, _wide(target).movedim(1, -1))
            kept = torch.ones_like(losses)
        else:
            losses, kept = self._hard(z, target, classes)
        if self.sample_weight is not None:
            losses = losses * self.sample_weight
        return self._reduced(losses, batch, kept)

    def _hard(self, z: Tensor, target: Tensor, classes: int) -> tuple[Tensor, Tensor]:
        """The losses of labels, and the weight of each in a mean: 0 where ignored."""
        ignored = (
            torch.zeros_like(target, dtype=torch.bool) if self.ignore_index is None else target == self.ignore_index
        )
        labels = target.masked_fill(ignored, 0)
        weight = (
            torch.ones_like(labels, dtype=z.dtype)
            if self.class_weight is None
            else self.class_weight.to(z.dtype)[labels]
        )
        weight = weight.masked_fill(ignored, 0.0)
        safe = z.masked_fill(ignored.unsqueeze(-1), 0.0)  # an ignored row may hold anything, nan included
        t = one_hot(labels, classes).to(z.dtype)
        if self.params.get("label_smoothing"):
            return self._soft(safe, t).masked_fill(ignored, 0.0), weight
        return self._each(safe, t, self.params) * weight, weight

    def _soft(self, z: Tensor, t: Tensor) -> Tensor:
        """The losses of class probabilities; each class is weighted after the label is smoothed, as torch does."""
        if self.class_weight is None:
            return self._each(z, t, self.params)
        params = dict(self.params)
        epsilon, classes = params.get("label_smoothing", 0.0), t.shape[-1]
        if epsilon:
            t, params["label_smoothing"] = t * (1 - epsilon) + epsilon / classes, 0.0
        eye = torch.eye(classes, device=t.device, dtype=t.dtype)
        share = t * self.class_weight.to(t.dtype)
        return torch.stack([self._each(z, eye[k].expand_as(z), params) * share[..., k] for k in range(classes)]).sum(0)

    def _each(self, z: Tensor, t: Tensor, params: dict[str, float]) -> Tensor:
        flat = self.loss.fn(z.reshape(-1, z.shape[-1]), t.reshape(-1, t.shape[-1]), **params)
        return flat.reshape(z.shape[:-1])

    def _reduced(self, losses: Tensor, batch: int, kept: Tensor) -> Tensor:
        if self.reduction == "none":
            return losses
        if self.reduction == "sum":
            return losses.sum()
        return losses.sum() / (batch if self.reduction == "batchmean" else kept.sum())


def _wide(x: Tensor) -> Tensor:
    """At least float32: the half types lose the tail of every logarithm."""
    return x.float() if not x.is_floating_point() or x.dtype in (torch.float16, torch.bfloat16) else x
