"""The same network in PyTorch: reads a model folder (model.json, weights.safetensors), prints images/s as JSON."""
import json, sys, time
import torch, torch.nn.functional as F
from safetensors.torch import load_file

folder, batch, compiled = sys.argv[1], int(sys.argv[2]), sys.argv[3] == "compile"
layers = json.load(open(folder + "/model.json"))["network"]["layers"]
weights = load_file(folder + "/weights.safetensors")


class Peer(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.fused = {}
        norms = {l["inputs"][0]: l for l in layers if l["kind"] == "BatchNorm"}
        for l in layers:
            if l["kind"] != "Convolution":
                continue
            w, n = weights[l["name"] + ".weight"], norms[l["name"]]["name"]
            scale = (weights[n + ".variance"] + norms[l["name"]].get("epsilon", 1e-3)).rsqrt()
            shift = weights[n + ".beta"] - weights[n + ".mean"] * scale
            self.fused[l["name"]] = ((w * scale[:, None, None, None]).half().cuda().to(memory_format=torch.channels_last), shift.half().cuda())
        self.dense = {l["name"]: (weights[l["name"] + ".weight"].half().cuda(), weights[l["name"] + ".bias"].half().cuda()) for l in layers if l["kind"] == "Dense"}

    def forward(self, image):
        v = {}
        for l in layers:
            k, i = l["kind"], [v[n] for n in l["inputs"]]
            if k == "Input":
                y = ((image.half() - 128) / 128).permute(0, 3, 1, 2)
            elif k == "Convolution":
                pad = [(n - 1) // 2 for n in l["kernel"]] if l.get("same") else 0
                y = F.conv2d(i[0], *self.fused[l["name"]], stride=l["stride"], padding=pad)
            elif k == "BatchNorm":
                y = i[0]
            elif k == "Relu":
                y = F.relu_(i[0])
            elif k == "MaxPool":
                y = F.max_pool2d(i[0], l["kernel"], l["stride"])
            elif k == "AveragePool":
                y = F.avg_pool2d(i[0], 3, 1, 1, count_include_pad=False)
            elif k == "Concat":
                y = torch.cat(i, 1)
            elif k == "GlobalAverage":
                y = i[0].mean((2, 3))
            elif k == "Dense":
                y = F.linear(i[0], *self.dense[l["name"]])
            elif k == "Softmax":
                y = F.softmax(i[0].float(), 1)
            else:
                raise SystemExit("no such layer here: " + k)
            v[l["name"]] = y
        return y


model = Peer().eval()
images = torch.randint(0, 256, (batch, *json.load(open(folder + "/model.json"))["shape"]), dtype=torch.uint8, device="cuda")
torch.backends.cudnn.benchmark = True
with torch.inference_mode():
    run = torch.compile(model) if compiled else model
    for _ in range(5):
        run(images)
    torch.cuda.synchronize()
    times = []
    for _ in range(20):
        begin, end = torch.cuda.Event(enable_timing=True), torch.cuda.Event(enable_timing=True)
        begin.record()
        run(images)
        end.record()
        torch.cuda.synchronize()
        times.append(begin.elapsed_time(end))
times.sort()
print(json.dumps({"torch": torch.__version__, "cudnn": torch.backends.cudnn.version(), "compile": compiled, "batch": batch, "images_per_second": batch * 1000 / times[len(times) // 2]}))
