#!/usr/bin/env bash
# A Python environment for one peer, so that each gets the numpy it wants, in out/peers of the
# repository: bench/peers/backtest/install.sh nautilus|hftbacktest|vectorbt. PY names another Python.
set -eu
cd "$(dirname "$0")/../../.."
case ${1:-} in
  nautilus) package=nautilus_trader ;;
  hftbacktest) package=hftbacktest ;;
  vectorbt) package=vectorbt ;;
  *) echo "usage: install.sh nautilus|hftbacktest|vectorbt" >&2; exit 1 ;;
esac
[ -d "out/peers/$1" ] || "${PY:-python3}" -m venv "out/peers/$1"
"out/peers/$1/bin/pip" install --no-cache-dir -q "$package"
