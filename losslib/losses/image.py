"""Losses of pictures: how rough one is, and how unlike two look."""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn.functional import conv2d

from losslib.kinds import IMAGE, IMAGE_PAIR
from losslib.spec import Loss, Opening
from losslib.traits import CONVEX, LIPSCHITZ, NONNEGATIVE, PIECEWISE

DIRECTIONS = 8


def total_variation(x: Tensor) -> Tensor:
    """The sum of all steps between neighbouring pixels: noise is dear, and a plain edge is cheap.

    Its gradient counts, for each pixel, the neighbours above it less those below, so a single stray pixel is pulled back
    and a straight edge stays.

    Args:
        x: images ``[..., H, W]``.

    Returns:
        One loss per image, ``[...]``, in the units of the grey values.
    """
    return x.diff(dim=-1).abs().sum((-2, -1)) + x.diff(dim=-2).abs().sum((-2, -1))


TOTAL_VARIATION = Loss(
    total_variation,
    "Total variation",
    IMAGE,
    r"\sum |x_{i+1,j} - x_{i,j}| + \sum |x_{i,j+1} - x_{i,j}|",
    traits=frozenset({CONVEX, NONNEGATIVE, LIPSCHITZ, PIECEWISE}),
    conventions=("anisotropic", "sum, not mean", "subgradient 0 at 0"),
    refs=("Rudin et al. 1992, Nonlinear Total Variation Based Noise Removal, doi:10.1016/0167-2789(92)90242-F",),
    used_in="denoising (Rudin et al. 1992); a regulariser of generated pictures, in style transfer for one",
    also=("TV loss", "smoothness loss", "全变分", "全变分损失", "总变差损失", "TV损失"),
    documents=("001",),
)


def _oriented_bank(like: Tensor) -> Tensor:
    """Filters ``[8, 1, 5, 5]``: the slope of a bell of one pixel in each of eight directions, 1 on a ramp of slope 1."""
    pixel = torch.arange(-2, 3, device=like.device, dtype=like.dtype)
    x, y = pixel.expand(5, 5), pixel[:, None].expand(5, 5)
    angle = torch.arange(DIRECTIONS, device=like.device, dtype=like.dtype)[:, None, None] * (2 * math.pi / DIRECTIONS)
    bell = torch.exp(-(x.square() + y.square()) / 2)
    slope = (angle.cos() * x + angle.sin() * y) * bell
    return (slope / (x.square() * bell).sum()).unsqueeze(1)


def _strokes(x: Tensor) -> Tensor:
    """Features ``[N, 8, h, w]`` of images ``[..., H, W]``: how steeply the grey value rises in each direction, at every
    second pixel. The falling side is cut off: it is another direction's rise.
    """
    return conv2d(x.reshape(-1, 1, *x.shape[-2:]), _oriented_bank(x), stride=2).relu()


def perceptual(x: Tensor, y: Tensor) -> Tensor:
    """The squared distance between what a bank of oriented filters sees in two pictures, not between their pixels.

    An even change of brightness costs nothing; a lost edge does. Its gradient reaches a pixel through every filter that
    sees it. ``perceptual_with`` takes a trained network in place of the bank.

    Args:
        x: images ``[..., H, W]``, at least 5 x 5.
        y: images ``[..., H, W]`` to look like.

    Returns:
        One loss per image, ``[...]``, in squared units of the grey values.
    """
    unlike = _strokes(x) - _strokes(y)
    return (unlike * unlike).mean((-3, -2, -1)).reshape(x.shape[:-2])


PERCEPTUAL = Loss(
    perceptual,
    "Perceptual",
    IMAGE_PAIR,
    r"\frac{1}{CHW} \left\| \phi(x) - \phi(y) \right\|_2^2",
    traits=frozenset({NONNEGATIVE, PIECEWISE}),
    unknown=frozenset({CONVEX}),
    conventions=("mean over the features", "φ: eight oriented filters, nothing learned"),
    refs=("Johnson et al. 2016, Perceptual Losses for Real-Time Style Transfer, arXiv:1603.08155",),
    used_in="super-resolution and style transfer, with the features of a VGG",
    also=("feature loss", "content loss", "VGG loss", "感知损失", "内容损失"),
    documents=("001",),
    opening=Opening(slice="shift"),
)


def perceptual_with(extractor: Callable[[Tensor], Tensor]) -> Callable[[Tensor, Tensor], Tensor]:
    """The perceptual loss of any network's features: pictures are alike if the network sees the same in both.

    For the features of a VGG from torchvision, after its second block, of colour images normalised as it was trained::

        vgg = torchvision.models.vgg16(weights="DEFAULT").features[:9].eval().requires_grad_(False)
        loss = losslib.perceptual_with(vgg)
        loss(predicted, wanted).mean().backward()  # [n, 3, H, W] each

    Args:
        extractor: an ``nn.Module`` or function from images ``[n, *image]`` to features ``[n, *features]``.

    Returns:
        A function of two batches of images ``[n, *image]`` that gives one loss per image, ``[n]``.
    """

    def distance(x: Tensor, y: Tensor) -> Tensor:
        return (extractor(x) - extractor(y)).square().flatten(1).mean(1)

    return distance
