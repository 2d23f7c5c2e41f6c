"""The U-Net of this package as `densenb.train` trains it with its preset "laptop", within a budget of processor seconds.

A rehearsal, not counted, times single steps, a validation and what comes at the end; `steps_within`, which turns minutes into steps wherever somebody trains for so
many minutes, makes steps of the budget. The prediction is that of the preset, the mean over eight symmetries, and once more without them.
"""

from importlib.util import find_spec

import exchange
import keras
import numpy as np

import densenb as dn
from densenb.training import bfloat16_is_fast

options = exchange.arguments(__doc__)
data = exchange.read(options.folder)
shaped = {name: array[:, None] if name.endswith("images") else array[:, None].astype("int16") for name, array in data.items()}
train, valid = (
    dn.Stack(shaped[f"{part}_images"], shaped[f"{part}_labels"], names=[f"{part} {n}" for n in range(len(shaped[f"{part}_images"]))], boundary=1)
    for part in ("train", "valid")
)
recipe, weights = dn.preset("laptop"), "auto" if options.weights == "pretrained" else None


def rehearse(steps=24):
    "Processor seconds of a step, of a validation, and of everything else."
    clock, ends = exchange.Clock(), []
    def note(number, logs): ends.append(clock.processor())
    tick = keras.callbacks.LambdaCallback(on_train_batch_end=note, on_epoch_end=note)
    dn.train(dn.build_model(recipe, weights=weights), train, valid, steps=steps, rounds=2, preset=recipe, callbacks=[tick], progress=False)
    each = np.diff(ends)
    step, validation = float(np.median(np.delete(each, [0, steps // 2 - 1, steps // 2, steps]))), float(each[-1])
    return step, validation, clock.processor() - steps * step - 2 * validation


step, validation, fixed = rehearse()
steps, rounds = dn.steps_within(options.budget, step, validation, fixed=fixed)

clock = exchange.Clock()
model = dn.build_model(recipe, seed=options.seed, weights=weights)
history = dn.train(model, train, valid, steps=steps, rounds=rounds, preset=recipe, seed=options.seed, progress=False)
training = dict(
    pixels=steps * recipe.batch_size * recipe.tile**2, processor_seconds=clock.processor(), wall_seconds=clock.wall(),
    validating=rounds * validation, step=step, fixed=fixed, rounds=rounds,
)


def once(symmetries):
    "A function from slices to probabilities of membrane."
    return lambda images: dn.predict(model, images[:, None], symmetries=symmetries)[:, 1]


precision = "bfloat16" if recipe.precision == "auto" and bfloat16_is_fast() else "float32"
predicting = {kind: exchange.predictions(options.folder, once(symmetries), data, kind) for kind, symmetries in (("", 8), ("_once", 1))}
packages = [name for name in ("densenb", "keras", "tensorflow", "openvino", "numpy") if find_spec(name)]
exchange.facts(
    options.folder, packages, steps=steps, best_step=history.best_step, rows=history.rows, precision=precision, began_with=model.began_with,
    parameters=model.count_params(), training=training, prediction=predicting[""], prediction_once=predicting["_once"],
)
