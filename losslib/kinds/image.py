"""One example is a picture of 24 x 24 pixels, or a spoilt picture and the clean one: a disc with a darker bar across it."""

from __future__ import annotations

import torch
from torch import Tensor

from losslib.kinds.coordinates import uniform
from losslib.spec import Axis, Kind, Param, Slice
from losslib.stable import sqrt

PIXELS = 24
NOISE = Axis("noise", "a", "amount of noise", 0.0, 0.5, (0.0, 1e4))
BLUR = Axis("blur", r"\sigma", "blur σ, in pixels", 0.1, 4.0, (0.1, 20.0))
IMAGE_SHIFT = Axis("shift", r"\Delta x", "shift Δx, in pixels", -8.0, 8.0, (-24.0, 24.0))
NOISE_SETTING = Param("noise", 0.0, 0.5, "amount of noise", "a", step=0.01)


def _scene(dx: Tensor) -> Tensor:
    """The clean picture ``[n, H, W]``, moved ``dx`` pixels to the right; grey values between 0.2 and 0.8."""
    pixel = torch.arange(PIXELS, device=dx.device, dtype=dx.dtype) - (PIXELS - 1) / 2
    x, y = pixel - dx[:, None, None], pixel[:, None]
    disc = torch.sigmoid(2 * (7 - sqrt(x.square() + y.square())))
    bar = torch.sigmoid(2 * (x + 2)) * torch.sigmoid(2 * (2 - x))
    return 0.2 + 0.6 * disc * (1 - 0.6 * bar)


def _clean(like: Tensor) -> Tensor:
    """The clean picture, the same for each coordinate."""
    return _scene(torch.zeros_like(like[:1])).expand(len(like), -1, -1)


def _grain(like: Tensor) -> Tensor:
    """Noise ``[H, W]`` in [-1, 1] that is the same on every device: whole numbers squared and wrapped, three times."""
    k = torch.arange(1, PIXELS**2 + 1, device=like.device)
    for _ in range(3):
        k = (k * k + 12345) % 2147483647
    return ((k % 2048).to(like.dtype) / 1023.5 - 1).reshape(PIXELS, PIXELS)


def _blurred(x: Tensor, sigma: Tensor) -> Tensor:
    """Gaussian blur by one matrix on the left and on the right, its rows weights that add up to one."""
    pixel = torch.arange(PIXELS, device=x.device, dtype=x.dtype)
    apart = (pixel - pixel[:, None]).square()
    weight = (-apart / (2 * sigma.square())[:, None, None]).softmax(-1)
    return weight @ x @ weight.mT


def _noisy_image(noise: Tensor) -> tuple[Tensor, ...]:
    return (_clean(noise) + noise[:, None, None] * _grain(noise),)


def _noisy_blurred_image(noise: Tensor, blur: Tensor) -> tuple[Tensor, ...]:
    return (_blurred(_noisy_image(noise)[0], blur),)


def _blurred_image(blur: Tensor, *, noise: float = 0.1) -> tuple[Tensor, ...]:
    return _noisy_blurred_image(torch.full_like(blur, noise), blur)


def _shifted_image(dx: Tensor, *, noise: float = 0.0) -> tuple[Tensor, ...]:
    return (_scene(dx) + noise * _grain(dx),)


IMAGE = Kind(
    key="image",
    name="Images",
    inputs=("x",),
    shapes=(("H", "W"),),
    slices=(
        Slice("noise", "noise", _noisy_image, (NOISE,)),
        Slice("blur", "blur", _blurred_image, (BLUR,), (NOISE_SETTING,)),
        Slice("shift", "shift", _shifted_image, (IMAGE_SHIFT,), (NOISE_SETTING,)),
        Slice("plane", "noise × blur", _noisy_blurred_image, (NOISE, BLUR)),
    ),
    draw=lambda n, generator: (uniform(generator, n, 12, 12),),
    size=PIXELS**2,
)


def _noisy_pair(noise: Tensor) -> tuple[Tensor, ...]:
    return *_noisy_image(noise), _clean(noise)


def _blurred_pair(blur: Tensor, *, noise: float = 0.0) -> tuple[Tensor, ...]:
    return *_blurred_image(blur, noise=noise), _clean(blur)


def _shifted_pair(dx: Tensor, *, noise: float = 0.0) -> tuple[Tensor, ...]:
    return *_shifted_image(dx, noise=noise), _clean(dx)


def _noisy_blurred_pair(noise: Tensor, blur: Tensor) -> tuple[Tensor, ...]:
    return *_noisy_blurred_image(noise, blur), _clean(noise)


IMAGE_PAIR = Kind(
    key="image pair",
    name="Pairs of images",
    inputs=("x", "y"),
    shapes=(("H", "W"), ("H", "W")),
    slices=(
        Slice("noise", "noise", _noisy_pair, (NOISE,)),
        Slice("blur", "blur", _blurred_pair, (BLUR,), (NOISE_SETTING,)),
        Slice("shift", "shift", _shifted_pair, (IMAGE_SHIFT,), (NOISE_SETTING,)),
        Slice("plane", "noise × blur", _noisy_blurred_pair, (NOISE, BLUR)),
    ),
    draw=lambda n, generator: (uniform(generator, n, 12, 12), uniform(generator, n, 12, 12)),
    size=2 * PIXELS**2,
)
