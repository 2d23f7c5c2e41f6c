"""Would merging be better if it were learned? Score the cells that `instances` finds in the probabilities that `train_many.py --keep` wrote, with pieces merged by its rule, by classifiers, and by the truth.

    python learned_merging.py FOLDER "noise and blur" "half resolution"

reads FOLDER/slices.npz and FOLDER/probabilities.npz and writes FOLDER/learned_merging.jsonl. A recipe needs all five folds. A classifier says of two touching pieces
whether they belong to different cells, by fourteen numbers about their contact; it learns from the slices of four folds and draws those of the fifth. The lines between cells are
one pixel wide; with the rule, the boundaries as broad as they are predicted are scored, too.
"""

import argparse
import heapq
import json
from pathlib import Path

import numpy as np
from merging import out_of_fold
from scipy import ndimage
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from densenb import segments
from densenb.metrics import isbi2012_scores

UNSURE = 20  # pixels of a cell; pieces with less teach nothing


class Pieces:
    """The pieces of one slice: their contacts, areas, and how many pixels of every true cell they hold."""

    def __init__(self, p, labels):
        self.p, self.labels, self.basins = p, labels, segments._basins(p)
        first, second, heights = [], [], []
        for one, other in ((np.s_[1:], np.s_[:-1]), (np.s_[:, 1:], np.s_[:, :-1])):
            meet = self.basins[one] != self.basins[other]
            first.append(self.basins[one][meet]), second.append(self.basins[other][meet])
            heights.append(np.maximum(p[one][meet], p[other][meet]))
        heights, pairs = np.concatenate(heights), np.sort(np.stack([np.concatenate(first), np.concatenate(second)]), axis=0)
        pairs, places = np.unique(pairs, axis=1, return_inverse=True)
        self.heights = {tuple(map(int, pair)): heights[places.ravel() == k] for k, pair in enumerate(pairs.T)}
        self.area = np.bincount(self.basins.ravel()).astype(float)
        true = ndimage.label(labels == 0)[0]
        together = self.basins.ravel().astype(int) * (true.max() + 1) + true.ravel()
        self.cells = np.bincount(together, minlength=len(self.area) * (true.max() + 1)).reshape(len(self.area), -1).astype(float)
        self.cells[:, 0] = 0


def numbers(heights, areas, around, typical):
    """What is known about a contact: the probabilities along it, its length, the two areas, and its share of the smaller piece's outline."""
    small, large = sorted(areas)
    return [np.cbrt(heights).mean(), heights.mean(), *np.quantile(heights, [0.1, 0.25, 0.5, 0.75, 0.9]), np.log(len(heights)), np.log(small / typical),
            np.log(large / typical), len(heights) / np.sqrt(small), (heights < 0.1).mean(), (heights > 0.5).mean(), len(heights) / around[int(np.argmin(areas))]]


def merged(pieces, cost, limit, seen=None):
    """Pieces merged, the cheapest contact first, while it costs less than `limit`; `seen` collects (numbers, whether the cells differ, pixels) of all contacts."""
    contacts, outline, version, queue = {}, {}, {}, []
    for (a, b), heights in pieces.heights.items():
        contacts.setdefault(a, {})[b] = contacts.setdefault(b, {})[a] = heights
        for piece in (a, b): outline[piece] = outline.get(piece, 0) + len(heights)
    area, cells, owner = pieces.area.copy(), pieces.cells.copy(), np.arange(len(pieces.area))
    typical = (area ** 2).sum() / area.sum()

    def put(a, b):
        a, b = sorted((a, b))
        facts = numbers(contacts[a][b], (area[a], area[b]), (outline[a], outline[b]), typical)
        differ, sure = float(cells[a].argmax() != cells[b].argmax()), min(cells[a].max(), cells[b].max())
        if seen is not None and sure > UNSURE: seen.append((facts, differ, sure))
        version[a, b] = version.get((a, b), 0) + 1
        heapq.heappush(queue, (cost(facts, differ if sure > UNSURE else None), a, b, version[a, b]))

    for a, b in pieces.heights: put(a, b)
    while queue:
        price, a, b, of = heapq.heappop(queue)
        if b not in contacts.get(a, {}) or version[a, b] != of: continue
        if price >= limit: break
        owner[owner == b] = a
        area[a], cells[a], outline[a] = area[a] + area[b], cells[a] + cells[b], outline[a] + outline[b] - 2 * len(contacts[a][b])
        for other, heights in contacts.pop(b).items():
            del contacts[other][b]
            if other != a: contacts[a][other] = contacts[other][a] = np.concatenate([contacts[a][other], heights]) if other in contacts[a] else heights
        for other in contacts[a]: put(a, other)
    return owner


def rule(facts, differ): return facts[0] ** 3 / min(1.5, np.exp(-0.2 * facts[8]))     # as `instances` has it: cost below 0.45


def truth(facts, differ): return rule(facts, differ) if differ is None else differ


def scores(pieces, owner, broad=False):
    """V_rand and V_info of one slice; with boundaries as broad as predicted, or lines."""
    interior = segments._drawn(owner[pieces.basins].astype("int32")) > 0
    if broad: interior &= pieces.p <= 0.5
    found = isbi2012_scores(pieces.labels[None, None], interior[None, None].astype("float32"), boundary=1, thresholds=[0.5])
    return round(float(found.best_v_rand), 5), round(float(found.best_v_info), 5)


def learned(make, examples):
    """A cost by a classifier: the log odds that the cells differ."""
    facts, differ, sure = map(np.array, zip(*examples))
    weight = np.sqrt(sure) / np.sqrt(sure).mean()
    model = make()
    model.fit(facts, differ, **{f"{model.steps[-1][0]}__sample_weight": weight})
    return lambda facts, differ: float(model.decision_function([facts])[0])


CLASSIFIERS = {
    "logistic regression": lambda: make_pipeline(StandardScaler(), LogisticRegression(max_iter=2000)),
    "gradient boosting": lambda: make_pipeline(HistGradientBoostingClassifier(max_iter=60, max_leaf_nodes=8, min_samples_leaf=100, random_state=0)),
}


def main():
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("recipes", nargs="+")
    options = parser.parse_args()
    labels = np.load(options.folder / "slices.npz")["labels"][:25]
    with np.load(options.folder / "probabilities.npz") as kept:
        of = {name: [Pieces(*both) for both in zip(out_of_fold(kept, name), labels)] for name in options.recipes}
    examples = [[] for _ in range(5)]
    for slices in of.values():
        for number, pieces in enumerate(slices):
            for cost, limit in ((rule, 0.45), (truth, 0.5)): merged(pieces, cost, limit, examples[number // 5])
    ways = {"rule, broad boundaries": ([rule] * 5, 0.45), "rule": ([rule] * 5, 0.45), "truth": ([truth] * 5, 0.5)}
    for name, make in CLASSIFIERS.items():
        ways[name] = [learned(make, sum((examples[other] for other in range(5) if other != fold), [])) for fold in range(5)], 0.0
    with open(options.folder / "learned_merging.jsonl", "w") as file:
        for way, (costs, limit) in ways.items():
            for name, slices in of.items():
                found = [scores(pieces, merged(pieces, costs[number // 5], limit), "broad" in way) for number, pieces in enumerate(slices)]
                file.write(json.dumps(dict(way=way, name=name, v_rand=[one[0] for one in found], v_info=[one[1] for one in found])) + "\n")


if __name__ == "__main__":
    main()
