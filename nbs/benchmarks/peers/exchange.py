"""What a peer reads and writes: arrays in a folder, and a clock of processor seconds.

The folder holds `train_images.npy`, `train_labels.npy`, `valid_images.npy`, `valid_labels.npy` and `report_images.npy`, each of
shape (n, rows, columns): images float32 from 0 to 255, labels uint8 with 1 for membrane. A peer adds `valid.npy` and `report.npy`, its probabilities
of membrane, and `facts.json`. NumPy is all that this module needs.

It is imported before the framework, since it sets the number of threads to one: threads that wait for one another use up processor seconds.
"""

import argparse
import json
import os
import platform
import time
from importlib import metadata
from pathlib import Path

import numpy as np

for name in ("OMP_NUM_THREADS", "TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS"):
    os.environ[name] = "1"


def arguments(about):
    """The command line that all peers share."""
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--budget", type=float, default=600.0, help="processor seconds of training, with validation")
    parser.add_argument("--precision", choices=("float32", "bfloat16"), default="float32")
    parser.add_argument("--weights", choices=("random", "pretrained"), default="random", help="what the network begins with; only this package has pretrained ones at hand")
    return parser.parse_args()


def read(folder):
    """The five arrays by name."""
    return {name: np.load(folder / f"{name}.npy") for name in ("train_images", "train_labels", "valid_images", "valid_labels", "report_images")}


def crop(data, side, rng):
    """A random square of a training slice, turned and flipped: image from 0 to 1 and label, as (2, side, side)."""
    images = data["train_images"]
    n, row, column = (rng.integers(size) for size in (len(images), images.shape[1] - side + 1, images.shape[2] - side + 1))
    square = np.stack([stack[n, row : row + side, column : column + side] for stack in (images, data["train_labels"])])
    square = np.rot90(square / np.float32([255, 1])[:, None, None], rng.integers(4), (1, 2))
    return square[..., ::-1] if rng.random() < 0.5 else square


class Clock:
    """Seconds since it was made: of the processor (all threads of this process together) and on the wall."""

    def __init__(self):
        self.began = time.process_time(), time.perf_counter()

    def processor(self):
        return time.process_time() - self.began[0]

    def wall(self):
        return time.perf_counter() - self.began[1]


def predictions(folder, predict, images, kind=""):
    """Write the probabilities of both sets of slices; gives what that took. A first slice is a rehearsal and not timed."""
    predict(images["valid_images"][:1])
    clock = Clock()
    for name in ("valid", "report"):
        np.save(folder / f"{name}{kind}.npy", np.asarray(predict(images[f"{name}_images"]), "float32"))
    pixels = images["valid_images"].size + images["report_images"].size
    return dict(pixels=pixels, processor_seconds=clock.processor(), wall_seconds=clock.wall())


def facts(folder, packages, **found):
    """Write what is known of the run, with the versions of Python and of some packages."""
    versions = {"Python": platform.python_version()} | {name: metadata.version(name) for name in packages}
    found["versions"] = versions | {"machine": f"{platform.system()} {platform.machine()}"}
    (folder / "facts.json").write_text(json.dumps(found))
