"""Score the probabilities that `train_many.py --keep` wrote at several merge thresholds of `instances`, the same for all pieces and as it depends on their areas, for two recipes and for their mean.

    python merging.py FOLDER "noise and blur" "half resolution"

reads FOLDER/slices.npz and FOLDER/probabilities.npz and writes FOLDER/merging.jsonl. A recipe needs all five folds.
"""

import argparse
import json
from pathlib import Path
from unittest.mock import patch

import numpy as np

from densenb import segments
from densenb.metrics import isbi2012_scores


def out_of_fold(kept, name):
    """Probabilities of membrane of slices 0–24, each by the training that did not see it."""
    return np.concatenate([kept[f"{name}|{fold}"] for fold in range(5)]).astype("float32") / 255


def scores(labels, p, merge_threshold):
    """V_rand and V_info of every slice."""
    probabilities = np.stack([1 - p, p], axis=1)
    cells = segments.instances(probabilities, boundary=1, merge_threshold=merge_threshold)[:, 0]
    interior = ((cells > 0) & (p <= 0.5)).astype("float32")
    found = [isbi2012_scores(truth[None, None], plane[None, None], boundary=1, thresholds=[0.5]) for truth, plane in zip(labels, interior)]
    return dict(v_rand=[round(float(one.best_v_rand), 5) for one in found], v_info=[round(float(one.best_v_info), 5) for one in found])


def main():
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("recipes", nargs=2)
    options = parser.parse_args()
    labels = np.load(options.folder / "slices.npz")["labels"][:25]
    with np.load(options.folder / "probabilities.npz") as kept:
        of = {name: out_of_fold(kept, name) for name in options.recipes}
    of["mean of both"] = sum(of.values()) / 2
    with open(options.folder / "merging.jsonl", "w") as file:
        for by_area in (False, True):
            with patch.object(segments, "_eagerness", segments._eagerness if by_area else lambda *areas: 1.0):
                for name, p in of.items():
                    for threshold in (0.3, 0.45, 0.6, 0.7):
                        file.write(json.dumps(dict(name=name, merge_threshold=threshold, by_area=by_area, **scores(labels, p, threshold))) + "\n")


if __name__ == "__main__":
    main()
