"""NautilusTrader. usage: run-nautilus.py DATA CASE
CASE  quotes        quote ticks, bars built inside from bids, no tick handler in the strategy
      quotes-hooked the same, and an empty on_quote_tick in the strategy
      bars          ready 1-minute bars (fills at the bar's close: its matching engine knows no next open)
      engine-only   quote ticks, no strategy"""
import sys

import harness  # isort: skip

import numpy as np
import nautilus_trader
from decimal import Decimal
from nautilus_trader.backtest.engine import BacktestEngine, BacktestEngineConfig
from nautilus_trader.backtest.models import LatencyModel
from nautilus_trader.config import LoggingConfig
from nautilus_trader.indicators import ExponentialMovingAverage
from nautilus_trader.model.currencies import BTC, USD
from nautilus_trader.model.data import Bar, BarType, QuoteTick
from nautilus_trader.model.enums import AccountType, OmsType, OrderSide
from nautilus_trader.model.identifiers import InstrumentId, Symbol, Venue
from nautilus_trader.model.instruments import CurrencyPair
from nautilus_trader.model.objects import Money, Price, Quantity
from nautilus_trader.trading.strategy import Strategy

harness.imported()
path, case = sys.argv[1:3]
SIM = Venue("SIM")
PAIR = CurrencyPair(
    instrument_id=InstrumentId(Symbol("X/USD"), SIM), raw_symbol=Symbol("X/USD"), base_currency=BTC,
    quote_currency=USD, price_precision=2, size_precision=0, price_increment=Price(0.01, 2),
    size_increment=Quantity(1, 0), lot_size=None, max_quantity=None, min_quantity=None, max_notional=None,
    min_notional=None, max_price=None, min_price=None, margin_init=Decimal("0.03"), margin_maint=Decimal("0.03"),
    maker_fee=Decimal("0.001"), taker_fee=Decimal("0.001"), ts_event=0, ts_init=0)
BAR_TYPE = BarType.from_str(f"{PAIR.id}-1-MINUTE-" + ("LAST-EXTERNAL" if case == "bars" else "BID-INTERNAL"))


class Cross(Strategy):
    def on_start(self):
        self.want = 0
        self.fast, self.slow = ExponentialMovingAverage(12), ExponentialMovingAverage(26)
        self.register_indicator_for_bars(BAR_TYPE, self.fast)
        self.register_indicator_for_bars(BAR_TYPE, self.slow)
        self.subscribe_bars(BAR_TYPE)
        if case == "quotes-hooked":
            self.subscribe_quote_ticks(PAIR.id)

    def on_quote_tick(self, tick):
        pass

    def on_bar(self, bar):
        if not self.slow.initialized:
            return
        f, s = self.fast.value, self.slow.value
        want = 1 if f > s else -1 if f < s else self.want
        if want != self.want:
            side = OrderSide.BUY if want > 0 else OrderSide.SELL
            self.submit_order(self.order_factory.market(PAIR.id, side, Quantity(abs(want - self.want), 0)))
            self.want = want


with harness.timed("load"):
    d = np.load(path)
    if case == "bars":
        data = [Bar(BAR_TYPE, Price(o / 100, 2), Price(h / 100, 2), Price(l / 100, 2), Price(c / 100, 2),
                    Quantity(v, 0), ts, ts)
                for ts, o, h, l, c, v in zip(((d[:, 0] + 60000) * 1_000_000).tolist(), *d.T[1:6].tolist())]
    else:
        size = Quantity(10, 0)
        data = [QuoteTick(PAIR.id, Price(b / 100, 2), Price(a / 100, 2), size, size, ts, ts)
                for ts, b, a in zip((d[:, 0] * 1_000_000).tolist(), *d.T[1:3].tolist())]
    engine = BacktestEngine(BacktestEngineConfig(logging=LoggingConfig(bypass_logging=True), run_analysis=False))
    engine.add_venue(SIM, OmsType.NETTING, AccountType.MARGIN, [Money(1_000_000, USD)], USD,
                     latency_model=None if case == "bars" else LatencyModel(base_latency_nanos=1))
    engine.add_instrument(PAIR)
    engine.add_data(data)
    n = len(data)
    del data
if case != "engine-only":
    engine.add_strategy(Cross())
with harness.timed("run"):
    engine.run()
fills = [(float(o.filled_qty) * (1 if o.side == OrderSide.BUY else -1), float(o.avg_px))
         for o in sorted(engine.cache.orders(), key=lambda o: o.ts_init) if o.filled_qty > 0]
commission = sum(c.as_double() for o in engine.cache.orders() for c in o.commissions())
harness.report(f"nautilus_trader {nautilus_trader.__version__}", case, n, iterations=engine.iteration,
               commission=round(commission, 2), **harness.summary(fills))
