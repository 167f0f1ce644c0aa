#!/usr/bin/env python3
"""Trains the default network on an NVIDIA GPU with PyTorch: the same layers, images and augmentation as shrike-training.

    models/train-on-gpu.py IMAGES_FOLDER OUT_FOLDER SECONDS [SEED [WEIGHTS]]

Reads every *.images file of the folder and writes weights.safetensors (for
`shrike-training package`), metrics.json and heldout.csv (probabilities for calibration). Files named v* are held out; without any,
the last twentieth of each file is. With WEIGHTS it starts from those, at
half the learning rate, and measures them on the held-out images too.
"""
import glob
import json
import math
import os
import struct
import sys
import time

import numpy as np
import torch
import torch.nn.functional as F

HEIGHT, WIDTH, CHANNELS, REFERENCE_ROWS = 100, 221, 7, 5
KINDS = ["SNP", "insertion", "deletion"]


def read(path):
    data = np.fromfile(path, np.uint8)
    images, labels, kinds, at = [], [], [], 0
    row = WIDTH * CHANNELS
    while at < len(data):
        labels.append(int(data[at]))
        kinds.append(int(data[at + 1]))
        size = struct.unpack_from("<i", data, at + 2)[0]
        image = np.zeros((HEIGHT, WIDTH, CHANNELS), np.uint8)
        image.reshape(-1)[:size] = data[at + 6 : at + 6 + size]
        images.append(image)
        at += 6 + size
    return np.stack(images), np.array(labels), np.array(kinds)


class RowNet(torch.nn.Module):
    """Weight names and shapes are those of the network description."""

    def __init__(self, embedding=96):
        super().__init__()
        conv = lambda i, o, k, s=1: torch.nn.Conv2d(i, o, (1, k), (1, s))
        self.row1, self.row2, self.row3 = conv(CHANNELS, 32, 9, 4), conv(32, 48, 3, 2), conv(48, 64, 3, 2)
        left = WIDTH
        for kernel, stride in ((9, 4), (3, 2), (3, 2)):
            left = (left - kernel) // stride + 1
        self.row4, self.mix = conv(64, embedding, left), conv(embedding, embedding, 1)
        self.context = torch.nn.Linear(4 * embedding, embedding)
        self.context_to_rows = torch.nn.Linear(embedding, embedding)
        self.hidden, self.classification = torch.nn.Linear(3 * embedding, embedding), torch.nn.Linear(embedding, 3)
        for p in self.parameters():
            torch.nn.init.zeros_(p) if p.dim() == 1 else torch.nn.init.normal_(p, std=math.sqrt(2 / p[0].numel()))

    def forward(self, raw):
        """Values before the softmax, for uint8 images [batch, channels, rows, columns]."""
        x = (raw.float() - 128) / 128
        for layer in (self.row1, self.row2, self.row3, self.row4):
            x = F.relu(layer(x))
        mask = raw[:, :, REFERENCE_ROWS:].amax((1, 3)).gt(0).to(x.dtype)[:, None, :, None]
        reference, reads = x[:, :, 0, 0], x[:, :, REFERENCE_ROWS:]
        count = mask.sum(2).clamp_min(1)[..., 0]
        total = (reads * mask).sum(2)[..., 0]
        pooled = torch.cat([total / count, (reads * mask).amax(2)[..., 0], total / 40, reference], 1)
        context = F.relu(self.context(pooled))
        mixed = F.relu(self.mix(reads) + self.context_to_rows(context)[:, :, None, None])
        mean, most = (mixed * mask).sum(2)[..., 0] / count, (mixed * mask).amax(2)[..., 0]
        return self.classification(F.relu(self.hidden(torch.cat([mean, most, context], 1))))


def augment(x):
    """x: uint8 [batch, channels, rows, columns], changed in ways that keep the label. Dropped rows become empty: no row knows its place."""
    n, device = len(x), x.device
    uniform = lambda *shape: torch.rand(*shape, device=device)
    keep = torch.where(uniform(n) < 0.5, 1.0, 0.35 + 0.65 * uniform(n))
    kept = uniform(n, HEIGHT) < keep[:, None]
    kept[:, :REFERENCE_ROWS] = True
    y = x.clone()
    letters = torch.tensor([250, 180, 100, 30], device=device, dtype=torch.uint8)
    order = uniform(n, 4).argsort(1)
    order = torch.where((uniform(n) < 0.5)[:, None], order, torch.arange(4, device=device)[None])
    base = x[:, 0]
    changed = torch.zeros_like(base)
    for k in range(4):
        changed = torch.where(base == letters[k], letters[order[:, k]][:, None, None], changed)
    y[:, 0] = changed
    scale = lambda channel, factor: (x[:, channel, REFERENCE_ROWS:].float() * factor[:, None, None]).clamp_max(254).to(torch.uint8)
    y[:, 1, REFERENCE_ROWS:] = scale(1, 0.88 + 0.17 * uniform(n))
    y[:, 6, REFERENCE_ROWS:] = scale(6, 0.7 + 0.6 * uniform(n))
    lower = ((uniform(n) < 0.2)[:, None] & (uniform(n, HEIGHT) < 0.08))[:, REFERENCE_ROWS:, None]
    quality = x[:, 2, REFERENCE_ROWS:]
    y[:, 2, REFERENCE_ROWS:] = torch.where(lower, quality // 3, quality)
    strand = x[:, 3, REFERENCE_ROWS:]
    flipped = torch.where(strand == 70, 240, torch.where(strand == 240, 70, strand.int())).to(torch.uint8)
    y[:, 3, REFERENCE_ROWS:] = torch.where((uniform(n) < 0.5)[:, None, None], flipped, strand)
    return y * kept[:, None, :, None]


def read_safetensors(path):
    data = open(path, "rb").read()
    size = struct.unpack_from("<Q", data)[0]
    header = json.loads(data[8 : 8 + size])
    at = lambda t: data[8 + size + t["data_offsets"][0] : 8 + size + t["data_offsets"][1]]
    return {k: torch.from_numpy(np.frombuffer(at(t), "<f4").reshape(t["shape"]).copy()) for k, t in header.items() if k != "__metadata__"}


def write_safetensors(path, tensors):
    header, blobs, at = {}, [], 0
    for name, tensor in sorted(tensors.items()):
        blob = tensor.detach().float().cpu().contiguous().numpy().astype("<f4").tobytes()
        header[name] = {"dtype": "F32", "shape": list(tensor.shape), "data_offsets": [at, at + len(blob)]}
        blobs.append(blob)
        at += len(blob)
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + b"".join(blobs))


def main():
    folder, out, seconds = sys.argv[1], sys.argv[2], float(sys.argv[3])
    seed = int(sys.argv[4]) if len(sys.argv) > 4 else 1
    start = sys.argv[5] if len(sys.argv) > 5 else ""
    torch.manual_seed(seed)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    began = time.time()
    from multiprocessing.pool import ThreadPool

    paths = sorted(glob.glob(os.path.join(folder, "*.images")))
    parts = ThreadPool(8).map(read, paths)
    is_held = [os.path.basename(p).startswith("v") for p in paths]
    split = [0 if h else len(labels) - (0 if any(is_held) else len(labels) // 20) for h, (_, labels, _) in zip(is_held, parts)]
    pick = lambda k, held: np.concatenate([p[k][s:] if held else p[k][:s] for p, s in zip(parts, split)])
    to = lambda a: torch.from_numpy(a).to(device)
    # One part after the other onto the device: the images may fill a good part of the memory.
    stack = lambda held: torch.cat([to(p[0][s:] if held else p[0][:s]) for p, s in zip(parts, split)])
    held, held_labels, held_kinds = stack(True), pick(1, True), pick(2, True)
    train, labels, kinds = stack(False), to(pick(1, False)).long(), pick(2, False)
    del parts
    n = len(train)
    print(f"{n} images to train on, {len(held)} held out, from {len(paths)} runs; loaded in {time.time() - began:.0f} s", flush=True)
    model = RowNet().to(device)

    def measure():
        with torch.no_grad():
            p = torch.cat([model(part.permute(0, 3, 1, 2)).float().softmax(1) for part in held.split(512)]).cpu().numpy()
        return p, p.argmax(1) == held_labels, float(-np.log(np.maximum(1e-12, p[np.arange(len(p)), held_labels])).mean())

    if start:
        with torch.no_grad():
            for name, value in model.named_parameters():
                value.copy_(read_safetensors(start)[name])
        _, right, nll = measure()
        print(f"start: {right.sum()}/{len(right)} = {right.mean():.4%}, negative log-likelihood {nll:.4f}", flush=True)
    averaged = {k: v.detach().clone() for k, v in model.named_parameters()}
    batch, top, warm, smoothing = 512, 1.5e-3 if start else 3e-3, 200, 1e-4
    optimizer = torch.optim.AdamW(model.parameters(), lr=top, weight_decay=1e-4, fused=device == "cuda")
    step, seen, begin, history = 0, 0, time.time(), []
    while (progress := (time.time() - begin) / seconds) < 1:
        index = torch.randint(n, (batch,), device=device)
        x = augment(train[index].permute(0, 3, 1, 2).contiguous(memory_format=torch.channels_last))
        for group in optimizer.param_groups:
            group["lr"] = top * min(1, (step + 1) / warm) * 0.5 * (1 + math.cos(math.pi * progress))
        with torch.autocast(device, torch.bfloat16, enabled=device == "cuda"):
            loss = F.cross_entropy(model(x).float(), labels[index], label_smoothing=smoothing)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 2)
        optimizer.step()
        memory = min(0.9985, (step + 1) / (step + 10))
        with torch.no_grad():
            names, values = zip(*model.named_parameters())
            torch._foreach_lerp_([averaged[k] for k in names], list(values), 1 - memory)
        step, seen = step + 1, seen + batch
        if step % 250 == 0:
            history.append([step, round(time.time() - begin, 1), round(loss.item(), 5)])
            print(f"step {step}, {history[-1][1]} s, {seen / (time.time() - begin):.0f} images/s, loss {history[-1][2]}", flush=True)
    with torch.no_grad():
        for name, value in model.named_parameters():
            value.copy_(averaged[name])
    probabilities, right, nll = measure()
    os.makedirs(out, exist_ok=True)
    write_safetensors(os.path.join(out, "weights.safetensors"), averaged)
    table = {f"{KINDS[k]} with {c} copies": [int((right & (held_kinds == k) & (held_labels == c)).sum()), int(((held_kinds == k) & (held_labels == c)).sum())] for k in range(3) for c in range(3)}
    metrics = {
        "training_images": n, "held_out": len(held_labels), "right": int(right.sum()), "negative_log_likelihood": nll, "by_type": table, "steps": step, "images_seen": seen,
        "seconds": seconds, "seed": seed, "device": torch.cuda.get_device_name() if device == "cuda" else "cpu", "torch": torch.__version__, "runs": len(paths), "history": history,
        "training_by_type": {f"{KINDS[k]} with {c} copies": int(((kinds == k) & (labels.cpu().numpy() == c)).sum()) for k in range(3) for c in range(3)},
    }
    with open(os.path.join(out, "metrics.json"), "w") as file:
        json.dump(metrics, file, indent=1)
    with open(os.path.join(out, "heldout.csv"), "w") as file:
        file.write("kind,label,p0,p1,p2\n")
        for kind, label, p in zip(held_kinds, held_labels, probabilities):
            file.write(f"{KINDS[kind]},{label},{p[0]:.6g},{p[1]:.6g},{p[2]:.6g}\n")
    print(f"held out: {right.sum()}/{len(right)} = {right.mean():.4%}, negative log-likelihood {nll:.4f}")
    for name, (good, total) in table.items():
        print(f"  {name}: {good}/{total}")


main()
