"""Prepare the slices for `train_many.py`: `python prepare.py FOLDER` writes FOLDER/slices.npz, in a few minutes.

It runs in the environment of this package, reads ISBI 2012 and adds what some recipes want: numbered cells, the neighbouring
slices moved onto each slice, and two maps of weights from 0 to 1.
"""

import argparse
import multiprocessing
from pathlib import Path

import numpy as np
from scipy import ndimage
from skimage.morphology import skeletonize
from skimage.registration import optical_flow_tvl1

import densenb
from densenb.batches import border_weights


def moved_onto(pair):
    """The second image (rows, columns), moved onto the first by TV-L1 optical flow between smoothed copies; uint8."""
    fixed, moving = (image / np.float32(255) for image in pair)
    flow = optical_flow_tvl1(*(ndimage.gaussian_filter(image, 1.5) for image in (fixed, moving)), attachment=8, num_warp=4, num_iter=8)
    places = np.indices(fixed.shape) + flow
    return np.clip(ndimage.map_coordinates(255 * moving, places, order=1, mode="nearest") + 0.5, 0, 255).astype("uint8")


def registered(images, step, processes):
    """For every image the one `step` further, moved onto it; the image itself where the stack ends."""
    there = [index for index in range(len(images)) if 0 <= index + step < len(images)]
    result = images.copy()
    with multiprocessing.Pool(processes) as pool:
        result[there] = pool.map(moved_onto, [(images[index], images[index + step]) for index in there])
    return result


def numbered_cells(labels):
    """Cells as connected components, int16; 0 is membrane."""
    return np.stack([ndimage.label(plane == 0)[0] for plane in labels]).astype("int16")


def skeleton(labels):
    """Near 1 on the middle lines of membranes, three pixels wide with soft edges, 0 elsewhere."""
    lines = [ndimage.binary_dilation(skeletonize(plane == 1)).astype("float32") for plane in labels]
    return np.stack([ndimage.gaussian_filter(line, 0.7) for line in lines])


def border(labels):
    """1 where two cells come closest, 0 far from there: the extra weight of `border_weights`."""
    extra = border_weights(labels[:, None], boundary=1, w0=1.0)[:, 0] - 1
    return extra / extra.max()


def main():
    """Read, compute, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--slices", type=int, default=30, help="only the first ones, for a quick look")
    parser.add_argument("--processes", type=int, default=2)
    options = parser.parse_args()
    stack = densenb.isbi2012()[: options.slices]
    images, labels = (np.stack([one[0] for one in some]) for some in (stack.images, stack.labels))
    images, labels = images.astype("uint8"), labels.astype("int8")
    cells = numbered_cells(labels)
    before, after = (registered(images, step, options.processes) for step in (-1, 1))
    options.folder.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(options.folder / "slices.npz", images=images, labels=labels, cells=cells, before=before, after=after,
                        skeleton=skeleton(labels), border=border(labels))


if __name__ == "__main__":
    main()
