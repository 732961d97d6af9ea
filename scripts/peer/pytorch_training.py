#!/usr/bin/env python3
"""For comparison with the simulator: one plain deep linear network trained in ordinary PyTorch.

    pytorch_training.py WIDTH INPUT_DIMENSION SAMPLES HIDDEN_LAYERS STEPS LEARNING_RATE NOISE SEED THREADS

Isotropic data, the same SAMPLES at every step, muP of richness 1, plain SGD; LEARNING_RATE is dmft's
`training.learningRate`. Float64, autograd on half the mean square, torch.optim.SGD. It does no needless
work: the multipliers of the forward pass are inside the weights (smaller by a factor m, they learn alike at a rate
smaller by m^2), no loss is read while it trains, and there is no test loss. Prints one line of JSON: seconds of
the set-up (drawing data and weights; loading torch is not counted) and of the training loop, CPU seconds of the
loop over all threads, and the train loss (mean square) before the first step and after the last.
"""
import argparse
import json
import math
import time

import torch


def arguments():
    parser = argparse.ArgumentParser(description="Trains one deep linear network in PyTorch and times it.")
    for name in ("width", "input_dimension", "samples", "hidden_layers", "steps"):
        parser.add_argument(name, type=int)
    for name in ("learning_rate", "noise"):
        parser.add_argument(name, type=float)
    for name in ("seed", "threads"):
        parser.add_argument(name, type=int)
    return parser.parse_args()


def build(width, dimension, hidden_layers, rate):
    """The network without biases, and its optimiser with one group for each layer."""
    sizes = [dimension] + [width] * hidden_layers + [1]
    multipliers = [dimension**-0.5] + [width**-0.5] * (hidden_layers - 1) + [dimension**0.5 / width]
    layers = [torch.nn.Linear(*size, bias=False, dtype=torch.float64) for size in zip(sizes, sizes[1:])]
    for layer, multiplier in zip(layers, multipliers):
        torch.nn.init.normal_(layer.weight, std=multiplier)
    groups = [{"params": layer.parameters(), "lr": rate * width * multiplier**2}
              for layer, multiplier in zip(layers, multipliers)]
    return torch.nn.Sequential(*layers), torch.optim.SGD(groups, lr=0.0)


def generate(samples, dimension, noise):
    """Gaussian inputs, and a target that each of them enters with the same strength."""
    inputs = torch.randn(samples, dimension, dtype=torch.float64)
    target = (2.0 * torch.randint(2, (dimension, 1)) - 1).double() / math.sqrt(dimension)
    return inputs, inputs @ target + noise * torch.randn(samples, 1, dtype=torch.float64)


def train(network, optimizer, inputs, targets, steps):
    """The loop that is timed; the mean square before the first step, still a tensor."""
    mean_square, first = torch.nn.MSELoss(), None
    for _ in range(steps):
        loss = mean_square(network(inputs), targets)
        first = loss.detach() if first is None else first
        optimizer.zero_grad()
        (0.5 * loss).backward()
        optimizer.step()
    return first


def main():
    options = arguments()
    torch.set_num_threads(options.threads)
    train(*build(2, 2, 2, 0.1), *generate(2, 2, 0.1), 1)  # torch loads parts of itself when first used
    torch.manual_seed(options.seed)
    start = time.perf_counter()
    inputs, targets = generate(options.samples, options.input_dimension, options.noise)
    network, optimizer = build(
        options.width, options.input_dimension, options.hidden_layers, options.learning_rate)
    ready, ready_cpu = time.perf_counter(), time.process_time()
    first = train(network, optimizer, inputs, targets, options.steps)
    done, done_cpu = time.perf_counter(), time.process_time()
    with torch.no_grad():
        last = torch.nn.functional.mse_loss(network(inputs), targets)
    print(json.dumps({
        "setup_seconds": ready - start, "train_seconds": done - ready, "cpu_seconds": done_cpu - ready_cpu,
        "first_train_loss": (last if first is None else first).item(), "last_train_loss": last.item(),
    }))


if __name__ == "__main__":
    main()
