"""Train many small U-Nets side by side on one graphics card, each on five folds of slices 0–24, and score the slices left out.

    python train_many.py FOLDER --recipes "noise and blur" "depth 6" --folds 0 1 2 3 4

FOLDER holds slices.npz from `prepare.py`; scores are appended to FOLDER/results.jsonl, a line for each training. On a card every recipe is one CUDA graph,
replayed in a stream of its own, so that small networks fill the card together. Without a card the same code runs step by step: good for a smoke run
(`--steps 3 --tile 64 --batch-size 2`).

Images are standardised by mean and standard deviation of slices 0–24. Slices 25–29 are neither learned from nor predicted; the only pixels of them that are ever read are
those of slices 25 and 26 as neighbours of 23 and 24, where a recipe wants neighbours.
"""

import argparse
import contextlib
import json
import math
import multiprocessing
import os
import time
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
import torch
import torch.nn.functional as F
from recipes import RECIPES
from torch import nn

import densenb
from densenb.metrics import isbi2012_scores
from densenb.segments import instances, segment

DEVICE = "cuda" if torch.cuda.is_available() else "cpu"
FOLDS = [list(range(first, first + 5)) for first in range(0, 25, 5)]
AFFINITIES = ((8, 2), (8, 3), (24, 2), (24, 3))  # distance in pixels, axis


class Convolution(nn.Module):
    """Convolution, batch normalisation and, unless `active` is False, ReLU."""

    def __init__(self, n_in, n_out, size=3, stride=1, active=True):
        super().__init__()
        self.active = active
        self.conv = nn.Conv2d(n_in, n_out, size, stride, padding=(size - 1) // 2, bias=False)
        self.norm = nn.BatchNorm2d(n_out, eps=1e-3, momentum=0.1)

    def forward(self, x):
        x = self.norm(self.conv(x))
        return F.relu(x) if self.active else x


class Block(nn.Module):
    """Two convolutions; a residual block adds its input to their output."""

    def __init__(self, n_in, n_out, residual):
        super().__init__()
        self.convolutions = nn.Sequential(Convolution(n_in, n_out), Convolution(n_out, n_out, active=not residual))
        self.residual = residual
        self.short = Convolution(n_in, n_out, 1, active=False) if residual and n_in != n_out else nn.Identity()

    def forward(self, x):
        y = self.convolutions(x)
        return F.relu(y + self.short(x)) if self.residual else y


class UNet(nn.Module):
    """Logits of shape (n, n_out, rows, columns); with a stem of stride 2 it works at half resolution and ends with a sub-pixel head."""

    def __init__(self, filters, stem_stride, residual, added_skips, n_in, n_out):
        super().__init__()
        self.stride, self.added_skips = stem_stride, added_skips
        self.stem = Convolution(n_in, filters[0], 2 * stem_stride, stem_stride) if stem_stride > 1 else nn.Identity()
        n_below = [filters[0] if stem_stride > 1 else n_in, *filters]
        self.down = nn.ModuleList([Block(n, wide, residual) for n, wide in zip(n_below, filters)])
        self.enlarge = nn.ModuleList([nn.ConvTranspose2d(deep, wide, 2, 2) for wide, deep in zip(filters, filters[1:])])
        self.up = nn.ModuleList([Block(wide * (1 if added_skips else 2), wide, residual) for wide in filters[:-1]])
        self.head = nn.Conv2d(filters[0], n_out * stem_stride**2, 1)
        for layer in self.modules():
            if isinstance(layer, (nn.Conv2d, nn.ConvTranspose2d)):
                nn.init.kaiming_normal_(layer.weight, mode="fan_in" if isinstance(layer, nn.Conv2d) else "fan_out", nonlinearity="relu")
                if layer.bias is not None:
                    nn.init.zeros_(layer.bias)

    def forward(self, x):
        x, skips = self.stem(x), []
        for block in self.down[:-1]:
            skips.append(block(x))
            x = F.max_pool2d(skips[-1], 2)
        x = self.down[-1](x)
        for skip, enlarge, block in reversed(list(zip(skips, self.enlarge, self.up))):
            x = enlarge(x)
            x = block(skip + x if self.added_skips else torch.cat([skip, x], 1))
        return F.pixel_shuffle(self.head(x), self.stride) if self.stride > 1 else self.head(x)


def read_slices(folder):
    """Tensors on the device by name: images (n, channels, rows, columns), standardised, for each kind of neighbours; labels, cells, weights (n, 1, rows, columns)."""
    arrays = np.load(folder / "slices.npz")
    learned = arrays["images"][:25].astype("float32")
    plain = {name: torch.tensor(arrays[name].astype("float32"), device=DEVICE) for name in arrays.files}
    image, before, after = ((plain[name] - learned.mean()) / learned.std() for name in ("images", "before", "after"))
    shifted = lambda step: image[[min(max(index + step, 0), len(image) - 1) for index in range(len(image))]]
    stacks = {"none": [image], "registered": [before, image, after], "one on each side": [shifted(step) for step in (-1, 0, 1)],
              "two on each side": [shifted(step) for step in (-2, -1, 0, 1, 2)]}
    return {name: torch.stack(planes, 1).contiguous() for name, planes in stacks.items()} | {
        name: plain[name][:, None] for name in ("labels", "cells", "skeleton", "border")}


def spline(length, spacing):
    """Matrix (length, knots) of cubic (Catmull-Rom) interpolation between knots that lie `spacing` pixels apart."""
    knot, t = np.divmod(np.arange(length) / spacing, 1)
    knot = knot.astype(int)
    weights = np.stack([-t + 2 * t**2 - t**3, 2 - 5 * t**2 + 3 * t**3, t + 4 * t**2 - 3 * t**3, t**3 - t**2], 1) / 2
    matrix = np.zeros((length, (length - 1) // spacing + 4), np.float32)
    matrix[np.arange(length)[:, None], knot[:, None] + np.arange(4)] = weights
    return torch.tensor(matrix, device=DEVICE)


class Augmentation:
    """Random tiles of a recipe; all chance comes from `generator`, and nothing waits for the processor."""

    def __init__(self, options, generator):
        self.options, self.generator = options, generator
        side = options["tile"]
        self.spline = spline(side, options["elastic_spacing"])
        row = torch.arange(side, device=DEVICE, dtype=torch.float32)
        self.pixels = torch.stack([row[:, None].expand(side, side), row[None].expand(side, side)])

    def uniform(self, *shape):
        return torch.rand(*shape, device=DEVICE, generator=self.generator)

    def normal(self, *shape):
        return torch.randn(*shape, device=DEVICE, generator=self.generator)

    def places(self, size):
        """Rows and columns (n, 2, side, side) in a slice of `size`² pixels from which tiles are taken."""
        o, n, side = self.options, self.options["batch_size"], self.options["tile"]
        place = (self.pixels - (side - 1) / 2).expand(n, 2, side, side)
        if o["zoom"] or o["rotation"]:
            factor = torch.exp(math.log1p(o["zoom"]) * (2 * self.uniform(n, 1, 1) - 1))
            angle = math.radians(o["rotation"]) * (2 * self.uniform(n, 1, 1) - 1)
            cos, sin = torch.cos(angle) / factor, torch.sin(angle) / factor
            place = torch.stack([cos * place[:, 0] + sin * place[:, 1], -sin * place[:, 0] + cos * place[:, 1]], 1)
        n_knots = self.spline.shape[1]
        mesh = self.normal(n, 2, n_knots, n_knots).clamp(-2, 2) * o["elastic_magnitude"]
        place = place + self.spline @ mesh @ self.spline.T
        turn = self.uniform(3, n, 1, 1, 1) < 0.5
        place = torch.where(turn[0], place.flip(2), place)
        place = torch.where(turn[1], place.flip(3), place)
        place = torch.where(turn[2], place.transpose(2, 3), place)
        return place + (self.uniform(n, 2, 1, 1) * (size - side)).round() + (side - 1) / 2

    def tiles(self, slices, chosen, images, maps):
        """Tiles of images, changed in place and look, and of maps (labels first), changed in place; `chosen`: numbers of slices (n,)."""
        size = slices[images].shape[-1]
        grid = (self.places(size) * (2 / (size - 1)) - 1).flip(1).permute(0, 2, 3, 1)
        cut = lambda name, mode: F.grid_sample(slices[name][chosen], grid, mode=mode, padding_mode="reflection", align_corners=True)
        x = cut(images, "bilinear")
        cut_maps = [cut(name, "nearest" if name in ("labels", "cells") else "bilinear") for name in maps]
        if self.options["neighbour_dropout"]:
            middle = x.shape[1] // 2
            hidden = self.uniform(len(x), x.shape[1], 1, 1) < self.options["neighbour_dropout"]
            x = torch.where(hidden, x[:, middle : middle + 1], x)
        return self.look(x), *cut_maps

    def look(self, x):
        """Blur or sharpening, gamma, contrast, brightness and noise, as strong as the options say."""
        o, n = self.options, len(x)
        if o["blur"]:
            x = self.blurred(x)
        bright, contrast, gamma = self.normal(3, n, 1, 1, 1)
        if o["gamma"]:
            low, high = x.amin((1, 2, 3), keepdim=True), x.amax((1, 2, 3), keepdim=True)
            share = ((x - low) / (high - low).clamp_min(1e-6)).clamp_min(1e-6)
            x = low + (high - low) * share ** torch.exp(o["gamma"] * gamma)
        mean = x.mean((1, 2, 3), keepdim=True)
        x = (x - mean) * torch.exp(o["contrast"] * contrast) + mean + o["brightness"] * bright
        if o["noise"] or o["shot_noise"]:
            x = x + self.noise(x)
        if o["correlated_noise"]:
            smooth = F.avg_pool2d(F.pad(self.normal(*x.shape), (1, 1, 1, 1), mode="reflect"), 3, 1) * 3
            x = x + o["correlated_noise"] * self.uniform(n, 1, 1, 1) * smooth
        return x

    def blurred(self, x):
        """Blurred by a Gaussian of up to `blur` pixels, or sharpened as much."""
        amount = self.options["blur"] * (2 * self.uniform(len(x), 1) - 1)
        sigma = torch.where(amount > 0, amount, torch.ones_like(amount)).clamp_min(0.05)
        kernel = torch.exp(-0.5 * (torch.arange(-4, 5, device=DEVICE, dtype=torch.float32)[None] / sigma) ** 2)
        kernel = kernel / kernel.sum(1, keepdim=True)
        soft = F.pad(x.transpose(0, 1), (4, 4, 4, 4), mode="reflect")
        soft = F.conv2d(F.conv2d(soft, kernel[:, None, :, None], groups=len(x)), kernel[:, None, None, :], groups=len(x)).transpose(0, 1)
        amount = amount[:, :, None, None]
        return torch.where(amount > 0, soft, x - amount * (x - soft))

    def noise(self, x):
        """Noise alike everywhere, and noise that grows with brightness."""
        even, shot = self.uniform(2, len(x), 1, 1, 1)
        deviation = self.options["noise"] * even
        if self.options["shot_noise"]:
            low, high = x.amin((1, 2, 3), keepdim=True), x.amax((1, 2, 3), keepdim=True)
            deviation = torch.sqrt(deviation**2 + (self.options["shot_noise"] * shot) ** 2 * (x - low) / (high - low))
        return deviation * self.normal(*x.shape)


def weighted(loss, weights):
    """The loss of every pixel with weights whose mean is made 1."""
    return loss * weights / weights.mean()


def loss_of(logits, labels, extra, options):
    """What is minimised, and the plain cross-entropy; `extra`: cells (for affinities) or a map of weights."""
    every = F.cross_entropy(logits[:, :2], labels[:, 0].long(), reduction="none")
    plain = every.mean()
    if options["focal"]:
        every = every * (1 - torch.exp(-every.detach())) ** options["focal"] * 2
    strength = options["skeleton_weight"] or options["border_weight"]
    if strength:
        every = weighted(every, 1 + strength * extra[:, 0])
    loss = every.mean()
    if options["dice"]:
        p, y = torch.softmax(logits[:, :2], 1)[:, 1], labels[:, 0]
        loss = loss + options["dice"] * (1 - (2 * (p * y).sum() + 1) / (p.sum() + y.sum() + 1))
    if options["affinities"]:
        loss = loss + options["affinities"] * affinity_loss(logits[:, 2:], extra)
    return loss, plain


def affinity_loss(logits, cells):
    """Cross-entropy of "this pixel and one at a distance belong to the same cell", one channel for each of AFFINITIES."""
    total = 0
    for channel, (distance, axis) in enumerate(AFFINITIES):
        n = cells.shape[axis] - distance
        here, there = cells.narrow(axis, distance, n), cells.narrow(axis, 0, n)
        same = ((here == there) & (here > 0)).float()
        total = total + F.binary_cross_entropy_with_logits(logits[:, channel : channel + 1].narrow(axis, distance, n), same) / len(AFFINITIES)
    return total


def one_cycle(options):
    """The learning rate of every step: up along a cosine from 0.04 of the peak, and down to 0.001 of it."""
    n, rates = options["steps"], []
    rise = max(1.0, options["warmup"] * n)
    for step in range(n + 8):  # a few more for the rehearsal of the graph
        low, progress = (0.04, step / rise) if step < rise else (1e-3, 1 - (step - rise) / max(1.0, n - 1 - rise))
        rates.append(options["learning_rate"] * (low + (1 - low) * 0.5 * (1 - math.cos(math.pi * min(max(progress, 0), 1)))))
    return torch.tensor(rates, device=DEVICE)


class Optimizer:
    """AdamW (arXiv 1711.05101) whose step and rate are tensors, as a CUDA graph needs them, and a running mean of the weights where it is wanted."""

    def __init__(self, net, options):
        self.options, self.rates = options, one_cycle(options)
        self.weights = list(net.parameters())
        self.first, self.second = ([torch.zeros_like(w) for w in self.weights] for _ in range(2))
        self.step = torch.zeros(1, dtype=torch.long, device=DEVICE)
        self.state = self.weights + [buffer for buffer in net.buffers() if buffer.dtype.is_floating_point]
        self.mean = [tensor.detach().clone() for tensor in self.state] if options["averaging"] else None

    @torch.no_grad()
    def reset(self):
        for tensor in (*self.first, *self.second, self.step):
            tensor.zero_()
        if self.mean is not None:
            torch._foreach_copy_(self.mean, self.state)

    @torch.no_grad()
    def update(self, gradients):
        rate = self.rates.index_select(0, self.step)[0]
        self.step += 1
        k = self.step.float().view(())
        torch._foreach_lerp_(self.first, gradients, 0.1)
        torch._foreach_mul_(self.second, 0.999)
        torch._foreach_addcmul_(self.second, gradients, gradients, 0.001)
        scale = torch._foreach_sqrt(self.second)
        torch._foreach_div_(scale, torch.sqrt(1 - 0.999**k))
        torch._foreach_add_(scale, 1e-7)
        change = torch._foreach_div(self.first, scale)
        torch._foreach_mul_(self.weights, 1 - rate * self.options["weight_decay"])
        torch._foreach_mul_(change, rate / (1 - 0.9**k))
        torch._foreach_sub_(self.weights, change)
        if self.mean is not None:
            keep = torch.minimum(torch.full_like(k, self.options["averaging"]), (k + 1) / (k + 10))
            torch._foreach_mul_(self.mean, keep)
            torch._foreach_add_(self.mean, torch._foreach_mul(self.state, 1 - keep))


class Training:
    """One recipe on the device; `begin` starts a training, `advance` makes steps, `predict` uses what was learned."""

    def __init__(self, name, options, slices):
        self.name, self.options, self.slices = name, options, slices
        self.images = options["neighbours"]
        self.maps = ["labels", *(name for name, option in (("cells", "affinities"), ("skeleton", "skeleton_weight"), ("border", "border_weight")) if options[option])]
        self.kind = {key: options[key] for key in ("filters", "stem_stride", "residual", "added_skips")}
        self.kind |= dict(n_in=slices[self.images].shape[1], n_out=2 + (len(AFFINITIES) if options["affinities"] else 0))
        self.net = UNet(**self.kind).to(DEVICE, memory_format=torch.channels_last)
        self.optimizer = Optimizer(self.net, options)
        self.generator = torch.Generator(DEVICE)
        self.augmentation = Augmentation(options, self.generator)
        self.learned = torch.zeros(20, dtype=torch.long, device=DEVICE)
        self.losses = torch.zeros(options["steps"] + 8, device=DEVICE)
        self.ahead = []
        self.stream = torch.cuda.Stream() if DEVICE == "cuda" else None
        self.graph = self.capture() if DEVICE == "cuda" else None

    def on_stream(self):
        return torch.cuda.stream(self.stream) if self.stream else contextlib.nullcontext()

    def logits(self, x):
        with torch.autocast(DEVICE, dtype=torch.bfloat16, cache_enabled=False):
            return self.net(x.contiguous(memory_format=torch.channels_last)).float()

    def one_step(self):
        """A minibatch, its gradient, an update."""
        chosen = self.learned[torch.randint(20, (self.options["batch_size"],), device=DEVICE, generator=self.generator)]
        x, labels, *extra = self.augmentation.tiles(self.slices, chosen, self.images, self.maps)
        loss, plain = loss_of(self.logits(x), labels, extra[0] if extra else None, self.options)
        gradients = torch.autograd.grad(loss, self.optimizer.weights)
        self.losses.index_copy_(0, self.optimizer.step, plain.detach().view(1))
        self.optimizer.update(gradients)

    def capture(self):
        """One step as a CUDA graph, after a rehearsal of three."""
        self.stream.wait_stream(torch.cuda.current_stream())
        self.begin(list(range(20)), 0)
        with self.on_stream():
            for _ in range(3):
                self.one_step()
        self.stream.synchronize()
        graph = torch.cuda.CUDAGraph()
        graph.register_generator_state(self.generator)
        with torch.cuda.graph(graph, stream=self.stream):
            self.one_step()
        return graph

    def begin(self, learned, seed):
        """Fresh weights, and the 20 slices to learn from."""
        with torch.no_grad(), self.on_stream():
            torch.manual_seed(seed * 1000 + 7)
            own = self.net.state_dict()
            for key, value in UNet(**self.kind).state_dict().items():
                own[key].copy_(value.to(DEVICE))
            self.optimizer.reset()
            self.learned.copy_(torch.tensor(learned, device=DEVICE))
            self.generator.manual_seed(seed * 77 + 5)
        self.net.train()
        self.done = 0

    def advance(self, n):
        """Up to n steps; whether the training is complete."""
        for _ in range(min(n, self.options["steps"] - self.done)):
            with self.on_stream():
                self.graph.replay() if self.graph else self.one_step()
            self.done += 1
        if self.stream:  # at most three rounds ahead of the card
            self.ahead.append(self.stream.record_event())
            if len(self.ahead) > 3:
                self.ahead.pop(0).synchronize()
        return self.done >= self.options["steps"]

    def predict(self, indices):
        """Probability of membrane (n, rows, columns), the mean over the eight symmetries."""
        with torch.no_grad(), self.on_stream():
            kept = [tensor.clone() for tensor in self.optimizer.state]
            if self.optimizer.mean is not None:
                torch._foreach_copy_(self.optimizer.state, self.optimizer.mean)
            self.net.eval()
            found = torch.stack([self.predict_one(self.slices[self.images][index : index + 1]) for index in indices])
            self.net.train()
            torch._foreach_copy_(self.optimizer.state, kept)
            return found.cpu().numpy()  # waits for the stream

    def predict_one(self, x):
        turns = [(flip, quarters) for flip in (False, True) for quarters in range(4)]
        views = torch.cat([torch.rot90(x.flip(3) if flip else x, quarters, (2, 3)) for flip, quarters in turns])
        p = torch.softmax(self.logits(views)[:, :2], 1)[:, 1]
        back = [torch.rot90(one, -quarters, (0, 1)) for one, (_, quarters) in zip(p, turns)]
        return sum(one.flip(1) if flip else one for one, (flip, _) in zip(back, turns)) / 8

    def loss(self):
        """Mean cross-entropy of the last 200 steps."""
        n = self.options["steps"]
        return float(self.losses[max(0, n - 200) : n].mean())


def scores(task):
    """Of one slice, from its labels and probabilities of membrane (rows, columns): those of `segment`, the same with fewer merges undone, loss and accuracy."""
    labels, p = task
    probabilities = np.stack([1 - p, p])[None]
    drawn = segment(probabilities, boundary=1) == 0
    cells = instances(probabilities, boundary=1, merge_threshold=0.6) > 0
    found = {}
    for end, interior in (("", drawn), ("_merge_0.6", cells & (p <= 0.5))):
        best = isbi2012_scores(labels[None, None], interior.astype("float32"), boundary=1)
        found |= {f"v_rand{end}": best.best_v_rand, f"v_info{end}": best.best_v_info}
    right = np.where(labels == 1, p, 1 - p)
    found |= dict(loss=-np.log(np.maximum(right, 1e-7)).mean(), accuracy=(right > 0.5).mean())
    return {key: round(float(value), 5) for key, value in found.items()}


def trainings_of(training, folds, seed):
    """Train one recipe on fold after fold; gives None after every few steps, and (fold, loss, probabilities) when a fold is done."""
    for fold in folds:
        training.begin([index for index in range(25) if index not in FOLDS[fold]], 10 * seed + fold)
        while not training.advance(10):
            yield None
        p = training.predict(FOLDS[fold])
        yield fold, training.loss(), p


def line_of(training, fold, seed, loss):
    """A line of results, without the scores."""
    changes = {key: value for key, value in RECIPES[training.name].changes.items() if key != "steps"}
    machine = torch.cuda.get_device_name() if DEVICE == "cuda" else "CPU"
    versions = {"densenb": densenb.__version__, "PyTorch": torch.__version__.split("+")[0], "machine": machine}
    return dict(name=training.name, options=changes, steps=training.options["steps"], fold=fold, seed=seed, versions=versions, train_loss=round(loss, 4), slices=FOLDS[fold])


def write(file, pending, wait=False):
    """Write the lines whose scores are there, and take them off the list."""
    for line, scored in [one for one in pending if wait or one[1].ready()]:
        rows = scored.get()
        file.write(json.dumps(line | {key: [row[key] for row in rows] for key in rows[0]}) + "\n")
        file.flush()
        pending.remove((line, scored))


def run(names, folder, folds=range(5), seed=0, concurrent=8, limit=math.inf, keep=False, **changes):
    """Train all recipes, `concurrent` at a time, until they are done or `limit` seconds are over; `changes` of options hold for all."""
    began, waiting, active, pending, kept = time.monotonic(), list(names), {}, [], {}
    labels = np.load(folder / "slices.npz")["labels"]
    pool = multiprocessing.get_context("fork").Pool(max(1, (os.cpu_count() or 2) - 2))  # before the card is used
    slices = read_slices(folder)
    with open(folder / "results.jsonl", "a") as file:
        while (waiting or active) and time.monotonic() - began < limit:
            while waiting and len(active) < concurrent:
                name = waiting.pop(0)
                training = Training(name, {**RECIPES[name].options, **changes}, slices)
                active[name] = training, trainings_of(training, folds, seed)
            for name, (training, rounds) in list(active.items()):
                result = next(rounds, "complete")
                if result == "complete":
                    del active[name]
                elif result is not None:
                    fold, loss, p = result
                    print(f"{time.monotonic() - began:6.1f} s: {name}, fold {fold}, training loss {loss:.4f}", flush=True)
                    scored = pool.map_async(scores, [(labels[index], plane) for index, plane in zip(FOLDS[fold], p)])
                    pending.append((line_of(training, fold, seed, loss), scored))
                    kept |= {f"{name}|{fold}": np.round(255 * p).astype("uint8")} if keep else {}
            write(file, pending)
        write(file, pending, wait=True)
    pool.terminate()
    if kept:
        np.savez_compressed(folder / "probabilities.npz", **kept)
    if waiting or active:
        print("time is up; not complete:", ", ".join([*active, *waiting]))


def main():
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--recipes", nargs="+", choices=RECIPES, default=list(RECIPES), metavar="NAME", help="all of recipes.py unless given")
    parser.add_argument("--folds", nargs="+", type=int, choices=range(5), default=list(range(5)))
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--concurrent", type=int, default=8, help="how many recipes share the card")
    parser.add_argument("--limit", type=float, default=math.inf, help="seconds after which what is unfinished is left")
    parser.add_argument("--keep", action="store_true", help="write the probabilities too")
    for name in ("steps", "tile", "batch_size"):
        parser.add_argument(f"--{name.replace('_', '-')}", type=int, help="instead of the recipe's own")
    options = vars(parser.parse_args())
    torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = torch.backends.cudnn.benchmark = True
    run(options.pop("recipes"), **{name: value for name, value in options.items() if value is not None})


if __name__ == "__main__":
    main()
