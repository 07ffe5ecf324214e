"""Any loss as an ``nn.Module``: reductions, weights and ignored labels, once for all of them."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn.functional import one_hot

from losslib.catalogue import get
from losslib.spec import Loss, written
from losslib.stable import bounded_slope

__all__ = ["Criterion"]

REDUCTIONS = ("mean", "sum", "none", "batchmean")


class Criterion(nn.Module):
    r"""A loss of the catalogue for training code, in torch's layouts.

    Losses of single numbers take inputs of any one shape. Losses of classes take ``[N, K, *]`` with class labels
    ``[N, *]`` (integers of any width, or bool) or class probabilities ``[N, K, *]``. All others take ``[*, *example]``, the
    same leading shape for every input. Nothing is broadcast but the weights.

    Args:
        loss: a key of the catalogue, or its ``Loss``.
        reduction: ``"mean"`` divides by the kept examples (with ``class_weight`` and labels, by the sum of the kept
            weights, as torch does); ``"batchmean"`` by the first dimension; ``"sum"``; ``"none"``.
        sample_weight: one factor per example, a tensor or numbers: of the losses' leading shape, else broadcast to them as
            torch's weights are; ``"mean"`` still divides by their number.
        class_weight: ``[K]``, a tensor or numbers, one factor per class.
        ignore_index: the class label that does not count. If all are ignored the mean is nan, as in torch.
        **params: the loss's own parameters, checked against their ranges.

    Raises:
        ValueError: an unknown reduction or parameter, a value out of range, or an option that this loss cannot have; when
            it is called, inputs that are no tensors, shapes of inputs or weights that do not fit, and labels that are no
            class. Labels are looked through where torch itself does, on the CPU: elsewhere, and compiled, a wrong one
            fails as it does in torch.

    Under autocast it computes in at least float32.
    """

    sample_weight: Tensor | None
    class_weight: Tensor | None

    def __init__(
        self,
        loss: str | Loss,
        reduction: str = "mean",
        sample_weight: Tensor | Sequence[float] | float | None = None,
        class_weight: Tensor | Sequence[float] | None = None,
        ignore_index: int | None = None,
        **params: float,
    ):
        super().__init__()
        if not isinstance(loss, str | Loss):
            raise ValueError(f"the loss must be a key of the catalogue or its Loss, got {written(loss)}")
        self.loss = get(loss) if isinstance(loss, str) else loss
        if reduction not in REDUCTIONS:
            raise ValueError(f"reduction must be one of {', '.join(REDUCTIONS)}, got {reduction!r}")
        if not self.loss.kind.labelled and (ignore_index is not None or class_weight is not None):
            option = "ignore_index" if ignore_index is not None else "class_weight"
            raise ValueError(f"{option} is for losses of class labels; {self.loss.key} has none")
        self.reduction = reduction
        self.ignore_index = ignore_index
        self.params = {**self.loss.defaults, **self._checked(params)}
        self.register_buffer("sample_weight", _factors("sample_weight", sample_weight))
        self.register_buffer("class_weight", _factors("class_weight", class_weight))
        if self.class_weight is not None and self.class_weight.dim() != 1:
            raise ValueError(f"class_weight must be [K], one factor per class, got {written(class_weight)}")

    def _checked(self, params: dict[str, float]) -> dict[str, float]:
        known = {p.name: p for p in self.loss.params}
        for name in params:
            if name not in known:
                raise ValueError(f"{self.loss.key} has no parameter {name}; it has {', '.join(known) or 'none'}")
        return {name: known[name].check(value) for name, value in params.items()}

    def extra_repr(self) -> str:
        numbers = "".join(f", {name}={written(value)}" for name, value in self.params.items())
        return f"{self.loss.key}{numbers}, reduction={self.reduction}"

    def forward(self, *inputs: Tensor) -> Tensor:
        """The reduced loss, or one loss per example with ``reduction="none"``."""
        if len(inputs) != len(self.loss.kind.inputs):
            raise ValueError(f"{self.loss.key} takes {', '.join(self.loss.kind.inputs)}; got {len(inputs)} inputs")
        for name, x in zip(self.loss.kind.inputs, inputs, strict=True):
            if not isinstance(x, Tensor):
                raise ValueError(f"{name} must be a tensor, got {written(x)}")
        with torch.autocast(inputs[0].device.type, enabled=False):
            return self._classes(*inputs) if self.loss.kind.labelled else self._plain(*inputs)

    def _plain(self, *inputs: Tensor) -> Tensor:
        self._check_shapes(*inputs)
        losses = self.loss.fn(*map(_wide, inputs), **self.params)
        return self._reduced(losses, torch.ones_like(losses))

    def _check_shapes(self, *inputs: Tensor) -> None:
        """Every input is ``[*, *example]``, with one leading shape and one length for each letter of the example."""
        kind = self.loss.kind
        leading = inputs[0].shape[: inputs[0].dim() - len(kind.shapes[0])]
        lengths: dict[str, int] = {}
        for name, letters, x in zip(kind.inputs, kind.shapes, inputs, strict=True):
            for letter, n in zip(letters, x.shape[len(leading) :], strict=False):
                lengths.setdefault(letter, int(letter) if letter.isdigit() else n)
            if list(x.shape) != [*leading, *(lengths.get(letter) for letter in letters)]:
                raise ValueError(self._wanted_shapes(name, x, inputs[0]))

    def _wanted_shapes(self, name: str, x: Tensor, first: Tensor) -> str:
        kind = self.loss.kind
        wanted = (f"{n} [{', '.join(('*', *letters))}]" for n, letters in zip(kind.inputs, kind.shapes, strict=True))
        beside = "" if x is first else f" beside {kind.inputs[0]} of shape {list(first.shape)}"
        return (
            f"{self.loss.key} takes {' and '.join(wanted)}, not broadcast, got {name} of shape {list(x.shape)}{beside}"
        )

    def _classes(self, z: Tensor, target: Tensor) -> Tensor:
        if z.dim() < 2 or target.shape not in (z.shape, z.shape[:1] + z.shape[2:]):
            raise ValueError(
                f"{self.loss.key} takes z [N, K, *] and labels [N, *] or class probabilities [N, K, *], "
                f"got t of shape {list(target.shape)} beside z of shape {list(z.shape)}"
            )
        soft = target.dim() == z.dim()
        if target.is_floating_point() != soft:
            raise ValueError(
                f"t must be {'class probabilities (floats) in [N, K, *]' if soft else 'labels (integers) in [N, *]'}, "
                f"got {target.dtype} of shape {list(target.shape)}"
            )
        z = _wide(z).movedim(1, -1)
        if self.class_weight is not None and len(self.class_weight) != z.shape[-1]:
            raise ValueError(
                f"class_weight must hold one factor per class, {z.shape[-1]}, got {len(self.class_weight)}"
            )
        if not soft:
            return self._reduced(*self._hard(z, target.long(), z.shape[-1]))
        if self.ignore_index is not None:
            raise ValueError("ignore_index is for class labels; the target holds class probabilities")
        losses = self._soft(z, _wide(target).movedim(1, -1))
        return self._reduced(losses, torch.ones_like(losses))

    def _check_labels(self, labels: Tensor, classes: int) -> None:
        if labels.device.type != "cpu" or torch.compiler.is_compiling():
            return
        wrong = labels[(labels < 0) | (labels >= classes)]
        if len(wrong):
            ignored = "" if self.ignore_index is None else f" or the ignored {self.ignore_index}"
            raise ValueError(f"labels must be between 0 and {classes - 1}{ignored}, got {int(wrong[0])}")

    def _hard(self, z: Tensor, target: Tensor, classes: int) -> tuple[Tensor, Tensor]:
        """The losses of labels, and the weight of each in a mean: 0 where ignored."""
        ignored = (
            torch.zeros_like(target, dtype=torch.bool) if self.ignore_index is None else target == self.ignore_index
        )
        labels = target.masked_fill(ignored, 0)
        self._check_labels(labels, classes)
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

    def _reduced(self, losses: Tensor, kept: Tensor) -> Tensor:
        if self.sample_weight is not None:
            losses = losses * _spread(self.sample_weight, losses)
        if self.reduction == "none":
            return losses
        if self.reduction == "sum":
            return losses.sum()
        if self.reduction == "batchmean":
            return losses.sum() / (len(losses) if losses.dim() else 1)
        return losses.sum() / kept.sum()


def _factors(name: str, given: Tensor | Sequence[float] | float | None) -> Tensor | None:
    """Weights as a tensor of floats."""
    if given is None:
        return None
    try:
        factors = torch.as_tensor(given)
    except (TypeError, ValueError, RuntimeError):
        raise ValueError(f"{name} must be a tensor or numbers, got {written(given)}") from None
    return factors if factors.is_floating_point() else factors.to(torch.get_default_dtype())


def _spread(weight: Tensor, losses: Tensor) -> Tensor:
    """The weight of each loss: ``[N]`` is one for each of N examples, whatever follows; else it is broadcast as torch does."""
    if weight.shape == losses.shape[: weight.dim()]:
        weight = weight.reshape((*weight.shape, *[1] * (losses.dim() - weight.dim())))
    try:
        return weight.expand_as(losses)
    except RuntimeError:
        raise ValueError(
            f"sample_weight must broadcast to the losses {list(losses.shape)}, got shape {list(weight.shape)}"
        ) from None


def _wide(x: Tensor) -> Tensor:
    """At least float32: the half types lose the tail of every logarithm. A slope that is too large for the input's own type goes
    back as the largest number it has: behind a sigmoid that has rounded to 1 it meets a 0, and inf times 0 is nan."""
    if not x.is_floating_point():
        return x.float()
    most = torch.finfo(x.dtype).max
    return bounded_slope(x.float() if x.dtype in (torch.float16, torch.bfloat16) else x, most)
