"""The bench's PyTorch peer: the nets and the training step of two recipes, timed step by step.

A step does what ours does. D: a batch of real digits and a batch of fakes (G in train mode, no
gradient), binary cross-entropy on the logits, Adam. G: a fresh batch of fakes through both nets,
the non-saturating loss, Adam; D's parameters get no gradient there.

- `mlp`'s sigmoid is folded into its loss (binary cross-entropy with logits): equal, and faster.
- z is drawn inside the step, by torch.randn, so a timing includes it. The real batch is fixed
  random data: no timing includes reading or augmenting digits.
- Convolutions before a batch norm have no bias (the norm would cancel it).
- Adam is the fused one, the fastest on both devices, where this version of PyTorch has it for
  the device; else the foreach one.
- On cuda, cuDNN picks its algorithms by timing them, and TF32 is used only with --tf32.

Prints one JSON line, {"torch": version, "device": name, "threads": n}, once it has warmed up
(with --compile: compiled). Then, for each line N on stdin, runs N steps and prints one line, a
JSON array of N times in ms. Ends with stdin. Needs only `pip install torch`.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import nn
from torch.nn.functional import binary_cross_entropy_with_logits as bce

WARM_UP_STEPS = 3


class Recipe(NamedTuple):
    generator: nn.Module
    discriminator: nn.Module
    latent: tuple[int, ...]  # shape of one z
    image: tuple[int, ...]  # shape of one digit
    low: float  # the darkest value of a digit; the lightest is 1
    batch: int
    betas: tuple[float, float]  # Adam's
    loss_scale_d: float


def mlp() -> Recipe:
    generator = nn.Sequential(
        *(nn.Linear(64, 256), nn.ReLU(inplace=True)),
        *(nn.Linear(256, 256), nn.ReLU(inplace=True)),
        *(nn.Linear(256, 784), nn.Tanh()),
    )
    discriminator = nn.Sequential(
        *(nn.Linear(784, 256), nn.LeakyReLU(0.2, inplace=True)),
        *(nn.Linear(256, 256), nn.LeakyReLU(0.2, inplace=True)),
        nn.Linear(256, 1),
    )
    return Recipe(generator, discriminator, (64,), (784,), -1.0, 100, (0.9, 0.999), 1.0)


def dcgan_64() -> Recipe:
    def up(channels_in: int, channels_out: int, kernel: int, stride: int) -> nn.Sequential:
        convolution = nn.ConvTranspose2d(channels_in, channels_out, kernel, stride, bias=False)
        return nn.Sequential(convolution, nn.BatchNorm2d(channels_out), nn.ReLU(inplace=True))

    def down(channels_in: int, channels_out: int, kernel: int) -> nn.Sequential:
        convolution = nn.Conv2d(channels_in, channels_out, kernel, stride=2, bias=False)
        return nn.Sequential(convolution, nn.BatchNorm2d(channels_out), nn.LeakyReLU(0.2, inplace=True))

    def initialise(layer: nn.Module) -> None:
        if isinstance(layer, (nn.Conv2d, nn.ConvTranspose2d, nn.BatchNorm2d)):
            nn.init.normal_(layer.weight, std=0.02)

    generator = nn.Sequential(
        up(64, 256, kernel=3, stride=2),  # [batch, 256, 3, 3]
        up(256, 128, kernel=4, stride=1),  # [batch, 128, 6, 6]
        up(128, 64, kernel=3, stride=2),  # [batch, 64, 13, 13]
        nn.ConvTranspose2d(64, 1, 4, stride=2),  # [batch, 1, 28, 28]
        nn.ReLU(inplace=True),
    ).apply(initialise)
    discriminator = nn.Sequential(
        down(1, 16, kernel=3),  # [batch, 16, 13, 13]
        down(16, 32, kernel=5),  # [batch, 32, 5, 5]
        down(32, 64, kernel=5),  # [batch, 64, 1, 1]
        nn.Flatten(),
        nn.Linear(64, 1),
    ).apply(initialise)
    return Recipe(generator, discriminator, (64, 1, 1), (1, 28, 28), 0.0, 128, (0.5, 0.99), 0.5)


RECIPES = {"mlp": mlp, "dcgan-64": dcgan_64}


def adam(net: nn.Module, betas: tuple[float, float], capturable: bool) -> torch.optim.Adam:
    options = {"lr": 2e-4, "betas": betas, "capturable": capturable}
    try:
        return torch.optim.Adam(net.parameters(), fused=True, **options)
    except (RuntimeError, TypeError):  # before 2.4 only for cuda
        return torch.optim.Adam(net.parameters(), foreach=True, **options)


def make_step(recipe: Recipe, args: argparse.Namespace) -> Callable[[], None]:
    layout = torch.channels_last if args.channels_last else torch.contiguous_format
    generator = recipe.generator.to(args.device, memory_format=layout)
    discriminator = recipe.discriminator.to(args.device, memory_format=layout)
    optimiser_g = adam(generator, recipe.betas, capturable=args.cuda_graphs)
    optimiser_d = adam(discriminator, recipe.betas, capturable=args.cuda_graphs)
    batch = args.batch or recipe.batch
    real = torch.empty(batch, *recipe.image, device=args.device).uniform_(recipe.low, 1)
    if real.dim() == 4:
        real = real.to(memory_format=layout)
    ones, zeros = torch.ones(batch, 1, device=args.device), torch.zeros(batch, 1, device=args.device)

    def fakes() -> torch.Tensor:
        return generator(torch.randn(batch, *recipe.latent, device=args.device))

    def loss_d() -> torch.Tensor:
        with torch.no_grad():
            fake = fakes()
        return recipe.loss_scale_d * (bce(discriminator(real), ones) + bce(discriminator(fake), zeros))

    def loss_g() -> torch.Tensor:
        return bce(discriminator(fakes()), ones)

    if args.compile:
        loss_d, loss_g = torch.compile(loss_d), torch.compile(loss_g)

    def step() -> None:
        optimiser_d.zero_grad(set_to_none=True)
        loss_d().backward()
        optimiser_d.step()
        discriminator.requires_grad_(False)
        optimiser_g.zero_grad(set_to_none=True)
        loss_g().backward()
        optimiser_g.step()
        discriminator.requires_grad_(True)

    return step


def captured(step: Callable[[], None]) -> Callable[[], None]:
    """Records the step as one CUDA graph, warmed up off the main stream as PyTorch asks, to replay."""
    stream = torch.cuda.Stream()
    stream.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(stream):
        for _ in range(WARM_UP_STEPS):
            step()
    torch.cuda.current_stream().wait_stream(stream)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        step()
    return graph.replay


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--recipe", choices=RECIPES, required=True)
    parser.add_argument("--batch", type=int, help="default: the recipe's")
    parser.add_argument("--threads", type=int, help="CPU threads; default: PyTorch's choice")
    parser.add_argument("--device", choices=["cpu", "cuda"], default="cpu")
    parser.add_argument("--channels-last", action="store_true", help="NHWC in memory")
    parser.add_argument("--compile", action="store_true", help="torch.compile both losses")
    parser.add_argument("--cuda-graphs", action="store_true", help="replay the step as one CUDA graph")
    parser.add_argument("--tf32", action="store_true", help="let cuda round the factors of a product to TF32")
    args = parser.parse_args()
    cuda = args.device == "cuda"
    if cuda and not torch.cuda.is_available():
        parser.error("--device cuda, but PyTorch finds no CUDA device here: use --device cpu")
    if args.cuda_graphs and not cuda:
        parser.error("--cuda-graphs needs --device cuda")

    if args.threads:
        torch.set_num_threads(args.threads)
    torch.backends.cudnn.benchmark = True
    torch.backends.cudnn.allow_tf32 = torch.backends.cuda.matmul.allow_tf32 = args.tf32
    step = make_step(RECIPES[args.recipe](), args)
    if args.cuda_graphs:
        step = captured(step)
    synchronise = torch.cuda.synchronize if cuda else (lambda: None)

    def timed() -> float:
        start = time.perf_counter()
        step()
        synchronise()
        return round((time.perf_counter() - start) * 1e3, 4)

    for _ in range(WARM_UP_STEPS):
        timed()
    device = torch.cuda.get_device_name() if cuda else "cpu"
    print(json.dumps({"torch": torch.__version__, "device": device, "threads": torch.get_num_threads()}), flush=True)
    for line in sys.stdin:
        print(json.dumps([timed() for _ in range(int(line))]), flush=True)


if __name__ == "__main__":
    main()
