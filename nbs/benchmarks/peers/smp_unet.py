"""The U-Net of segmentation_models_pytorch, trained as its examples train it, within a budget of processor seconds.

As there: Dice loss, Adam at 2e-4 with a cosine down to 1e-5, minibatches of eight, no change of the images but their range, the weights with the best
validation. The encoder is ResNet-18 with random weights: the examples' ResNet-34 starts from weights trained on ImageNet, which this benchmark does not load, and
makes fewer steps. In its favour: random crops of 192 pixels instead of shrunken images, quarter turns and flips, validation about every twentieth of the budget.
"""

import copy
import math

import exchange
import numpy as np
import segmentation_models_pytorch as smp
import torch

SIDE, BATCH, EVERY = 192, 8, 1 / 20  # pixels, crops, share of the budget
HIGHEST, LOWEST = 2e-4, 1e-5

options = exchange.arguments(__doc__)
data = exchange.read(options.folder)
torch.manual_seed(options.seed)
rng = np.random.default_rng(options.seed)
lower = torch.autocast("cpu", torch.bfloat16, enabled=options.precision == "bfloat16")

clock = exchange.Clock()
model = smp.Unet("resnet18", encoder_weights=None, in_channels=1, classes=1)
loss_function = smp.losses.DiceLoss(smp.losses.BINARY_MODE, from_logits=True)
optimizer = torch.optim.Adam(model.parameters(), HIGHEST)


def probabilities(images):
    "Of membrane, whole slices."
    model.eval()
    with torch.no_grad(), lower:
        logits = [model(torch.as_tensor(image[None, None] / 255)) for image in images]
    return torch.cat(logits)[:, 0].float().sigmoid().numpy()


def iou():
    "Intersection over union of membrane on the validation slices."
    found, truth = probabilities(data["valid_images"]) > 0.5, data["valid_labels"] > 0
    return float((found & truth).sum() / (found | truth).sum())


steps = pixels = 0
best, rows, validating = None, [], 0.0
while clock.processor() < options.budget:
    model.train()
    optimizer.param_groups[0]["lr"] = LOWEST + (HIGHEST - LOWEST) * (1 + math.cos(math.pi * clock.processor() / options.budget)) / 2
    batch = torch.as_tensor(np.stack([exchange.crop(data, SIDE, rng) for _ in range(BATCH)]))
    optimizer.zero_grad()
    with lower:
        output = model(batch[:, :1])
    loss = loss_function(output.float(), batch[:, 1:])
    loss.backward()
    optimizer.step()
    steps, pixels = steps + 1, pixels + output.numel()
    if clock.processor() > options.budget * EVERY * (len(rows) + 1):
        before = clock.processor()
        rows.append(dict(step=steps, processor_seconds=before, loss=float(loss.detach()), valid_iou=iou()))
        validating += clock.processor() - before
        if best is None or rows[-1]["valid_iou"] > best[0]:
            best = rows[-1]["valid_iou"], steps, copy.deepcopy(model.state_dict())

training = dict(pixels=pixels, processor_seconds=clock.processor(), validating=validating, wall_seconds=clock.wall())
model.load_state_dict(best[2])
exchange.facts(
    options.folder, ("segmentation-models-pytorch", "torch", "numpy"), steps=steps, best_step=best[1], rows=rows, precision=options.precision,
    parameters=sum(weights.numel() for weights in model.parameters()), training=training, prediction=exchange.predictions(options.folder, probabilities, data),
)
