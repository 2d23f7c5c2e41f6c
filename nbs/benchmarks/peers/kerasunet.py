"""The customizable U-Net of keras-unet, trained as its example trains it (kz-whale-tails.ipynb), within a budget of processor seconds.

As there: batch normalisation, 30 % dropout, binary cross-entropy, Adam at 1e-3, images between 0 and 1, and the weights with the lowest loss on the validation slices.
Its minibatch of two images of 384 pixels is eight crops of 192 here. In its favour: quarter turns and flips instead of turns, shifts and shears, which leave
empty corners; 16 filters at first, the function's default, instead of 32, for a quarter of the multiplications; validation every fifty steps, not two hundred.
"""

import exchange
import keras
import numpy as np
from keras_unet.models import custom_unet

SIDE, BATCH, EVERY, FILTERS = 192, 8, 50, 16  # pixels, crops, steps, at first

options = exchange.arguments(__doc__)
data = exchange.read(options.folder)
keras.utils.set_random_seed(options.seed)
rng = np.random.default_rng(options.seed)

clock = exchange.Clock()
model = custom_unet((None, None, 1), filters=FILTERS, use_batch_norm=True, dropout=0.3, num_layers=4)
model.compile(optimizer=keras.optimizers.Adam(), loss="binary_crossentropy")


def probabilities(images):
    "Of membrane, whole slices."
    return np.concatenate([model.predict_on_batch(image[None, ..., None] / 255) for image in images])[..., 0]


def loss():
    "Binary cross-entropy on the validation slices."
    found, truth = np.clip(probabilities(data["valid_images"]), 1e-7, 1 - 1e-7), data["valid_labels"] > 0
    return float(-np.log(np.where(truth, found, 1 - found)).mean())


steps = pixels = 0
best, rows, validating = None, [], 0.0
while clock.processor() < options.budget:
    batch = np.stack([exchange.crop(data, SIDE, rng) for _ in range(BATCH)])[..., None]
    train_loss = model.train_on_batch(batch[:, 0], batch[:, 1])
    steps, pixels = steps + 1, pixels + BATCH * SIDE**2
    if steps % EVERY == 0 or clock.processor() >= options.budget:
        before = clock.processor()
        rows.append(dict(step=steps, processor_seconds=before, loss=float(train_loss), valid_loss=loss()))
        validating += clock.processor() - before
        if best is None or rows[-1]["valid_loss"] < best[0]:
            best = rows[-1]["valid_loss"], steps, model.get_weights()

training = dict(pixels=pixels, processor_seconds=clock.processor(), validating=validating, wall_seconds=clock.wall())
model.set_weights(best[2])
exchange.facts(
    options.folder, ("keras-unet", "keras", "tensorflow", "numpy"), steps=steps, best_step=best[1], rows=rows, precision=options.precision,
    parameters=model.count_params(), training=training, prediction=exchange.predictions(options.folder, probabilities, data),
)
