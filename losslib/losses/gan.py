"""The two sides of a generative adversarial game, each as the loss it minimises. ``D`` is the discriminator's raw output."""

from __future__ import annotations

from torch import Tensor

from losslib.kinds import DISCRIMINATOR, DISCRIMINATOR_LOGIT, GENERATOR, GENERATOR_LOGIT
from losslib.spec import Limit, Loss, Opening, Param
from losslib.stable import softplus
from losslib.traits import CONVEX, LIPSCHITZ, NONNEGATIVE

GOODFELLOW = "Goodfellow et al. 2014, Generative Adversarial Nets, arXiv:1406.2661"
MAO = "Mao et al. 2017, Least Squares Generative Adversarial Networks, arXiv:1611.04076"


def gan_discriminator(real: Tensor, fake: Tensor) -> Tensor:
    """The discriminator's side of the minimax game: cross-entropy of telling real from fake.

    At its best it costs 2 ln 2 - 2 JS of the two distributions, so what it can still gain measures how far apart they are.

    Args:
        real: logits for real examples ``[...]``.
        fake: logits for fakes ``[...]``.

    Returns:
        One loss per pair, in nats.
    """
    return softplus(-real) + softplus(fake)


GAN_DISCRIMINATOR = Loss(
    gan_discriminator,
    "GAN, discriminator",
    DISCRIMINATOR_LOGIT,
    r"-\ln \sigma(D(x)) - \ln\left(1 - \sigma(D(G))\right)",
    traits=frozenset({CONVEX, NONNEGATIVE, LIPSCHITZ}),
    conventions=("natural log", "on the logit", "minus the game's value: at best 2 ln 2 − 2 JS", "sum of both sides"),
    refs=(GOODFELLOW,),
    used_in="the original GAN, DCGAN, pix2pix",
    also=("minimax GAN", "adversarial loss", "vanilla GAN", "GAN损失", "对抗损失", "判别器损失", "极小极大"),
    documents=("001",),
)


def gan_generator_saturating(fake: Tensor) -> Tensor:
    """The generator's side of the minimax game: it lowers the chance that its fake is found out.

    Its gradient is ``-sigmoid(fake)``: it vanishes just where the fake is easily found out, and the generator needs it most.

    Args:
        fake: logits for fakes ``[...]``.

    Returns:
        One loss per fake, in nats; never positive.
    """
    return -softplus(fake)


GAN_GENERATOR_SATURATING = Loss(
    gan_generator_saturating,
    "GAN, saturating generator",
    GENERATOR_LOGIT,
    r"\ln\left(1 - \sigma(D(G))\right)",
    traits=frozenset({LIPSCHITZ}),
    conventions=("natural log", "on the logit", "the loss that is minimised"),
    refs=(GOODFELLOW,),
    used_in="the theory of the original GAN",
    also=("minimax generator", "saturating GAN", "饱和生成器损失", "生成器损失", "GAN损失"),
    documents=("001",),
)


def gan_generator(fake: Tensor) -> Tensor:
    """The generator's practical side: it raises the chance that its fake is taken for real.

    Its gradient is ``sigmoid(fake) - 1``: strongest where the fake is found out, which the minimax form leaves in silence.

    Args:
        fake: logits for fakes ``[...]``.

    Returns:
        One loss per fake, in nats.
    """
    return softplus(-fake)


GAN_GENERATOR = Loss(
    gan_generator,
    "GAN, generator",
    GENERATOR_LOGIT,
    r"-\ln \sigma(D(G))",
    traits=frozenset({CONVEX, NONNEGATIVE, LIPSCHITZ}),
    limits=(Limit("bce_with_logits", slices=("logit", "probability"), words="BCE with the label real"),),
    conventions=("natural log", "on the logit", "non-saturating"),
    refs=(GOODFELLOW,),
    used_in="most GANs that keep the original discriminator",
    also=("non-saturating GAN", "adversarial loss", "非饱和生成器损失", "生成器损失", "GAN损失"),
    documents=("001",),
)


def lsgan_discriminator(real: Tensor, fake: Tensor, *, a: float = 0.0, b: float = 1.0) -> Tensor:
    """Squared errors instead of cross-entropy: outputs are drawn to a label, and not pushed past it.

    Its gradient grows with the distance from the label, on both sides: it does not saturate.

    Args:
        real: raw outputs for real examples ``[...]``.
        fake: raw outputs for fakes ``[...]``.
        a: label of the fakes.
        b: label of the real ones.

    Returns:
        One loss per pair, in squared units of the output.
    """
    off_b, off_a = real - b, fake - a
    return 0.5 * off_b * off_b + 0.5 * off_a * off_a


LSGAN_DISCRIMINATOR = Loss(
    lsgan_discriminator,
    "LSGAN, discriminator",
    DISCRIMINATOR,
    r"\tfrac12 (D(x) - @b)^2 + \tfrac12 (D(G) - @a)^2",
    params=(
        Param("a", -2.0, 2.0, "label of the fakes", "a", step=0.1),
        Param("b", -2.0, 2.0, "label of the real ones", "b", step=0.1),
    ),
    traits=frozenset({CONVEX, NONNEGATIVE}),
    conventions=("with the half", "no sigmoid"),
    refs=(MAO,),
    used_in="CycleGAN, the half in its code but not in its paper",
    also=("least squares GAN", "最小二乘GAN", "最小二乘判别器损失", "LSGAN损失"),
    documents=("001",),
    opening=Opening(slice="real", lo=-2.0, hi=3.0),
)


def lsgan_generator(fake: Tensor, *, c: float = 1.0) -> Tensor:
    """The generator's squared error: a fake taken for real, but far from the label, is still drawn back.

    Its gradient does not vanish for a fake that is found out, and turns around for one that is too good.

    Args:
        fake: raw outputs for fakes ``[...]``.
        c: the label that the generator wishes for.

    Returns:
        One loss per fake, in squared units of the output.
    """
    off = fake - c
    return 0.5 * off * off


LSGAN_GENERATOR = Loss(
    lsgan_generator,
    "LSGAN, generator",
    GENERATOR,
    r"\tfrac12 (D(G) - @c)^2",
    params=(Param("c", -2.0, 2.0, "the label wished for", "c", step=0.1),),
    traits=frozenset({CONVEX, NONNEGATIVE}),
    conventions=("with the half", "no sigmoid"),
    refs=(MAO,),
    used_in="CycleGAN, without the half",
    also=("least squares GAN", "最小二乘GAN", "最小二乘生成器损失", "LSGAN损失"),
    documents=("001",),
    opening=Opening(slice="logit", lo=-2.0, hi=3.0),
)
