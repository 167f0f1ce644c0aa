// Device code of the CUDA backend; compiled at run time, without headers. Activations are NHWC with 16-bit lanes in
// groups of eight (16 bytes); every sum is kept in FP32. An output never depends on the batch it was computed in.

typedef unsigned short lane_t;
typedef unsigned int u32;
typedef unsigned long long u64;

// What the machine does in one instruction. The emulator in tools/gpu brings its own.
#ifndef SHRIKE_EMULATED
#ifdef SHRIKE_BF16
#define MMA_TYPE "bf16"
__device__ __forceinline__ float widen(lane_t v) { return __uint_as_float(((u32)v) << 16); }
__device__ __forceinline__ lane_t narrow(float f) { lane_t h; asm("cvt.rn.bf16.f32 %0, %1;" : "=h"(h) : "f"(f)); return h; }
#else
#define MMA_TYPE "f16"
__device__ __forceinline__ float widen(lane_t v) { float f; asm("cvt.f32.f16 %0, %1;" : "=f"(f) : "h"(v)); return f; }
__device__ __forceinline__ lane_t narrow(float f) { lane_t h; asm("cvt.rn.f16.f32 %0, %1;" : "=h"(h) : "f"(f)); return h; }
#endif

__device__ __forceinline__ u32 sharedAddress(const void* p) { return (u32)__cvta_generic_to_shared(p); }

// 16 bytes to shared memory without waiting; zeros if not inside.
__device__ __forceinline__ void copyAsync(u32 to, const lane_t* from, bool inside)
{
    asm volatile("cp.async.cg.shared.global [%0], [%1], 16, %2;" ::"r"(to), "l"(from), "r"(inside ? 16 : 0) : "memory");
}

__device__ __forceinline__ void commitCopies() { asm volatile("cp.async.commit_group;" ::: "memory"); }

// Until at most PENDING groups of copies are under way.
template <int PENDING>
__device__ __forceinline__ void waitCopies() { asm volatile("cp.async.wait_group %0;" ::"n"(PENDING) : "memory"); }

__device__ __forceinline__ void loadMatrices(u32 (&v)[4], u32 at)
{
    asm volatile("ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%0,%1,%2,%3}, [%4];" : "=r"(v[0]), "=r"(v[1]), "=r"(v[2]), "=r"(v[3]) : "r"(at) : "memory");
}

__device__ __forceinline__ void multiply(float (&sum)[4], const u32 (&a)[4], u32 b0, u32 b1)
{
    asm volatile("mma.sync.aligned.m16n8k16.row.col.f32." MMA_TYPE "." MMA_TYPE ".f32 {%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, {%0,%1,%2,%3};"
        : "+f"(sum[0]), "+f"(sum[1]), "+f"(sum[2]), "+f"(sum[3])
        : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b0), "r"(b1));
}
#endif

__device__ __forceinline__ u32 pack(float low, float high) { return (u32)narrow(low) | ((u32)narrow(high) << 16); }
__device__ __forceinline__ u32 reluPair(u32 v) { return v & ~(((v >> 15) & 0x00010001u) * 0xffffu); }

// One run of output channels: where it goes.
struct Segment { lane_t* y; int pixel; int image; int begin; int relu; };

struct ConvArgs
{
    const lane_t* x; const lane_t* w; const float* bias;
    Segment segment[4];
    int segments, m, outArea, outColumns, rows, columns, xPixel, xImage, lanes;
    int kernelRows, kernelColumns, strideRows, strideColumns, padTop, padLeft, filters, kTotal;
};

// Convolution as a matrix product that gathers its left side: M = images x output cells, N = filters,
// K = kernel rows x kernel columns x lanes. K advances 32 at a time through a ring of STAGES tiles in shared memory.
template <int BM, int BN, int WM, int WN, int STAGES>
__device__ __forceinline__ void convolve(const ConvArgs& a)
{
    constexpr int WARPS_N = BN / WN;
    constexpr int THREADS = (BM / WM) * WARPS_N * 32;
    constexpr int STEP = THREADS / 4;
    constexpr int NA = BM / STEP;
    constexpr int NB = (BN + STEP - 1) / STEP;
    constexpr int MT = WM / 16;
    constexpr int NT = WN / 8;
    extern __shared__ __align__(128) unsigned char shared[];
    const u32 sharedA = sharedAddress(shared);
    const u32 sharedB = sharedA + STAGES * BM * 64;
    const int tid = threadIdx.x, lane = tid & 31, warp = tid >> 5;
    const int tilesN = (a.filters + BN - 1) / BN;
    const int n0 = (blockIdx.x % tilesN) * BN;
    const int m0 = (blockIdx.x / tilesN) * BM;
    const int chunk = tid & 3, row0 = tid >> 2;

    const lane_t* base[NA];
    int top[NA], left[NA];
#pragma unroll
    for (int i = 0; i < NA; i++)
    {
        const int m = m0 + row0 + i * STEP;
        const int n = m / a.outArea, p = m - n * a.outArea;
        const int oh = p / a.outColumns, ow = p - oh * a.outColumns;
        top[i] = m < a.m ? oh * a.strideRows - a.padTop : -1000000;
        left[i] = ow * a.strideColumns - a.padLeft;
        base[i] = a.x + (long long)n * a.xImage;
    }

    int r = 0, s = 0, c = chunk * 8;
    while (c >= a.lanes) { c -= a.lanes; if (++s == a.kernelColumns) { s = 0; r++; } }
    const int tilesK = a.kTotal / 32;

    auto load = [&](int stage, int kt)
    {
#pragma unroll
        for (int i = 0; i < NA; i++)
        {
            const int row = row0 + i * STEP, ih = top[i] + r, iw = left[i] + s;
            const bool inside = r < a.kernelRows && (u32)ih < (u32)a.rows && (u32)iw < (u32)a.columns;
            const lane_t* from = inside ? base[i] + (ih * a.columns + iw) * a.xPixel + c : a.x;
            const u32 to = sharedA + stage * BM * 64 + row * 64 + ((chunk ^ ((row >> 1) & 3)) << 4);
            copyAsync(to, from, inside);
        }
#pragma unroll
        for (int i = 0; i < NB; i++)
        {
            const int row = row0 + i * STEP;
            if (row < BN)
            {
                const bool inside = n0 + row < a.filters;
                const lane_t* from = inside ? a.w + (n0 + row) * a.kTotal + kt * 32 + chunk * 8 : a.w;
                const u32 to = sharedB + stage * BN * 64 + row * 64 + ((chunk ^ ((row >> 1) & 3)) << 4);
                copyAsync(to, from, inside);
            }
        }
        c += 32;
        while (c >= a.lanes) { c -= a.lanes; if (++s == a.kernelColumns) { s = 0; r++; } }
    };

    float sum[MT][NT][4];
#pragma unroll
    for (int i = 0; i < MT; i++)
#pragma unroll
        for (int j = 0; j < NT; j++)
#pragma unroll
            for (int q = 0; q < 4; q++) sum[i][j][q] = 0.f;

    const int warpM = (warp / WARPS_N) * WM, warpN = (warp % WARPS_N) * WN;
#pragma unroll
    for (int stage = 0; stage < STAGES - 1; stage++)
    {
        if (stage < tilesK) load(stage, stage);
        commitCopies();
    }

    for (int kt = 0; kt < tilesK; kt++)
    {
        waitCopies<STAGES - 2>();
        __syncthreads();
        const int next = kt + STAGES - 1;
        if (next < tilesK) load(next % STAGES, next);
        commitCopies();
        const int stage = kt % STAGES;
        u32 fb[NT][4];
#pragma unroll
        for (int j = 0; j < NT; j++)
        {
            const int row = warpN + j * 8 + (lane & 7);
            const u32 at = sharedB + stage * BN * 64 + row * 64 + (((lane >> 3) ^ ((row >> 1) & 3)) << 4);
            loadMatrices(fb[j], at);
        }
#pragma unroll
        for (int ks = 0; ks < 2; ks++)
        {
#pragma unroll
            for (int i = 0; i < MT; i++)
            {
                const int row = warpM + i * 16 + (lane & 15);
                const u32 at = sharedA + stage * BM * 64 + row * 64 + (((ks * 2 + (lane >> 4)) ^ ((row >> 1) & 3)) << 4);
                u32 fa[4];
                loadMatrices(fa, at);
#pragma unroll
                for (int j = 0; j < NT; j++)
                {
                    multiply(sum[i][j], fa, fb[j][ks * 2], fb[j][ks * 2 + 1]);
                }
            }
        }
    }

    // Through shared memory, so that rows leave in 16-byte pieces.
    waitCopies<0>();
    __syncthreads();
    constexpr int PITCH = BN + 8;
    lane_t* tile = (lane_t*)shared;
#pragma unroll
    for (int j = 0; j < NT; j++)
    {
        const int column = warpN + j * 8 + (lane & 3) * 2;
        const bool inside = n0 + column < a.filters;
        const float b0 = inside ? a.bias[n0 + column] : 0.f, b1 = inside ? a.bias[n0 + column + 1] : 0.f;
#pragma unroll
        for (int i = 0; i < MT; i++)
        {
            const int row = warpM + i * 16 + (lane >> 2);
            *(u32*)(tile + row * PITCH + column) = pack(sum[i][j][0] + b0, sum[i][j][1] + b1);
            *(u32*)(tile + (row + 8) * PITCH + column) = pack(sum[i][j][2] + b0, sum[i][j][3] + b1);
        }
    }
    __syncthreads();
    for (int index = tid; index < BM * (BN / 8); index += THREADS)
    {
        const int row = index / (BN / 8), column = (index % (BN / 8)) * 8;
        const int m = m0 + row, f = n0 + column;
        if (m >= a.m || f >= a.filters) continue;
        int q = 0;
        while (q + 1 < a.segments && f >= a.segment[q + 1].begin) q++;
        const int n = m / a.outArea, p = m - n * a.outArea;
        uint4 v = *(const uint4*)(tile + row * PITCH + column);
        if (a.segment[q].relu) { v.x = reluPair(v.x); v.y = reluPair(v.y); v.z = reluPair(v.z); v.w = reluPair(v.w); }
        *(uint4*)(a.segment[q].y + (long long)n * a.segment[q].image + (long long)p * a.segment[q].pixel + (f - a.segment[q].begin)) = v;
    }
}

#define CONVOLUTION(BM, BN, WM, WN, STAGES) \
    extern "C" __global__ void __launch_bounds__((BM / WM) * (BN / WN) * 32) convolve_##BM##x##BN(const ConvArgs a) { convolve<BM, BN, WM, WN, STAGES>(a); }

CONVOLUTION(128, 32, 32, 16, 4)
CONVOLUTION(128, 48, 32, 24, 4)
CONVOLUTION(128, 64, 32, 32, 4)
CONVOLUTION(256, 64, 64, 32, 4)
CONVOLUTION(128, 80, 32, 40, 4)
CONVOLUTION(128, 96, 32, 48, 4)
CONVOLUTION(128, 128, 64, 32, 4)
CONVOLUTION(128, 160, 64, 40, 4)
CONVOLUTION(128, 192, 64, 48, 4)
CONVOLUTION(256, 128, 64, 64, 3)
CONVOLUTION(64, 64, 32, 32, 4)

// Bytes b as (b - 128) / 128 into eight lanes a pixel; lanes beyond the channels are zero.
extern "C" __global__ void normalise(const unsigned char* image, lane_t* y, int channels, int pixel, int pixels)
{
    const int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i >= pixels) return;
    for (int l = 0; l < pixel; l += 8)
    {
        u32 out[4];
#pragma unroll
        for (int q = 0; q < 4; q++)
        {
            const int c = l + q * 2;
            const float low = c < channels ? ((float)image[(long long)i * channels + c] - 128.f) * 0.0078125f : 0.f;
            const float high = c + 1 < channels ? ((float)image[(long long)i * channels + c + 1] - 128.f) * 0.0078125f : 0.f;
            out[q] = pack(low, high);
        }
        *(uint4*)(y + (long long)i * pixel + l) = make_uint4(out[0], out[1], out[2], out[3]);
    }
}

struct RowSpan { int column, index, length; };
struct PaintRow { int sequence, length, window, firstSpan, spans, isReference; };

struct PaintArgs
{
    const unsigned char* letters; const unsigned char* qualities; const unsigned char* templates;
    const PaintRow* rows; const RowSpan* spans; const int* firstRow; unsigned char* images;
    int firstImage, height, width, channels, base, quality, differs, inRun, runLength;
};

__device__ __forceinline__ int scaled(int value, int most) { return 254 * (value < most ? value : most) / most; }

__device__ __forceinline__ int baseColor(int letter) { return letter == 'A' ? 250 : letter == 'G' ? 180 : letter == 'T' ? 100 : letter == 'C' ? 30 : 0; }

// Length, modulo 256, of the run of equal letters around one.
__device__ __forceinline__ int runAround(const unsigned char* letters, int length, int i)
{
    int from = i, to = i + 1;
    while (from > 0 && letters[from - 1] == letters[i]) from--;
    while (to < length && letters[to] == letters[i]) to++;
    return (to - from) & 255;
}

// One byte of a row: of the last span that covers the column, or 0.
__device__ __forceinline__ int pixelByte(const PaintArgs& a, int r, int column, int lane)
{
    const PaintRow row = a.rows[r];
    for (int s = row.firstSpan + row.spans - 1; s >= row.firstSpan; s--)
    {
        const RowSpan span = a.spans[s];
        const bool marks = span.length == 0;
        if (column < span.column || column >= span.column + (marks ? 1 : span.length)) continue;
        const int index = span.index + column - span.column, at = row.sequence + index;
        if (lane == a.base) return marks ? 0 : baseColor(a.letters[at]);
        if (lane == a.quality && !row.isReference) return scaled(a.qualities[at], 40);
        if (lane == a.differs && !row.isReference) return !marks && a.letters[at] == a.letters[row.window + column] ? 50 : 254;
        if (lane == a.inRun) return runAround(a.letters + row.sequence, row.length, index) >= 3 ? 254 : 0;
        if (lane == a.runLength) return scaled(runAround(a.letters + row.sequence, row.length, index), 30);
        return a.templates[r * a.channels + lane];
    }
    return 0;
}

// Paints images from rows of bases; a block a row, rows without a read are cleared.
extern "C" __global__ void paint(PaintArgs a)
{
    const int image = blockIdx.x / a.height, h = blockIdx.x - image * a.height;
    const int r = a.firstRow[a.firstImage + image] + h, rowBytes = a.width * a.channels;
    const bool drawn = r < a.firstRow[a.firstImage + image + 1];
    unsigned char* to = a.images + (long long)blockIdx.x * rowBytes;
    for (int i = threadIdx.x; i < rowBytes; i += blockDim.x)
    {
        const int column = i / a.channels;
        to[i] = drawn ? (unsigned char)pixelByte(a, r, column, i - column * a.channels) : 0;
    }
}

struct PoolArgs
{
    const lane_t* x; lane_t* y;
    int xPixel, xImage, yPixel, yImage, rows, columns, outRows, outColumns, chunks;
    int kernelRows, kernelColumns, strideRows, strideColumns, average, relu, total;
};

// One thread: eight lanes of one output cell. Average pooling is centred and counts only cells inside.
extern "C" __global__ void pool(const PoolArgs a)
{
    const int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i >= a.total) return;
    const int chunk = i % a.chunks;
    int cell = i / a.chunks;
    const int ow = cell % a.outColumns; cell /= a.outColumns;
    const int oh = cell % a.outRows;
    const int n = cell / a.outRows;
    const int top = a.average ? oh - a.kernelRows / 2 : oh * a.strideRows;
    const int left = a.average ? ow - a.kernelColumns / 2 : ow * a.strideColumns;
    const lane_t* x = a.x + (long long)n * a.xImage + chunk * 8;
    float v[8];
    int cells = 0;
#pragma unroll
    for (int q = 0; q < 8; q++) v[q] = a.average ? 0.f : -3.0e38f;
    for (int r = 0; r < a.kernelRows; r++)
    {
        for (int s = 0; s < a.kernelColumns; s++)
        {
            const int ih = top + r, iw = left + s;
            if ((u32)ih >= (u32)a.rows || (u32)iw >= (u32)a.columns) continue;
            cells++;
            const uint4 p = *(const uint4*)(x + (ih * a.columns + iw) * a.xPixel);
            const u32 pair[4] = { p.x, p.y, p.z, p.w };
#pragma unroll
            for (int q = 0; q < 8; q++)
            {
                const float f = widen((lane_t)(pair[q >> 1] >> ((q & 1) * 16)));
                v[q] = a.average ? v[q] + f : fmaxf(v[q], f);
            }
        }
    }
    const float scale = a.average ? 1.f / (float)cells : 1.f;
    u32 out[4];
#pragma unroll
    for (int q = 0; q < 4; q++)
    {
        const u32 both = pack(v[q * 2] * scale, v[q * 2 + 1] * scale);
        out[q] = a.relu ? reluPair(both) : both;
    }
    *(uint4*)(a.y + (long long)n * a.yImage + (oh * a.outColumns + ow) * a.yPixel + chunk * 8) = make_uint4(out[0], out[1], out[2], out[3]);
}

struct ViewArgs
{
    const void* x; const void* other; void* y;
    int xPixel, xImage, otherPixel, otherImage, yPixel, yImage;
    int cells, lanes, xWide, otherWide, yWide, otherCells, relu, images;
};

__device__ __forceinline__ float get(const void* x, long long at, int wide) { return wide ? ((const float*)x)[at] : widen(((const lane_t*)x)[at]); }
__device__ __forceinline__ void put(void* y, long long at, int wide, float v) { if (wide) ((float*)y)[at] = v; else ((lane_t*)y)[at] = narrow(v); }

// y = x (+ other), then ReLU if asked; other may have one cell, which then counts everywhere. One block: one image.
extern "C" __global__ void combine(const ViewArgs a)
{
    const int n = blockIdx.x, all = a.cells * a.lanes;
    for (int i = blockIdx.y * blockDim.x + threadIdx.x; i < all; i += gridDim.y * blockDim.x)
    {
        const int cell = i / a.lanes, l = i - cell * a.lanes;
        float v = get(a.x, (long long)n * a.xImage + (long long)cell * a.xPixel + l, a.xWide);
        if (a.other) v += get(a.other, (long long)n * a.otherImage + (long long)(a.otherCells == 1 ? 0 : cell) * a.otherPixel + l, a.otherWide);
        if (a.relu) v = fmaxf(v, 0.f);
        put(a.y, (long long)n * a.yImage + (long long)cell * a.yPixel + l, a.yWide, v);
    }
}

// 1 for rows of the image with any byte above zero. One block: one row of one image.
extern "C" __global__ void row_mask(const unsigned char* image, float* y, int rowBytes, int imageRows, int first, int count)
{
    const int h = blockIdx.x % count, n = blockIdx.x / count;
    const unsigned char* row = image + ((long long)n * imageRows + first + h) * rowBytes;
    int any = 0;
    for (int i = threadIdx.x; i < rowBytes; i += blockDim.x) any |= row[i];
    any = __syncthreads_or(any);
    if (threadIdx.x == 0) y[n * count + h] = any ? 1.f : 0.f;
}

// Rows pooled under a mask; mode 0 mean over set rows, 1 maximum, 2 sum times scale, 3 mean over all cells without a mask.
extern "C" __global__ void pool_rows(const void* x, int xPixel, int xImage, int xWide, const float* mask, float* y, int yImage, int rows, int columns, int lanes, int mode, float scale)
{
    const int n = blockIdx.x;
    const int groups = mode == 3 ? 1 : columns, height = mode == 3 ? rows * columns : rows;
    for (int i = threadIdx.x; i < groups * lanes; i += blockDim.x)
    {
        const int w = i / lanes, l = i - w * lanes;
        float v = mode == 1 ? -3.0e38f : 0.f, set = 0.f;
        for (int h = 0; h < height; h++)
        {
            const float m = mode == 3 ? 1.f : mask[n * rows + h];
            const float f = m * get(x, (long long)n * xImage + (long long)(mode == 3 ? h : h * columns + w) * xPixel + l, xWide);
            v = mode == 1 ? fmaxf(v, f) : v + f;
            set += m;
        }
        y[(long long)n * yImage + i] = mode == 1 ? v : mode == 2 ? v * scale : v / fmaxf(1.f, set);
    }
}

// One warp an output: y = w x + b.
extern "C" __global__ void dense(const float* x, int xImage, const float* w, const float* bias, float* y, int yImage, int inputs, int outputs, int relu)
{
    const int n = blockIdx.x, lane = threadIdx.x & 31;
    for (int f = threadIdx.x >> 5; f < outputs; f += blockDim.x >> 5)
    {
        float sum = 0.f;
        for (int k = lane; k < inputs; k += 32) sum += x[(long long)n * xImage + k] * w[(long long)f * inputs + k];
        for (int d = 16; d > 0; d >>= 1) sum += __shfl_xor_sync(0xffffffffu, sum, d);
        sum += bias[f];
        if (lane == 0) y[(long long)n * yImage + f] = relu ? fmaxf(sum, 0.f) : sum;
    }
}

extern "C" __global__ void softmax(const float* x, int xImage, float* y, int classes, int images)
{
    const int n = blockIdx.x * blockDim.x + threadIdx.x;
    if (n >= images) return;
    const float* from = x + (long long)n * xImage;
    float most = from[0], sum = 0.f;
    for (int c = 1; c < classes; c++) most = fmaxf(most, from[c]);
    for (int c = 0; c < classes; c++) sum += expf(from[c] - most);
    for (int c = 0; c < classes; c++) y[(long long)n * classes + c] = expf(from[c] - most) / sum;
}
