"""The recipes as data: what each of them changes, what it is compared with, and why somebody would try it."""

from typing import NamedTuple

PLAIN = dict(
    # the network: a U-Net
    filters=(16, 32, 64, 128, 256), stem_stride=1, residual=False, added_skips=False, neighbours="none",
    # minibatches, and AdamW with one cycle of the learning rate
    tile=192, batch_size=4, steps=2500, learning_rate=3e-3, warmup=0.3, weight_decay=1e-4, averaging=0.0,
    # where the pixels come from; one of the eight symmetries always
    elastic_magnitude=6.0, elastic_spacing=32, zoom=0.0, rotation=0.0, neighbour_dropout=0.0,
    # how they look
    brightness=0.1, contrast=0.15, gamma=0.0, noise=0.0, shot_noise=0.0, correlated_noise=0.0, blur=0.0,
    # the loss: cross-entropy and additions
    dice=0.0, focal=0.0, affinities=0.0, skeleton_weight=0.0, border_weight=0.0,
)
NOISE_AND_BLUR = dict(noise=0.3, blur=1.0, gamma=0.1, contrast=0.25, brightness=0.15)
HALF = dict(stem_stride=2, filters=(32, 64, 128, 256), steps=3350)
HALF_RESIDUAL = {**HALF, "residual": True, "steps": 2900}
FOUR = dict(correlated_noise=0.3, zoom=0.15, rotation=45.0, learning_rate=5e-3)


class Recipe(NamedTuple):
    """`changes` of PLAIN; `base`: the recipe from which this one was made; `minutes` of two cores that its steps should cost."""

    base: str | None
    changes: dict
    why: str
    minutes: int = 5

    @property
    def options(self):
        """All of them."""
        return {**PLAIN, **self.changes}


def recipe(base, why, minutes=5, **changes):
    """One with noise and blur."""
    return Recipe(base, {**NOISE_AND_BLUR, **changes}, why, minutes)


def half(base, why, minutes=5, **changes):
    """One with noise and blur, at half resolution, with residual blocks."""
    return recipe(base, why, minutes, **{**HALF_RESIDUAL, **changes})


ONE, LONG, AGAINST = "1 min: noise and blur", "noise and blur, 3000 steps", "noise and blur"
RECIPES = {
    AGAINST: recipe(None, "Slices 0–14 are smooth, 15–29 noisy: make noisy ones out of smooth ones."),
    LONG: recipe(AGAINST, "The first round of recipes: a fifth more steps.", steps=3000),
    "plain, 3000 steps": Recipe(LONG, dict(steps=3000), "Brightness and contrast only."),
    # the network
    "8 filters on top": recipe(LONG, "Full resolution is what costs most.", steps=3000, filters=(8, 32, 64, 128, 256)),
    "depth 6": recipe(AGAINST, "One more halving sees more of the surroundings.", filters=(16, 32, 64, 128, 256, 256), steps=2350),
    "residual": recipe(AGAINST, "Residual blocks train more easily.", residual=True, steps=2250),
    "added skips": recipe(AGAINST, "Skips that are added, not concatenated, are cheaper.", added_skips=True, steps=2800),
    "half resolution": recipe(AGAINST, "A stem of stride 2: cheap pixels, so wider and more steps.", **HALF),
    "half resolution, 4300 steps": recipe(LONG, "The same in the first round.", **{**HALF, "steps": 4300}),
    "half resolution, 48 filters": recipe("half resolution", "Wider.", **{**HALF, "filters": (48, 96, 192, 384), "steps": 1800}),
    "half resolution, depth 5": recipe("half resolution", "Deeper.", **{**HALF, "filters": (32, 64, 128, 256, 256), "steps": 3200}),
    "half residual": half("half resolution", "Residual blocks."),
    "half residual, again": half("half residual", "The same seed again, to see what a graphics card repeats."),
    # optimiser and minibatches
    "learning rate 0.006": recipe(AGAINST, "Twice the rate.", learning_rate=6e-3),
    "learning rate 0.0015": recipe(AGAINST, "Half the rate.", learning_rate=1.5e-3),
    "weight decay 0.05": recipe(AGAINST, "More regular weights.", weight_decay=0.05),
    "averaged weights": recipe(LONG, "The mean of the last weights is calmer than the last.", steps=3000, averaging=0.995),
    "9 tiles of 128": recipe(AGAINST, "As many pixels from more places.", tile=128, batch_size=9),
    "2 tiles, 5000 steps": recipe(AGAINST, "Half the minibatch, twice the steps.", batch_size=2, steps=5000),
    # augmentation
    "more noise and blur": recipe(AGAINST, "More of what helped.", noise=0.5, blur=1.5, gamma=0.2, contrast=0.35, brightness=0.2),
    "correlated noise": recipe(AGAINST, "Noise of real images has neighbours.", correlated_noise=0.3),
    "shot noise": recipe(AGAINST, "Bright pixels are noisier.", shot_noise=0.3),
    "zoom and rotation": recipe(AGAINST, "Cells of other sizes, and all directions.", zoom=0.2, rotation=45.0),
    "zoom and rotation, 3000 steps": recipe(LONG, "The same in the first round.", steps=3000, zoom=0.2, rotation=45.0),
    "elastic, wide": recipe(AGAINST, "Larger and smoother deformations.", elastic_magnitude=10.0, elastic_spacing=64),
    "elastic, strong": recipe(AGAINST, "Stronger deformations.", elastic_magnitude=9.0),
    # the loss
    "Dice": recipe(AGAINST, "The overlap as a whole, not pixel by pixel.", dice=0.5),
    "Dice, 3000 steps": recipe(LONG, "The same in the first round.", steps=3000, dice=0.5),
    "focal": recipe(AGAINST, "Hard pixels count for more.", focal=1.0),
    "border weight": recipe(AGAINST, "Pixels where cells nearly touch count for more.", border_weight=3.0),
    "skeleton weight 1": recipe(AGAINST, "The middle of every membrane counts for more.", skeleton_weight=1.0),
    "skeleton weight 3": recipe(LONG, "The same, stronger.", steps=3000, skeleton_weight=3.0),
    "half residual, affinities": half("half residual", "A second task: do two pixels, 8 or 24 apart, belong to one cell?", affinities=0.5),
    # neighbouring slices, and all together
    "registered neighbours": recipe(AGAINST, "A membrane lost in one slice is seen in the next; moved onto it by optical flow.", neighbours="registered"),
    "half residual, registered": half("half residual", "Registered neighbours.", neighbours="registered"),
    "half residual, registered, dropped": half("half residual, registered", "A neighbour is replaced by the slice itself now and then.", neighbours="registered", neighbour_dropout=0.2),
    "half residual, neighbours": half("half residual", "Neighbours as they are.", neighbours="one on each side"),
    "half residual, four neighbours": half("half residual", "Two on each side.", neighbours="two on each side"),
    "four at once": recipe(AGAINST, "Correlated noise, zoom, rotation and a higher rate together.", **FOUR),
    "half residual, four at once": half("half residual", "The same four.", **FOUR),
    "half residual, four at once, registered": half("half residual, four at once", "And registered neighbours.", neighbours="registered", **FOUR),
    # one minute
    ONE: recipe(None, "The reference for one minute.", 1, steps=400),
    "1 min: plain": Recipe(ONE, dict(steps=400), "Is noise worth it in so short a time?", 1),
    "1 min: learning rate 0.006": recipe(ONE, "Twice the rate.", 1, steps=400, learning_rate=6e-3),
    "1 min: learning rate 0.0015": recipe(ONE, "Half the rate.", 1, steps=400, learning_rate=1.5e-3),
    "1 min: half resolution": recipe(ONE, "Cheap pixels, more steps.", 1, **{**HALF, "steps": 520}),
    "1 min: half resolution, rate 0.006": recipe("1 min: half resolution", "Twice the rate.", 1, **{**HALF, "steps": 520, "learning_rate": 6e-3}),
    "1 min: tiles of 128": recipe(ONE, "Smaller tiles, twice the steps.", 1, tile=128, steps=850),
    "1 min: tiles of 128, rate 0.006": recipe("1 min: tiles of 128", "Twice the rate.", 1, tile=128, steps=850, learning_rate=6e-3),
    "1 min: 2 tiles of 128": recipe("1 min: tiles of 128", "Half the minibatch.", 1, tile=128, batch_size=2, steps=1500),
    "1 min: half residual, tiles of 128": half("1 min: tiles of 128", "Residual blocks at half resolution, too.", 1, tile=128, steps=1050),
    # thirty minutes
    "30 min: half residual, four at once": half(None, "Six times as long.", 30, steps=17400, **FOUR),
    "30 min: half residual, four at once, registered": half("30 min: half residual, four at once", "And registered neighbours.", 30, steps=17400, neighbours="registered", **FOUR),
}
