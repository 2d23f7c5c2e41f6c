"""Is the mean over several magnifications of an image better than that over its symmetries alone? Score the cells of slices 0–24 with both.

    python scales.py FOLDER --seeds 0 1

trains the preset `laptop` for 2000 steps on each of five folds (four of them learned from, five slices held out; models are kept in FOLDER and not made twice) and
writes FOLDER/scales.jsonl, a line for every model and way. An image is resized by `densenb.resize`, predicted as a whole in all eight symmetries, and its
probabilities are resized back; a way is the mean of some of these views, or the mean of their logits, as a probability.
"""

import argparse
import json
from pathlib import Path

import numpy as np

import densenb as dn

SCALES = (0.71, 0.85, 1.0, 1.18, 1.41)


def held_out(folder, fold, seed, steps=2000):
    """A model that did not see the slices of a fold."""
    path, em = folder / f"fold{fold}_seed{seed}.keras", dn.isbi2012()
    if not path.exists():
        model = dn.build_model("laptop", n_classes=2, seed=seed, weights=None)
        dn.train(model, em[[k for k in range(25) if k // 5 != fold]], steps=steps, seed=seed, progress=False)
        dn.save(model, path)
    return dn.load(path), em[5 * fold:5 * fold + 5]


def views(model, images, scale):
    """Probabilities of membrane (8, n, rows, cols): the eight symmetries of images (n, 1, rows, cols) at one scale."""
    n, _, rows, cols = images.shape
    found = []
    for index in range(8):
        turned = np.ascontiguousarray(dn.symmetry(images, index)[:, 0], np.float32)
        if scale != 1: turned = dn.resize(turned, (round(rows * scale), round(cols * scale)))
        p = dn.predict(model, turned[:, None], symmetries=1)[:, 1]
        if scale != 1: p = dn.resize(p, (rows, cols))
        found.append(np.ascontiguousarray(dn.symmetry(p, dn.inverse_symmetry(index))))
    return np.stack(found)


def mean_of_logits(p):
    """The probability whose logit is the mean over the first axis."""
    p = np.clip(p, 1e-6, 1 - 1e-6)
    return 1 / (1 + np.exp(-np.log(p / (1 - p)).mean(0)))


WAYS = {
    "symmetries": lambda of: of[1.0].mean(0),
    "symmetries, mean of logits": lambda of: mean_of_logits(of[1.0]),
    "symmetries at 0.85 and 1": lambda of: np.concatenate([of[0.85], of[1.0]]).mean(0),
    "symmetries at 1 and 1.18": lambda of: np.concatenate([of[1.0], of[1.18]]).mean(0),
    "symmetries at 0.85, 1 and 1.18": lambda of: np.concatenate([of[0.85], of[1.0], of[1.18]]).mean(0),
    "symmetries at 0.71, 1 and 1.41": lambda of: np.concatenate([of[0.71], of[1.0], of[1.41]]).mean(0),
    "symmetries at all five": lambda of: np.concatenate([of[scale] for scale in SCALES]).mean(0),
    "every symmetry at one of 0.85, 1 and 1.18": lambda of: np.mean([of[(0.85, 1.0, 1.18)[index % 3]][index] for index in range(8)], 0),
}


def main():
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1])
    parser.add_argument("--folds", type=int, nargs="+", default=[0, 1, 2, 3, 4])
    options = parser.parse_args()
    options.folder.mkdir(exist_ok=True, parents=True)
    written = options.folder / "scales.jsonl"
    known = {(line["fold"], line["seed"]) for line in map(json.loads, written.read_text().splitlines())} if written.exists() else set()
    for seed in options.seeds:
        for fold in options.folds:
            if (fold, seed) in known: continue
            model, slices = held_out(options.folder, fold, seed)
            of = {scale: views(model, slices.images, scale) for scale in SCALES}
            lines = []
            for way, combined in WAYS.items():
                p = combined(of).astype(np.float32)
                rows = dn.score(slices, np.stack([1 - p, p], 1)).slices
                scores = {key: [round(float(row[key]), 5) for row in rows] for key in ("v_rand_segmented", "v_info_segmented")}
                lines.append(json.dumps(dict(fold=fold, seed=seed, way=way, v_rand=scores["v_rand_segmented"], v_info=scores["v_info_segmented"])))
            with written.open("a") as file: file.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
