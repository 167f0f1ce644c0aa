#!/usr/bin/python3
"""Makes the .keras archives of the tests with h5py (Debian: python3-h5py): a convolution, a batch norm, a convolution, a dense layer.

Values count up from 0 over all variables, in the order of layers and parts."""
import io
import json
import sys
import zipfile

import h5py
import numpy as np

LAYERS = [
    ("InputLayer", {"name": "images"}, []),
    ("Conv2D", {"name": "c0", "use_bias": False}, [(3, 2, 7, 4)]),
    ("BatchNormalization", {"name": "b0", "scale": False, "center": True}, [(4,), (4,), (4,)]),
    ("Activation", {"name": "relu"}, []),
    ("Conv2D", {"name": "c1", "use_bias": False}, [(1, 1, 4, 5)]),
    ("Dense", {"name": "classification", "use_bias": True}, [(5, 3), (3,)]),
]
GROUP = {"Conv2D": "conv2d", "BatchNormalization": "batch_normalization", "Dense": "dense"}


def make(path, container, **options):
    weights = io.BytesIO()
    at = 0
    with h5py.File(weights, "w", **options) as file:
        count = {}
        for kind, _, shapes in LAYERS:
            if not shapes:
                continue
            k = count.get(kind, 0)
            count[kind] = k + 1
            group = file.create_group(f"{container}/{GROUP[kind]}{'' if k == 0 else f'_{k}'}/vars")
            for i, shape in enumerate(shapes):
                n = int(np.prod(shape))
                group.create_dataset(str(i), data=np.arange(at, at + n, dtype="<f4").reshape(shape))
                at += n
        file.create_group("optimizer/vars").create_dataset("0", data=np.int64(7))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("metadata.json", "{}")
        archive.writestr("config.json", json.dumps({"class_name": "Functional", "config": {"layers": [{"class_name": c, "config": f} for c, f, _ in LAYERS]}}))
        archive.writestr("model.weights.h5", weights.getvalue())


folder = sys.argv[1]
make(folder + "/keras2.keras", "_layer_checkpoint_dependencies")
make(folder + "/keras3.keras", "layers", libver="latest")
