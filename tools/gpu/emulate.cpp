// Runs the device code of src/Shrike.Inference/Cuda/Kernels/kernels.cu on a CPU, one fibre a CUDA thread, and compares it
// with plain loops: indexes, shared memory, matrix fragments, barriers, slices. What it cannot show: that the compiler
// for the device accepts the source, races that need real concurrency, and speed.
//
//   g++ -std=c++20 -O2 -w tools/gpu/emulate.cpp -o /tmp/emulate && /tmp/emulate
//   /tmp/emulate ROWS    paints rows that the painter's tests have written
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <random>
#include <ucontext.h>
#include <vector>

#define SHRIKE_EMULATED
#define __device__
#define __global__
#define __forceinline__ inline
#define __shared__
#define __align__(n) __attribute__((aligned(n)))
#define __launch_bounds__(n)

struct Index { unsigned x, y, z; };
struct uint4 { unsigned x, y, z, w; };
static uint4 make_uint4(unsigned x, unsigned y, unsigned z, unsigned w) { return { x, y, z, w }; }

static Index threadIdx, blockIdx, blockDim, gridDim;
__align__(128) unsigned char shared[256 * 1024];

struct Warp { int arrived[2], generation; unsigned words[2][32][6]; };
static std::vector<ucontext_t> fibres;
static std::vector<std::vector<char>> stacks;
static std::vector<char> finished;
static std::vector<Warp> warps;
static ucontext_t scheduler;
static int running, blockArrived, blockGeneration;

static void yieldFibre() { int me = running; swapcontext(&fibres[me], &scheduler); }

static void __syncthreads()
{
    int generation = blockGeneration;
    if (++blockArrived == (int)blockDim.x) { blockArrived = 0; blockGeneration++; return; }
    while (blockGeneration == generation) yieldFibre();
}

static int __syncthreads_or(int value)
{
    static int any;
    if (value) any = 1;
    __syncthreads();
    int result = any;
    __syncthreads();
    any = 0;
    return result;
}

// All lanes of a warp hand in words; returns the table of all.
static unsigned (*exchange(const unsigned* words, int count))[6]
{
    Warp& warp = warps[threadIdx.x / 32];
    int generation = warp.generation, side = generation & 1;
    memcpy(warp.words[side][threadIdx.x % 32], words, count * 4);
    if (++warp.arrived[side] == 32) { warp.arrived[side] = 0; warp.generation++; }
    else while (warp.generation == generation) yieldFibre();
    return warp.words[side];
}

typedef unsigned short lane_t;
static float widen(lane_t v) { _Float16 h; memcpy(&h, &v, 2); return (float)h; }
static lane_t narrow(float f) { _Float16 h = (_Float16)f; lane_t v; memcpy(&v, &h, 2); return v; }
static float __shfl_xor_sync(unsigned, float v, int mask)
{
    unsigned word; memcpy(&word, &v, 4);
    auto* all = exchange(&word, 1);
    memcpy(&v, &all[(threadIdx.x % 32) ^ mask][0], 4);
    return v;
}
static unsigned sharedAddress(const void*) { return 0; }

struct Copy { unsigned to; const lane_t* from; bool inside; };
static std::vector<std::vector<std::vector<Copy>>> groups; // per thread: groups under way; the last is open
static void copyAsync(unsigned to, const lane_t* from, bool inside)
{
    if (to % 16 || (size_t)from % 16) { printf("misaligned copy\n"); exit(1); }
    groups[threadIdx.x].back().push_back({ to, from, inside });
}
static void commitCopies() { groups[threadIdx.x].push_back({}); }
template <int PENDING> static void waitCopies()
{
    auto& mine = groups[threadIdx.x];
    while ((int)mine.size() - 1 > PENDING)
    {
        for (auto& c : mine.front()) { if (c.inside) memcpy(shared + c.to, c.from, 16); else memset(shared + c.to, 0, 16); }
        mine.erase(mine.begin());
    }
}
static void loadMatrices(unsigned (&v)[4], unsigned at)
{
    if (at % 16) { printf("misaligned matrix row\n"); exit(1); }
    auto* all = exchange(&at, 1);
    int lane = threadIdx.x % 32;
    for (int i = 0; i < 4; i++) memcpy(&v[i], shared + all[i * 8 + lane / 4][0] + (lane % 4) * 4, 4);
}
static float half(unsigned word, int side) { return widen((lane_t)(word >> (side * 16))); }
static void multiply(float (&sum)[4], const unsigned (&a)[4], unsigned b0, unsigned b1)
{
    unsigned mine[6] = { a[0], a[1], a[2], a[3], b0, b1 };
    auto* all = exchange(mine, 6);
    int lane = threadIdx.x % 32, g = lane / 4, t = lane % 4;
    for (int q = 0; q < 4; q++)
    {
        int high = q / 2, n = t * 2 + q % 2;
        for (int k = 0; k < 16; k++)
        {
            int from = (k % 8) / 2;
            sum[q] += half(all[g * 4 + from][high + (k / 8) * 2], k % 2) * half(all[n * 4 + from][4 + k / 8], k % 2);
        }
    }
}

#include "../../src/Shrike.Inference/Cuda/Kernels/kernels.cu"

static std::function<void()> kernelBody;
static void entry() { kernelBody(); finished[running] = 1; swapcontext(&fibres[running], &scheduler); }

static void launch(int gridX, int threads, std::function<void()> body)
{
    kernelBody = body;
    blockDim = { (unsigned)threads, 1, 1 };
    gridDim = { (unsigned)gridX, 1, 1 };
    fibres.resize(threads); stacks.resize(threads);
    for (int b = 0; b < gridX; b++)
    {
        blockIdx = { (unsigned)b, 0, 0 };
        memset(shared, 0xff, sizeof shared);
        finished.assign(threads, 0); warps.assign((threads + 31) / 32, Warp{}); groups.assign(threads, { {} });
        blockArrived = 0;
        for (int t = 0; t < threads; t++)
        {
            stacks[t].resize(64 * 1024);
            getcontext(&fibres[t]);
            fibres[t].uc_stack = { stacks[t].data(), 0, stacks[t].size() };
            fibres[t].uc_link = nullptr;
            makecontext(&fibres[t], entry, 0);
        }
        // Another order every round: what depends on it shows.
        for (int left = threads, round = 0; left > 0; round++)
        {
            left = 0;
            for (int i = 0; i < threads; i++)
            {
                int t = round % 2 ? threads - 1 - i : i;
                if (finished[t]) continue;
                left++;
                running = t; threadIdx = { (unsigned)t, 0, 0 };
                swapcontext(&scheduler, &fibres[t]);
            }
        }
    }
}

struct Case { int n, h, w, lanes, pixel, kh, kw, sh, sw, pt, pl; std::vector<int> filters; };
typedef void (*Kernel)(ConvArgs);
struct Tile { const char* name; int m, n, threads; Kernel kernel; };
#define TILE(M, N, T) { #M "x" #N, M, N, T, [](ConvArgs a) { convolve_##M##x##N(a); } }
static const Tile tiles[] = { TILE(128, 32, 256), TILE(128, 48, 256), TILE(128, 64, 256), TILE(256, 64, 256), TILE(128, 80, 256), TILE(128, 96, 256),
    TILE(128, 128, 256), TILE(128, 160, 256), TILE(128, 192, 256), TILE(256, 128, 256), TILE(64, 64, 128) };

static bool convolution(const Tile& tile, const Case& c, std::mt19937& random)
{
    std::uniform_real_distribution<float> u(-1, 1);
    bool same = c.pt || c.pl;
    int oh = same ? c.h : (c.h - c.kh) / c.sh + 1, ow = same ? c.w : (c.w - c.kw) / c.sw + 1, filters = 0, image = c.h * c.w * c.pixel;
    for (int f : c.filters) filters += f;
    int length = c.kh * c.kw * c.lanes, padded = (length + 31) / 32 * 32;
    auto aligned = [](size_t count) { void* p = aligned_alloc(64, (count * 2 + 63) / 64 * 64 + 64); memset(p, 0x7f, (count * 2 + 63) / 64 * 64 + 64); return (lane_t*)p; };
    lane_t* x = aligned((size_t)c.n * image); lane_t* w = aligned((size_t)filters * padded);
    std::vector<float> bias(filters);
    for (int i = 0; i < c.n * image; i++) x[i] = narrow(u(random));
    for (int f = 0; f < filters; f++) { bias[f] = u(random); for (int k = 0; k < padded; k++) w[f * padded + k] = k < length ? narrow(u(random)) : 0; }
    ConvArgs a = {};
    a.x = x; a.w = w; a.bias = bias.data(); a.segments = c.filters.size(); a.m = c.n * oh * ow; a.outArea = oh * ow; a.outColumns = ow; a.rows = c.h; a.columns = c.w;
    a.xPixel = c.pixel; a.xImage = image; a.lanes = c.lanes; a.kernelRows = c.kh; a.kernelColumns = c.kw; a.strideRows = c.sh; a.strideColumns = c.sw; a.padTop = c.pt; a.padLeft = c.pl; a.filters = filters; a.kTotal = padded;
    std::vector<lane_t*> outs; std::vector<size_t> sizes;
    for (int q = 0, begin = 0; q < (int)c.filters.size(); begin += c.filters[q++])
    {
        int pixel = c.filters[q] + 16, out = oh * ow * pixel; // a slice: eight lanes before it, eight behind
        lane_t* y = aligned((size_t)c.n * out);
        outs.push_back(y); sizes.push_back((size_t)c.n * out);
        a.segment[q] = { y + 8, pixel, out, begin, q % 2 == 0 };
    }
    launch(((a.m + tile.m - 1) / tile.m) * ((filters + tile.n - 1) / tile.n), tile.threads, [&] { tile.kernel(a); });
    double worst = 0;
    for (int q = 0, begin = 0; q < (int)c.filters.size(); begin += c.filters[q++])
    {
        int pixel = c.filters[q] + 16;
        for (int n = 0; n < c.n; n++) for (int p = 0; p < oh * ow; p++) for (int l = 0; l < pixel; l++)
        {
            lane_t got = outs[q][((size_t)n * oh * ow + p) * pixel + l];
            if (l < 8 || l >= 8 + c.filters[q]) { if (got != 0x7f7f) { printf("wrote beside its slice\n"); return false; } continue; }
            int f = begin + l - 8, top = p / ow * c.sh - c.pt, left = p % ow * c.sw - c.pl;
            double sum = bias[f];
            for (int r = 0; r < c.kh; r++) for (int s = 0; s < c.kw; s++)
            {
                int ih = top + r, iw = left + s;
                if (ih < 0 || ih >= c.h || iw < 0 || iw >= c.w) continue;
                for (int k = 0; k < c.lanes; k++) sum += (double)widen(x[(size_t)n * image + (ih * c.w + iw) * c.pixel + k]) * widen(w[f * padded + (r * c.kw + s) * c.lanes + k]);
            }
            if (q % 2 == 0 && sum < 0) sum = 0;
            double error = std::abs(widen(got) - sum) / (1 + std::abs(sum));
            if (!(error <= worst)) worst = error;
        }
    }
    for (lane_t* y : outs) free(y);
    free(x); free(w);
    bool ok = worst < 2e-3;
    if (!ok) printf("%s: error %g\n", tile.name, worst);
    return ok;
}

// Paints the rows of a file and compares with the images behind them: what the tests of the painter write.
static int paintFile(const char* path)
{
    FILE* file = fopen(path, "rb");
    if (!file) { printf("%s cannot be read\n", path); return 1; }
    auto number = [&] { int n = -1; if (fread(&n, 4, 1, file) != 1) { printf("%s is cut off\n", path); exit(1); } return n; };
    int n[9];
    for (int& v : n) v = number();
    std::vector<unsigned char> arrays[7];
    for (auto& a : arrays) { a.resize(number()); if (fread(a.data(), 1, a.size(), file) != a.size()) { printf("%s is cut off\n", path); exit(1); } }
    fclose(file);
    const int images = n[0], height = n[1], imageBytes = height * n[2] * n[3];
    std::vector<unsigned char> painted((size_t)images * imageBytes + 64, 0x7f);
    PaintArgs a = { arrays[0].data(), arrays[1].data(), arrays[2].data(), (const PaintRow*)arrays[3].data(), (const RowSpan*)arrays[4].data(), (const int*)arrays[5].data(), painted.data(), 0, height, n[2], n[3], n[4], n[5], n[6], n[7], n[8] };
    // In two launches, as a batch that is cut in between.
    for (int first = 0, end = images / 3; first < images; first = end, end = images)
    {
        a.firstImage = first;
        a.images = painted.data() + (size_t)first * imageBytes;
        launch((end - first) * height, 256, [&] { paint(a); });
    }
    for (size_t i = 0; i < arrays[6].size(); i++)
    {
        if (painted[i] == arrays[6][i]) continue;
        printf("image %zu, row %zu, byte %zu: %d instead of %d\n", i / imageBytes, i % imageBytes / (n[2] * n[3]), i % (n[2] * n[3]), painted[i], arrays[6][i]);
        return 1;
    }
    for (size_t i = arrays[6].size(); i < painted.size(); i++) if (painted[i] != 0x7f) { printf("painted behind the last image\n"); return 1; }
    printf("%d images painted\n", images);
    return 0;
}

int main(int count, char** arguments)
{
    if (count == 2) return paintFile(arguments[1]);
    std::mt19937 random(1);
    const Case cases[] = {
        { 2, 9, 13, 8, 8, 3, 3, 2, 2, 0, 0, { 32 } },
        { 2, 7, 11, 48, 64, 3, 3, 1, 1, 1, 1, { 64 } },
        { 1, 5, 8, 24, 40, 1, 7, 1, 1, 0, 3, { 40 } },
        { 3, 6, 7, 40, 40, 1, 1, 1, 1, 0, 0, { 64, 48, 64, 32 } },
        { 1, 4, 40, 16, 16, 1, 9, 1, 4, 0, 0, { 24 } },
        { 5, 1, 1, 200, 208, 1, 1, 1, 1, 0, 0, { 320, 8 } },
    };
    int checks = 0, failures = 0;
    for (const Tile& tile : tiles) for (const Case& c : cases) { checks++; failures += !convolution(tile, c, random); }

    // Average pool with ReLU into a slice, maximum pool of stride two.
    for (int average = 0; average < 2; average++)
    {
        int n = 2, h = 5, w = 7, lanes = 16, oh = average ? h : 2, ow = average ? w : 3, pixel = 32;
        alignas(64) static lane_t x[2 * 5 * 7 * 16], y[2 * 5 * 7 * 32];
        std::uniform_real_distribution<float> u(-1, 1);
        for (auto& v : x) v = narrow(u(random));
        memset(y, 0x7f, sizeof y);
        PoolArgs a = { x, y + 8, lanes, h * w * lanes, pixel, oh * ow * pixel, h, w, oh, ow, lanes / 8, 3, 3, average ? 1 : 2, average ? 1 : 2, average, average, n * oh * ow * lanes / 8 };
        launch((a.total + 255) / 256, 256, [&] { pool(a); });
        for (int i = 0; i < n; i++) for (int p = 0; p < oh * ow; p++) for (int l = 0; l < lanes; l++)
        {
            int top = average ? p / ow - 1 : p / ow * 2, left = average ? p % ow - 1 : p % ow * 2, cells = 0;
            float v = average ? 0 : -9;
            for (int r = std::max(0, top); r < std::min(h, top + 3); r++) for (int s = std::max(0, left); s < std::min(w, left + 3); s++, cells++)
            {
                float f = widen(x[((i * h + r) * w + s) * lanes + l]);
                v = average ? v + f : std::max(v, f);
            }
            v = average ? std::max(0.f, v / cells) : v;
            checks++;
            if (!(std::abs(widen(y[(i * oh * ow + p) * pixel + 8 + l]) - v) < 1e-3)) failures++;
        }
    }

    // Dense layer, masked rows, mask, softmax, normalised bytes.
    {
        const int n = 3, inputs = 70, outputs = 5;
        std::vector<float> x(n * inputs), w(outputs * inputs), b(outputs), y(n * outputs), p(n * outputs);
        std::uniform_real_distribution<float> u(-1, 1);
        for (auto* v : { &x, &w, &b }) for (float& f : *v) f = u(random);
        launch(n, 256, [&] { dense(x.data(), inputs, w.data(), b.data(), y.data(), outputs, inputs, outputs, 0); });
        launch(1, 256, [&] { softmax(y.data(), outputs, p.data(), outputs, n); });
        for (int i = 0; i < n; i++)
        {
            double sum[outputs], all = 0;
            for (int f = 0; f < outputs; f++) { sum[f] = b[f]; for (int k = 0; k < inputs; k++) sum[f] += (double)x[i * inputs + k] * w[f * inputs + k]; all += std::exp(sum[f]); }
            for (int f = 0; f < outputs; f++) { checks++; failures += !(std::abs(p[i * outputs + f] - std::exp(sum[f]) / all) < 1e-5); }
        }

        const int rows = 6, columns = 4, channels = 7, first = 2, count = 4;
        std::vector<unsigned char> image(n * rows * columns * channels);
        for (int i = 0; i < n; i++) for (int r = 0; r < 3 + i; r++) for (int k = 0; k < columns * channels; k++) image[(i * rows + r) * columns * channels + k] = random();
        std::vector<float> mask(n * count, -1);
        launch(n * count, 256, [&] { row_mask(image.data(), mask.data(), columns * channels, rows, first, count); });
        for (int i = 0; i < n; i++) for (int r = 0; r < count; r++) { checks++; failures += mask[i * count + r] != (r + first < 3 + i ? 1.f : 0.f); }
        alignas(64) static lane_t cells[n * rows * columns * 8];
        launch(1, 256, [&] { normalise(image.data(), cells, channels, 8, n * rows * columns); });
        for (int i = 0; i < n * rows * columns; i++) for (int l = 0; l < 8; l++) { checks++; failures += widen(cells[i * 8 + l]) != (l < 7 ? (image[i * 7 + l] - 128) / 128.f : 0.f); }
        for (int mode = 0; mode < 4; mode++)
        {
            std::vector<float> pooled(n * columns * 8, -1);
            int image8 = rows * columns * 8;
            launch(n, 256, [&] { pool_rows(cells + first * columns * 8, 8, image8, 0, mask.data(), pooled.data(), columns * 8, count, columns, 8, mode, 0.25f); });
            for (int i = 0; i < n; i++) for (int j = 0; j < (mode == 3 ? 8 : columns * 8); j++)
            {
                double v = mode == 1 ? -9 : 0, set = 0;
                for (int r = 0; r < count; r++) for (int s = 0; s < (mode == 3 ? columns : 1); s++)
                {
                    float m = mode == 3 ? 1 : mask[i * count + r];
                    double f = m * widen(cells[i * image8 + ((first + r) * columns + (mode == 3 ? s : j / 8)) * 8 + j % 8]);
                    v = mode == 1 ? std::max(v, f) : v + f;
                    set += m;
                }
                v = mode == 1 ? v : mode == 2 ? v * 0.25 : v / std::max(1., set);
                checks++;
                failures += !(std::abs(pooled[i * columns * 8 + j] - v) < 1e-5);
            }
        }
    }
    printf("%d checks, %d failures\n", checks, failures);
    return failures ? 1 : 0;
}
