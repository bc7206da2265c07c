"""vectorbt. usage: run-vectorbt.py DATA CASE
CASE  one    the strategy, once
      sweep  500 parameter pairs at once: fast 5..24 by slow 26..74 step 2
      sweep-chunked  the same, 50 pairs at a time (less memory)
Compiling (numba) is kept apart: a first run over 2,000 bars."""
import sys

import harness  # isort: skip

import numpy as np
import pandas as pd
import vectorbt as vbt

harness.imported()
path, case = sys.argv[1:3]


def cross(close, opn, fast, slow):
    f = vbt.MA.run(close, fast, ewm=True, short_name="f")
    s = vbt.MA.run(close, slow, ewm=True, short_name="s")
    up, down = f.ma_above(s).to_numpy(copy=True), f.ma_below(s).to_numpy(copy=True)
    for a in (up, down):  # decided on a bar's close, done at the next open
        a[1:] = a[:-1].copy()
        a[:1 + 25] = False
    up, down = up.reshape(len(close), -1), down.reshape(len(close), -1)
    cols = pd.MultiIndex.from_arrays([fast, slow])
    wide = lambda a: pd.DataFrame(a, index=close.index, columns=cols)
    return vbt.Portfolio.from_signals(
        close, entries=wide(up), short_entries=wide(down), price=opn, size=1, size_type="amount",
        upon_opposite_entry="reverse", init_cash=1e6, fees=0.001, freq="1min", accumulate=False)


with harness.timed("load"):
    d = np.load(path)
    ix = pd.to_datetime(d[:, 0], unit="ms")
    close, opn = pd.Series(d[:, 4] / 100, ix), pd.Series(d[:, 1] / 100, ix)
pairs = [(12, 26)] if case == "one" else [(f, s) for f in range(5, 25) for s in range(26, 76, 2)]
step = 50 if case == "sweep-chunked" else len(pairs)
with harness.timed("compile"):
    pf = cross(close[:2000], opn[:2000], *map(list, zip(*pairs[:2])))
    pf.total_profit(), pf.orders.values
with harness.timed("run"):
    profit, orders = {}, 0
    for i in range(0, len(pairs), step):
        pf = cross(close, opn, *map(list, zip(*pairs[i:i + step])))
        profit.update(pf.total_profit().to_dict())
        orders += len(pf.orders.values)
extra = {}
if case == "one":
    o = pf.orders.records
    extra = harness.summary(list(zip(np.where(o["side"] == 0, o["size"], -o["size"]), o["price"])))
harness.report(f"vectorbt {vbt.__version__}", case, len(d) * len(pairs), pairs=len(pairs), orders=orders,
               best=str(max(profit, key=profit.get)), profit_12_26=round(float(profit[12, 26]), 2), **extra)
