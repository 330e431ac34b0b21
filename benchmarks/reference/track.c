/* The work of cloud.scoring.track, row by row, as one would write it in C: -O3 -march=native, the next rows asked for.
 * And `touch`: nothing but the memory traffic of it, over the same rows in the same order. Numbers and places come as -D
 * from the Python constants.
 */
#include <math.h>
#include <stddef.h>
#include <stdint.h>

#define AHEAD 12
#define ROW 64
#define RECORD 16
#define FLAG(bits, at) (((bits) >> (at)) & 1u)

static inline float least(float a, float b) { return b < a ? b : a; }
static inline float most(float a, float b) { return b > a ? b : a; }

static inline void ask_for(float *hot, const int64_t *slots, int64_t r, int64_t n) {
    if (r + AHEAD < n) {
        char *row = (char *)(hot + (size_t)slots[r + AHEAD] * ROW);
        for (int line = 0; line < 4; line++) __builtin_prefetch(row + 64 * line, 1);
    }
}

static inline float baselines(float *restrict s, const float *restrict x, float gain, uint32_t bits, uint32_t *now) {
    float z[8], peak[8], score = 0.0f;
    for (int j = 0; j < 8; j++) {
        float value = x[j], mean = s[MEAN + j], variance = s[VARIANCE + j];
        int read = value == value, known = mean == mean;
        float off = (read & known) ? value - mean : 0.0f;
        z[j] = least(most(off / sqrtf(variance + TINY), -CLIP_Z), CLIP_Z);
        float a = read ? gain : 0.0f;
        s[MEAN + j] = known ? mean + a * off : value;
        s[VARIANCE + j] = (1.0f - a) * (variance + a * off * off);
        float up = s[CUSUM_UP + j], down = s[CUSUM_DOWN + j];
        up = read ? most(0.0f, up + z[j] - CUSUM_K) : up;
        down = read ? most(0.0f, down - z[j] - CUSUM_K) : down;
        s[CUSUM_UP + j] = up;
        s[CUSUM_DOWN + j] = down;
        peak[j] = most(up, down);
    }
    for (int j = 0; j < 8; j++) {
        *now |= (uint32_t)(peak[j] > (FLAG(bits, j) ? CUSUM_CLEAR : CUSUM_H)) << j;
        score += z[j] * z[j];
    }
    return score;
}

static inline float cold(const float *x, uint32_t bits, uint32_t *now, float *y, int *fresh) {
    float wheels = 0.0f, warm = 0.0f, low = 1e9f, high = -1e9f, total = 0.0f;
    for (int w = 0; w < 4; w++) {
        float p = x[PRESSURES + w], degc = x[TEMPERATURES + w];
        int read = p == p;
        wheels += read ? 1.0f : 0.0f;
        warm += (read & (degc == degc)) ? 1.0f : 0.0f;
        low = read ? least(low, p) : low;
        high = read ? most(high, p) : high;
        total += read ? p : 0.0f;
    }
    int relative = warm < wheels, tells = wheels > 0.0f;
    float median = wheels > 2.5f ? (total - low - high) / (wheels - 2.0f) : NAN;
    for (int w = 0; w < 4; w++) {
        float p = x[PRESSURES + w];
        float whole = (p + AIR_KPA) * REFERENCE_K / (x[TEMPERATURES + w] + KELVIN) - AIR_KPA;
        y[w] = relative ? p - median : whole;
    }
    uint32_t was = FLAG(bits, BIT_RELATIVE), kind = tells ? (uint32_t)relative : was;
    uint32_t windows = (kind != was ? 0u : bits >> BIT_WINDOWS) + (tells ? 1u : 0u);
    *fresh = kind != was;
    *now |= (kind << BIT_RELATIVE) | ((windows < 255u ? windows : 255u) << BIT_WINDOWS);
    return relative ? median : 0.0f;
}

static inline void filters(float *restrict s, const float *y, float dt, int fresh, uint32_t *now) {
    int begun = 0;
    for (int w = 0; w < 4; w++) {
        float value = y[w], slope = s[SLOPE + w], before = s[LAST_Z + w], total = s[LEAK_CUSUM + w];
        float ahead = s[LEVEL + w] + slope * dt;
        float p01 = s[P_BOTH + w], p11 = s[P_SLOPE + w];
        float p00 = s[P_LEVEL + w] + dt * (2.0f * p01 + dt * p11) + LEVEL_VAR_D * dt;
        p01 = p01 + dt * p11;
        p11 = p11 + SLOPE_VAR_D * dt;
        int read = value == value, known = ahead == ahead;
        int start = read & (!known | fresh | (value - ahead > REFILL_KPA));
        float off = (read & known) ? value - ahead : 0.0f;
        float z = off / sqrtf(p00 + READING_VAR);
        int change = read & (before < CHANGE_Z) & (z < CHANGE_Z);
        float jump = off / most(dt, SHORTEST_STEP_D);
        p00 = change ? p00 + 4.0f * off * off : p00;
        p11 = change ? p11 + 0.25f * jump * jump : p11;
        p01 = change ? 0.5f * sqrtf(p00 * p11) : p01;
        float q = 1.0f / (p00 + READING_VAR), g = read ? 1.0f : 0.0f;
        float weight = least(1.0f, HUBER / most(fabsf(off) * sqrtf(q), TINY));
        total = read ? most(0.0f, total - z - LEAK_K) : total;
        s[LEVEL + w] = start ? value : ahead + p00 * q * off * weight;
        s[SLOPE + w] = start ? 0.0f : slope + p01 * q * off * weight;
        s[P_LEVEL + w] = start ? FIRST_LEVEL_VAR : p00 * (1.0f - g * p00 * q);
        s[P_BOTH + w] = start ? 0.0f : p01 * (1.0f - g * p00 * q);
        s[P_SLOPE + w] = start ? FIRST_SLOPE_VAR : most(p11 - g * p01 * q * p01, TINY);
        s[LAST_Z + w] = start ? 0.0f : (read ? z : before);
        s[LEAK_CUSUM + w] = start ? 0.0f : total;
        begun |= start;
    }
    if (begun) *now = (*now & ((1u << BIT_WINDOWS) - 1u)) | (1u << BIT_WINDOWS);
}

static inline void alarms(const float *s, float flat, const float *y, float level, uint32_t bits, uint32_t *now) {
    uint32_t relative = FLAG(*now, BIT_RELATIVE), windows = *now >> BIT_WINDOWS;
    float allow = relative ? ALLOW_RELATIVE_KPA_D : ALLOW_KPA_D;
    for (int w = 0; w < 4; w++) {
        float slope = s[SLOPE + w], sd = sqrtf(s[P_SLOPE + w]), room = s[LEVEL + w] + level - flat;
        uint32_t sure = ((slope + allow) / sd < SURE_Z) & (windows >= SLOPE_WINDOWS);
        uint32_t drop = (s[LEAK_CUSUM + w] > LEAK_H) & (windows >= FIRST_WINDOWS);
        uint32_t soon = (slope + 2.0f * sd < SURE_SLOPE) & (room < -SOON_D * slope) & (windows >= FIRST_WINDOWS);
        uint32_t was = FLAG(bits, BIT_SUSPECT + w), held = FLAG(bits, BIT_LEAK + w);
        int read = y[w] == y[w];
        uint32_t suspect = read ? (sure | drop | soon) : was;
        uint32_t leak = read ? ((suspect & was) | (held & (suspect | was))) : held;
        *now |= (suspect << (BIT_SUSPECT + w)) | (leak << (BIT_LEAK + w));
    }
}

void track(float *hot, const int64_t *slots, const double *times_s, const float *records, float *scores, uint32_t *out,
           int64_t n) {
    for (int64_t r = 0; r < n; r++) {
        ask_for(hot, slots, r, n);
        float *s = hot + (size_t)slots[r] * ROW, y[4];
        double *at = (double *)s + TIME_AS_F64;
        uint32_t *words = (uint32_t *)s, bits = words[BITS_AS_U32], now = 0;
        float step_s = words[COUNT_AS_U32] ? (float)(times_s[r] - *at) : 1.0f;
        if (!(step_s > 0.0f)) {
            scores[r] = -1.0f;
            out[r] = bits;
            continue;
        }
        const float *x = records + r * RECORD;
        int fresh;
        scores[r] = baselines(s, x, 1.0f - expf(-step_s * INV_TAU_S), bits, &now);
        float level = cold(x, bits, &now, y, &fresh);
        filters(s, y, step_s * INV_DAY_S, fresh, &now);
        alarms(s, x[FLAT_KPA], y, level, bits, &now);
        *at = times_s[r];
        out[r] = words[BITS_AS_U32] = now;
        words[COUNT_AS_U32]++;
    }
}

void touch(float *hot, const int64_t *slots, const double *times_s, const float *records, float *scores, uint32_t *out,
           int64_t n) {
    for (int64_t r = 0; r < n; r++) {
        ask_for(hot, slots, r, n);
        float *s = hot + (size_t)slots[r] * ROW;
        float added = records[r * RECORD] + records[r * RECORD + RECORD - 1] + (float)times_s[r];
        for (int k = 0; k < ROW; k++) s[k] = s[k] * 0.999f + added * 1e-6f;
        scores[r] = s[0] + added;
        out[r] = (uint32_t)slots[r];
    }
}
