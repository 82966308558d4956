"""The bench's PyTorch peer: the nets and the training step of two recipes, timed step by step.

A step does what ours does. D: a batch of real digits and one of fakes (G in train mode, without
gradient), binary cross-entropy, Adam. G: a fresh batch of fakes through both nets, the
non-saturating loss, Adam; D's parameters get no gradient there.

- A time includes drawing z, by torch.randn; the real batch is fixed random data.
- Left out, as without effect: mlp's sigmoid (the loss takes logits), biases before a batch norm.
- Adam is fused: the fastest measured on the CPU, and on cuda by PyTorch's documentation.

Once warm (and compiled) it prints one JSON line, {"torch": version, "device": name, "threads": n}.
Then for each line N on stdin it runs N steps and prints a line, the JSON array of their times in
ms; it ends with stdin. It needs `pip install torch`, and a C++ compiler for --compile.
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


class Recipe(NamedTuple):
    generator: nn.Sequential
    discriminator: nn.Sequential
    latent: tuple[int, ...]  # shape of one z
    digit: tuple[int, ...]  # shape of one digit
    darkest: float  # its least value; the greatest is 1
    batch: int
    betas: tuple[float, float]  # Adam's
    loss_scale_d: float


def mlp() -> Recipe:
    dense, relu, leaky = nn.Linear, nn.ReLU(inplace=True), nn.LeakyReLU(0.2, inplace=True)
    generator = nn.Sequential(dense(64, 256), relu, dense(256, 256), relu, dense(256, 784), nn.Tanh())
    discriminator = nn.Sequential(dense(784, 256), leaky, dense(256, 256), leaky, dense(256, 1))
    return Recipe(generator, discriminator, (64,), (784,), -1.0, 100, (0.9, 0.999), 1.0)


def dcgan_64() -> Recipe:
    def up(size_in: int, size_out: int, kernel: int, stride: int) -> nn.Sequential:
        convolution = nn.ConvTranspose2d(size_in, size_out, kernel, stride, bias=False)
        return nn.Sequential(convolution, nn.BatchNorm2d(size_out), nn.ReLU(inplace=True))

    def down(size_in: int, size_out: int, kernel: int) -> nn.Sequential:
        convolution = nn.Conv2d(size_in, size_out, kernel, stride=2, bias=False)
        return nn.Sequential(convolution, nn.BatchNorm2d(size_out), nn.LeakyReLU(0.2, inplace=True))

    last = nn.Sequential(nn.ConvTranspose2d(64, 1, 4, stride=2), nn.ReLU(inplace=True))
    score = nn.Sequential(nn.Flatten(), nn.Linear(64, 1))
    # Upwards 3×3, 6×6, 13×13, 28×28; downwards 13×13, 5×5, 1×1.
    generator = nn.Sequential(up(64, 256, 3, 2), up(256, 128, 4, 1), up(128, 64, 3, 2), last)
    discriminator = nn.Sequential(down(1, 16, 3), down(16, 32, 5), down(32, 64, 5), score)
    for layer in [*generator.modules(), *discriminator.modules()]:
        if isinstance(layer, (nn.Conv2d, nn.ConvTranspose2d, nn.BatchNorm2d)):
            nn.init.normal_(layer.weight, std=0.02)
    nn.init.zeros_(last[0].bias)  # PyTorch's random one, if negative, leaves the last ReLU dead
    return Recipe(generator, discriminator, (64, 1, 1), (1, 28, 28), 0.0, 128, (0.5, 0.99), 0.5)


RECIPES = {"mlp": mlp, "dcgan-64": dcgan_64}


def make_step(recipe: Recipe, args: argparse.Namespace) -> Callable[[], None]:
    placed = {"device": args.device, "memory_format": torch.channels_last if args.channels_last else None}
    generator, discriminator = recipe.generator.to(**placed), recipe.discriminator.to(**placed)
    fused = args.device == "cuda" or torch.__version__ >= (2, 4)  # before 2.4 on cuda only
    options = {"betas": recipe.betas, "fused": fused, "foreach": not fused, "capturable": args.cuda_graphs}
    adam_g = torch.optim.Adam(generator.parameters(), lr=2e-4, **options)
    adam_d = torch.optim.Adam(discriminator.parameters(), lr=2e-4, **options)
    batch = args.batch or recipe.batch
    real = torch.empty(batch, *recipe.digit, device=args.device).uniform_(recipe.darkest, 1)
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
        adam_d.zero_grad(set_to_none=True)
        loss_d().backward()
        adam_d.step()
        discriminator.requires_grad_(False)
        adam_g.zero_grad(set_to_none=True)
        loss_g().backward()
        adam_g.step()
        discriminator.requires_grad_(True)

    return step


def main() -> None:
    parser = argparse.ArgumentParser(description="Time a GAN's training step in PyTorch.")
    parser.add_argument("--recipe", choices=RECIPES, required=True)
    parser.add_argument("--batch", type=int, help="real digits per step; default: the recipe's")
    parser.add_argument("--threads", type=int, default=torch.get_num_threads(), help="on the CPU")
    parser.add_argument("--device", choices=["cpu", "cuda"], default="cpu")
    parser.add_argument("--channels-last", action="store_true", help="images as NHWC in memory")
    parser.add_argument("--compile", action="store_true", help="torch.compile both losses")
    parser.add_argument("--cuda-graphs", action="store_true", help="replay the step as one CUDA graph")
    args = parser.parse_args()
    if args.cuda_graphs and args.device != "cuda":
        parser.error("--cuda-graphs needs --device cuda")
    if (cuda := args.device == "cuda") and not torch.cuda.is_available():
        parser.error("--device cuda: PyTorch finds no CUDA device here")
    torch.set_num_threads(args.threads)
    torch.backends.cudnn.benchmark = True  # pick convolution algorithms by trial
    if args.cuda_graphs:
        torch.cuda.set_stream(torch.cuda.Stream())  # what a graph records must warm up off the default one
    step = make_step(RECIPES[args.recipe](), args)
    for _ in range(3):
        step()
    if args.cuda_graphs:
        graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(graph):
            step()
        step = graph.replay

    def timed_step() -> float:
        start = time.perf_counter()
        step()
        if cuda:
            torch.cuda.synchronize()
        return round((time.perf_counter() - start) * 1e3, 4)

    device = torch.cuda.get_device_name() if cuda else "cpu"
    hello = {"torch": torch.__version__, "device": device, "threads": torch.get_num_threads()}
    print(json.dumps(hello), flush=True)
    for line in sys.stdin:
        print(json.dumps([timed_step() for _ in range(int(line))]), flush=True)


if __name__ == "__main__":
    main()
