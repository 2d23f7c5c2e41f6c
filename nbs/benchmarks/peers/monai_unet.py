"""The residual U-Net of MONAI, trained as its 2D tutorial trains it (unet_training_dict.py), within a budget of processor seconds.

As there: network, Dice loss, Adam at 1e-3, two images of four crops in a minibatch, as many crops around membrane as around cells, quarter turns,
sliding windows, and the weights whose mean Dice on the validation slices was best. In its favour: crops of 192 pixels instead of 96, flips, deterministic
steps cached, validation every five epochs instead of every two, and windows that overlap by half with Gaussian weights in the final prediction.
"""

import copy

import exchange
import monai
import torch
from monai import transforms as T
from monai.data import CacheDataset, DataLoader, list_data_collate
from monai.inferers import sliding_window_inference
from monai.metrics import DiceMetric

SIDE, EVERY = 192, 5  # pixels, epochs

options = exchange.arguments(__doc__)
data = exchange.read(options.folder)
monai.utils.set_determinism(options.seed)
lower = torch.autocast("cpu", torch.bfloat16, enabled=options.precision == "bfloat16")

clock = exchange.Clock()
both = ["image", "label"]
change = T.Compose([
    T.EnsureChannelFirstd(both, channel_dim="no_channel"), T.ScaleIntensityd(both), T.FgBgToIndicesd("label"),
    T.RandCropByPosNegLabeld(both, "label", (SIDE, SIDE), pos=1, neg=1, num_samples=4, fg_indices_key="label_fg_indices", bg_indices_key="label_bg_indices"),
    T.RandRotate90d(both, prob=0.5, spatial_axes=(0, 1)), T.RandFlipd(both, prob=0.5, spatial_axis=0), T.RandFlipd(both, prob=0.5, spatial_axis=1),
    T.SelectItemsd(both),
])
items = [dict(image=image, label=label) for image, label in zip(data["train_images"], data["train_labels"].astype("float32"))]
loader = DataLoader(CacheDataset(items, change, progress=False), batch_size=2, shuffle=True, collate_fn=list_data_collate)
scale = T.ScaleIntensity()

model = monai.networks.nets.UNet(spatial_dims=2, in_channels=1, out_channels=1, channels=(16, 32, 64, 128, 256), strides=(2, 2, 2, 2), num_res_units=2)
loss_function = monai.losses.DiceLoss(sigmoid=True)
optimizer = torch.optim.Adam(model.parameters(), 1e-3)


def probabilities(images, **windows):
    "Of membrane, by sliding windows."
    model.eval()
    with torch.no_grad(), lower:
        logits = [sliding_window_inference(scale(image[None])[None], (SIDE, SIDE), 4, model, **windows) for image in images]
    return torch.cat(logits)[:, 0].float().sigmoid().numpy()


def dice():
    "Mean Dice of membrane on the validation slices."
    metric = DiceMetric(include_background=True)
    found = torch.as_tensor(probabilities(data["valid_images"]) > 0.5)
    metric(found[:, None].float(), torch.as_tensor(data["valid_labels"])[:, None].float())
    return float(metric.aggregate())


steps = epoch = pixels = 0
best, rows, validating = None, [], 0.0
while clock.processor() < options.budget:
    model.train()
    for batch in loader:
        optimizer.zero_grad()
        with lower:
            output = model(batch["image"].as_tensor())
        loss = loss_function(output.float(), batch["label"].as_tensor())
        loss.backward()
        optimizer.step()
        steps, pixels = steps + 1, pixels + output.numel()
        if clock.processor() >= options.budget:
            break
    epoch += 1
    if epoch % EVERY == 0 or clock.processor() >= options.budget:
        before = clock.processor()
        rows.append(dict(step=steps, processor_seconds=before, loss=float(loss.detach()), valid_dice=dice()))
        validating += clock.processor() - before
        if best is None or rows[-1]["valid_dice"] > best[0]:
            best = rows[-1]["valid_dice"], steps, copy.deepcopy(model.state_dict())

training = dict(pixels=pixels, processor_seconds=clock.processor(), validating=validating, wall_seconds=clock.wall())
model.load_state_dict(best[2])
predicting = exchange.predictions(options.folder, lambda images: probabilities(images, overlap=0.5, mode="gaussian"), data)
exchange.facts(
    options.folder, ("monai", "torch", "numpy"), steps=steps, best_step=best[1], rows=rows, precision=options.precision,
    parameters=sum(weights.numel() for weights in model.parameters()), training=training, prediction=predicting,
)
