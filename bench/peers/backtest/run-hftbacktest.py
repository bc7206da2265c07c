"""hftbacktest. usage: run-hftbacktest.py DATA feed
A quote becomes depth events: old bid and ask taken away where they moved, new bid and ask put in (its backtest
passes over DEPTH_BBO_EVENT). The strategy is woken by each quote (wait_next_feed) and builds its own bars.
Compiling (numba) is kept apart: a first run over 20,000 quotes."""
import sys

import harness  # isort: skip

import numpy as np
from importlib.metadata import version
from hftbacktest import (BUY_EVENT, DEPTH_EVENT, EXCH_EVENT, GTC, LOCAL_EVENT, MARKET, SELL_EVENT, BacktestAsset,
                         ROIVectorMarketDepthBacktest)
from hftbacktest.binding import event_dtype
from numba import njit

harness.imported()
path, case = sys.argv[1:3]
MIN = 60_000_000_000


@njit
def on_bar(h, close, st):  # st: bars, fast, slow, want, order id
    st[0] += 1
    st[1] = close if st[0] == 1 else st[1] + 2 / 13 * (close - st[1])
    st[2] = close if st[0] == 1 else st[2] + 2 / 27 * (close - st[2])
    if st[0] < 26 or st[1] == st[2]:
        return
    want = 1.0 if st[1] > st[2] else -1.0
    if want != st[3]:
        st[4] += 1
        if want > 0:
            h.submit_buy_order(0, int(st[4]), close, want - st[3], GTC, MARKET, False)
        else:
            h.submit_sell_order(0, int(st[4]), close, st[3] - want, GTC, MARKET, False)
        st[3] = want


@njit
def feed(h, st):
    """one wake-up per quote; a bar is over when a quote of a later minute comes"""
    n, bar, close = 0, -1, 0.0
    while h.wait_next_feed(False, 10 * MIN) == 2:
        n += 1
        m = h.current_timestamp // MIN
        if m != bar and bar >= 0:
            on_bar(h, close, st)
        bar, close = m, h.depth(0).best_bid
    return n


def engine(ev):
    a = (BacktestAsset().data(ev).linear_asset(1.0).constant_order_latency(0, 0).no_partial_fill_exchange()
         .risk_adverse_queue_model().trading_value_fee_model(0.001, 0.001).tick_size(0.01).lot_size(1.0)
         .roi_lb(100.0).roi_ub(3000.0).last_trades_capacity(0))
    return ROIVectorMarketDepthBacktest([a])


with harness.timed("load"):
    t, bid, ask = np.load(path).T
    rows = []
    for side, px in ((BUY_EVENT, bid), (SELL_EVENT, ask)):
        gone = np.flatnonzero(px[1:] != px[:-1])
        rows += [(gone + 1, 0, px[gone], side), (np.arange(len(t)), 10, px, side)]
    i = np.concatenate([r[0] for r in rows])
    put = np.concatenate([np.full(len(r[0]), r[1]) for r in rows])
    order = np.lexsort((put, i))  # by quote, what goes before what comes
    ev = np.zeros(len(i), event_dtype)
    ev["exch_ts"] = ev["local_ts"] = t[i[order]] * 1_000_000
    ev["qty"] = put[order]
    ev["px"] = np.concatenate([r[2] for r in rows])[order] / 100
    ev["ev"] = EXCH_EVENT | LOCAL_EVENT | DEPTH_EVENT | np.concatenate([np.full(len(r[0]), r[3]) for r in rows])[order]


def go(ev):
    h, st = engine(ev), np.zeros(5)
    n = feed(h, st)
    v = h.state_values(0)
    out = dict(wakeups=n, fills=int(st[4]), trades=int(v.num_trades), cash=round(v.balance, 2), fees=round(v.fee, 4),
               position=v.position)
    h.close()
    return out


with harness.timed("compile"):
    go(ev[:40_000])
with harness.timed("run"):
    out = go(ev)
harness.report(f"hftbacktest {version('hftbacktest')}", case, len(t), depth_events=len(ev), **out)
