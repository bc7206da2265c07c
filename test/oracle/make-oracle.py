"""Golden values of TA-Lib over 500 synthetic bars. Writes input*.json and golden*.json beside this file.

input:  {"open": [...], "high": ..., "low": ..., "close": ..., "volume": ...}; prices have 2 decimals
golden: {"talib": version, "params": {...}, "lookback": {...}, "values": {...}, "patterns": {...}}; null = no value yet
The seed is the first one from 1 on whose bars show every pattern at least twice (and both signs of those with two).
The draws are mulberry32's, in integer arithmetic, so any language can make the same bars.
"-flat" is the same series with bars 200..229 flat (open = high = low = close, volume 0): divisions by zero.
"""
import json
import os

import numpy as np
import talib as ta

HERE = os.path.dirname(os.path.abspath(__file__))
N = 500
PATTERNS = ["CDLDOJI", "CDLENGULFING", "CDLHAMMER", "CDLMORNINGSTAR", "CDL3WHITESOLDIERS", "CDLHARAMI",
            "CDLSHOOTINGSTAR"]
SIGNED = {"CDLENGULFING", "CDLHARAMI"}


def mulberry32(seed, n):
    """the first n draws, unsigned 32 bits each"""
    with np.errstate(over="ignore"):
        a = np.uint32(seed) + np.arange(1, n + 1, dtype=np.uint64).astype(np.uint32) * np.uint32(0x6D2B79F5)
        t = (a ^ (a >> np.uint32(15))) * (a | np.uint32(1))
        t ^= t + (t ^ (t >> np.uint32(7))) * (t | np.uint32(61))
        return t ^ (t >> np.uint32(14))


def series(seed):
    r = mulberry32(seed, 6 * N).astype(np.int64).reshape(N, 6)
    o, h, l, c = (np.zeros(N, np.int64) for _ in range(4))
    last = 10000
    for i, (gap, move, size, up, down, _) in enumerate(r.tolist()):
        o[i] = last + gap % 41 - 20
        c[i] = o[i] + (move % 201 - 100) * (1 + size % 3) // 2
        h[i] = max(o[i], c[i]) + (up % 8) ** 2
        l[i] = min(o[i], c[i]) - (down % 8) ** 2
        last = c[i]
    return dict(open=o / 100, high=h / 100, low=l / 100, close=c / 100, volume=(1000 + r[:, 5] % 99001).astype(float))


def patterns(s):
    return {p: getattr(ta, p)(s["open"], s["high"], s["low"], s["close"]) for p in PATTERNS}


def shows_all(s):
    for p, v in patterns(s).items():
        if (v > 0).sum() + (0 if p in SIGNED else (v < 0).sum()) < 2 or p in SIGNED and (v < 0).sum() < 2:
            return False
    return True


PARAMS = {
    "SMA": [14], "EMA": [14], "WMA": [14], "DEMA": [14], "TEMA": [14], "KAMA": [10], "MACD": [12, 26, 9], "RSI": [14],
    "STOCH": [14, 3, 3], "STOCHRSI": [14, 14, 3], "ADX": [14], "PLUS_DI": [14], "MINUS_DI": [14], "ATR": [14],
    "BBANDS": [20, 2], "CCI": [20], "MFI": [14], "OBV": [], "ROC": [10], "WILLR": [14], "TRIX": [15],
    "SAR": [0.02, 0.2], "AD": [], "ADOSC": [3, 10], "AROON": [14], "STDDEV": [20], "TRANGE": [], "VWAP": []}


def values(s):
    o, h, l, c, v = (s[k] for k in ("open", "high", "low", "close", "volume"))
    out = {k: getattr(ta, k)(c, *PARAMS[k]) for k in
           ("SMA", "EMA", "WMA", "DEMA", "TEMA", "KAMA", "RSI", "ROC", "TRIX", "STDDEV")}
    out["MACD"], out["MACD_SIGNAL"], out["MACD_HIST"] = ta.MACD(c, 12, 26, 9)
    out["STOCH_K"], out["STOCH_D"] = ta.STOCH(h, l, c, 14, 3, 0, 3, 0)
    out["STOCHF_K"], out["STOCHF_D"] = ta.STOCHF(h, l, c, 14, 3, 0)
    out["STOCHRSI_K"], out["STOCHRSI_D"] = ta.STOCHRSI(c, 14, 14, 3, 0)
    for k in ("ADX", "PLUS_DI", "MINUS_DI", "ATR", "WILLR"):
        out[k] = getattr(ta, k)(h, l, c, 14)
    out["CCI"] = ta.CCI(h, l, c, 20)
    out["TRANGE"] = ta.TRANGE(h, l, c)
    out["BB_UPPER"], out["BB_MIDDLE"], out["BB_LOWER"] = ta.BBANDS(c, 20, 2, 2, 0)
    out["MFI"] = ta.MFI(h, l, c, v, 14)
    out["OBV"] = ta.OBV(c, v)
    out["SAR"] = ta.SAR(h, l, 0.02, 0.2)
    out["AD"] = ta.AD(h, l, c, v)
    out["ADOSC"] = ta.ADOSC(h, l, c, v, 3, 10)
    out["AROON_DOWN"], out["AROON_UP"] = ta.AROON(h, l, 14)
    out["VWAP"] = np.cumsum((h + l + c) / 3 * v) / np.cumsum(v)  # not TA-Lib's: cumulative, typical price
    return out


def compact(x):
    """17 significant digits, null for NaN"""
    if isinstance(x, dict):
        return "{" + ",".join(f"{json.dumps(k)}:{compact(v)}" for k, v in x.items()) + "}"
    if isinstance(x, (list, np.ndarray)):
        return "[" + ",".join(compact(v) for v in x) + "]"
    if isinstance(x, (float, np.floating)):
        return "null" if np.isnan(x) else f"{x:.17g}"
    return str(int(x)) if isinstance(x, (int, np.integer)) else json.dumps(x)


def save(s, suffix, seed):
    vals = values(s)
    golden = {"talib": ta.__ta_version__.decode() if isinstance(ta.__ta_version__, bytes) else ta.__ta_version__,
              "seed": seed, "params": PARAMS, "lookback": {k: int(np.argmin(np.isnan(v))) for k, v in vals.items()},
              "values": vals, "patterns": patterns(s)}
    for name, x in (("input", s), ("golden", golden)):
        with open(f"{HERE}/{name}{suffix}.json", "w") as f:
            f.write(compact(x))
    print(suffix, "seed", seed, {p: (int((v > 0).sum()), int((v < 0).sum())) for p, v in golden["patterns"].items()})
    for k, v in vals.items():
        inner = v[np.argmin(np.isnan(v)):]
        if np.isnan(inner).any():
            print("NaN inside", k)


if __name__ == "__main__":
    seed = next(i for i in range(1, 100000) if shows_all(series(i)))
    s = series(seed)
    save(s, "", seed)
    flat = {k: v.copy() for k, v in s.items()}
    for k in ("open", "high", "low", "close"):
        flat[k][200:230] = s["close"][199]
    flat["volume"][200:230] = 0
    save(flat, "-flat", seed)
