"""Do the slices before and after know which pieces belong together? Score the cells of slices 0–24 with pieces merged by the rule of `instances` and with the neighbours heard.

    python neighbour_merging.py FOLDER --seeds 0 1

trains the preset `laptop` for 2000 steps on each of five folds (four of them learned from, five slices held out; probabilities are kept in FOLDER and not made twice) and
writes FOLDER/neighbour_merging.jsonl. Two pieces that lie in one cell of a neighbouring slice merge more readily, two that lie in different cells less: the log odds of the
threshold change by `strength * (likeness - typical)`. Likeness is the overlap of the shares that two pieces have in the neighbour's cells, in the more favourable of the two
neighbours. The neighbours' cells are those that the rule finds there; for comparison those of their labels. Neighbours come from the same five slices, so the outer two have one.
"""

import argparse
import heapq
import itertools
import json
from pathlib import Path

import numpy as np
from scipy import ndimage

import densenb as dn
from densenb import segments
from densenb.metrics import isbi2012_scores

STRENGTHS, TYPICAL, THRESHOLD = (0.5, 0.75, 1.0, 1.25, 1.5), (0.4, 0.5, 0.6, 0.7), 0.45


def held_out(folder, fold, seed, steps=2000):
    """Probabilities of membrane (5, rows, cols) of a fold, by a training that did not see it."""
    path = folder / f"fold{fold}_seed{seed}.npy"
    if not path.exists():
        em = dn.isbi2012()
        model = dn.build_model("laptop", n_classes=2, seed=seed, weights=None)
        dn.train(model, em[[k for k in range(25) if k // 5 != fold]], steps=steps, seed=seed, progress=False)
        np.save(path, dn.predict(model, em[5 * fold:5 * fold + 5])[:, 1])
    return np.load(path)


class Pieces:
    """The pieces of one slice, before any are merged."""

    def __init__(self, p):
        self.basins = segments._basins(p)
        self.pairs, self.sums, self.counts = (array.tolist() for array in segments._contacts(np.cbrt(p), self.basins))
        self.areas = np.bincount(self.basins.ravel()).astype(float)

    def shares(self, cells):
        """Pixels that every piece has in every cell of another slice; the lines between them (0) are left out."""
        n_cells = int(cells.max()) + 1
        found = np.bincount(self.basins.ravel().astype(int) * n_cells + cells.ravel(), minlength=len(self.areas) * n_cells)
        return found.reshape(-1, n_cells)[:, 1:].astype(float)


def likeness(one, other):
    """0 … 1: how much two pieces lie in the same cells; None where one lies in none."""
    total, of_other = one.sum(), other.sum()
    return float(np.minimum(one / total, other / of_other).sum()) if total and of_other else None


def merged(pieces, neighbours=(), strength=0.0, typical=0.5):
    """Numbered cells with lines between them: the rule of `instances`, and what the neighbours' cells say."""
    areas, owner, contacts, version, queue = pieces.areas.copy(), np.arange(len(pieces.areas)), {}, {}, []
    usual, shares = (areas**2).sum() / areas.sum(), [pieces.shares(cells) for cells in neighbours]
    for (a, b), total, count in zip(pieces.pairs, pieces.sums, pieces.counts):
        contacts.setdefault(a, {})[b] = contacts.setdefault(b, {})[a] = (total, count)

    def put(a, b):
        total, count = contacts[a][b]
        cost = min((total / count) ** 3 / segments._eagerness(min(areas[a], areas[b]), usual), 0.9999)
        said = [like for share in shares if (like := likeness(share[a], share[b])) is not None] if strength else []
        if said:
            odds = cost / (1 - cost) * np.exp(-strength * (max(said) - typical))
            cost = odds / (1 + odds)
        a, b = sorted((a, b))
        version[a, b] = version.get((a, b), 0) + 1
        heapq.heappush(queue, (cost, a, b, version[a, b]))

    for a, b in pieces.pairs: put(a, b)
    while queue:
        cost, a, b, of = heapq.heappop(queue)
        if cost >= THRESHOLD: break
        if b not in contacts.get(a, {}) or version[a, b] != of: continue
        owner[owner == b] = a
        areas[a] += areas[b]
        for share in shares: share[a] += share[b]
        for other, (total, count) in contacts.pop(b).items():
            del contacts[other][b]
            if other == a: continue
            before = contacts[a].get(other, (0.0, 0))
            contacts[a][other] = contacts[other][a] = before[0] + total, before[1] + count
        for other in list(contacts[a]): put(a, other)
    return segments._drawn(owner[pieces.basins].astype("int32"))


def scores(labels, cells):
    """V_rand and V_info of one slice."""
    found = isbi2012_scores(labels[None], (cells > 0)[None, None].astype("float32"), boundary=1, thresholds=[0.5])
    return round(float(found.best_v_rand), 5), round(float(found.best_v_info), 5)


def lines(folder, fold, seed, labels):
    """One line of results for every way to merge a fold's slices."""
    pieces = [Pieces(p) for p in held_out(folder, fold, seed)]
    by_rule, true = [merged(one) for one in pieces], [ndimage.label(label[0] == 0)[0] for label in labels]
    ways = [("rule", (), 0.0, 0.5)]
    ways += [(heard, cells, strength, typical) for heard, cells in (("cells of the rule", by_rule), ("true cells", true)) for strength, typical in itertools.product(STRENGTHS, TYPICAL)]
    for heard, cells, strength, typical in ways:
        found = [scores(labels[k], merged(one, [cells[j] for j in (k - 1, k + 1) if 0 <= j < len(cells)], strength, typical)) for k, one in enumerate(pieces)]
        yield dict(fold=fold, seed=seed, neighbours=heard, strength=strength, typical=typical, v_rand=[v for v, _ in found], v_info=[v for _, v in found])


def main():
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seeds", type=int, nargs="+", default=[0])
    options = parser.parse_args()
    options.folder.mkdir(exist_ok=True)
    labels = dn.isbi2012().labels[:25]
    found = [line for seed in options.seeds for fold in range(5) for line in lines(options.folder, fold, seed, labels[5 * fold:5 * fold + 5])]
    (options.folder / "neighbour_merging.jsonl").write_text("".join(json.dumps(line) + "\n" for line in found))


if __name__ == "__main__":
    main()
