"""A small picture of curves without any library, for notebooks."""
from __future__ import annotations

from collections.abc import Sequence
from html import escape

import numpy as np

from ._table import Array, brief

COLORS = ("#1f5fa8", "#d9730d", "#3a8a3a", "#8a4fa8", "#666666")
Series = tuple[str, Array, Array, str]  # label, x, y, "line", "dashed" or "points"

WIDTH, HEIGHT = 520, 260
LEFT, RIGHT, TOP, BOTTOM = 58, 130, 10, 36


def svg(series: Sequence[Series], x_label: str, y_label: str) -> str:
    """Curves over a logarithmic y axis; x is logarithmic where it spans more than two decades and is positive."""
    kept = [(label, *_shown(x, y), style) for label, x, y, style in series]
    kept = [one for one in kept if len(one[1])]
    if not kept:
        return ""
    xs, ys = np.concatenate([one[1] for one in kept]), np.concatenate([one[2] for one in kept])
    log_x = xs.min() > 0 and xs.max() / xs.min() > 100
    to_x, x_ticks = _scale(xs, LEFT, WIDTH - RIGHT, log_x)
    to_y, y_ticks = _scale(ys, HEIGHT - BOTTOM, TOP, True)
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" font-family="sans-serif" font-size="11">']
    right, floor = WIDTH - RIGHT, HEIGHT - BOTTOM
    for tick in x_ticks:
        place = to_x(np.array([tick]))[0]
        parts.append(f'<path d="M{place:.1f} {TOP}V{floor}" stroke="#e5e5e5"/>'
                     f'<text x="{place:.1f}" y="{floor + 14}" text-anchor="middle">{brief(float(tick))}</text>')
    for tick in y_ticks:
        place = to_y(np.array([tick]))[0]
        parts.append(f'<path d="M{LEFT} {place:.1f}H{right}" stroke="#e5e5e5"/>'
                     f'<text x="{LEFT - 5}" y="{place + 4:.1f}" text-anchor="end">{brief(float(tick))}</text>')
    for number, (label, x, y, style) in enumerate(kept):
        color, (px, py) = COLORS[number % len(COLORS)], (to_x(x), to_y(y))
        parts += _marks(px, py, color, style)
        height = TOP + 14 + 16 * number
        mark = (f'<circle cx="{right + 17}" cy="{height - 4}" r="2.5" fill="{color}"/>' if style == "points" else
                f'<path d="M{right + 8} {height - 4}h18" stroke="{color}" stroke-width="2"{_dash(style)}/>')
        parts.append(f'{mark}<text x="{right + 32}" y="{height}">{escape(label)}</text>')
    parts.append(f'<text x="{(LEFT + right) / 2}" y="{HEIGHT - 4}" text-anchor="middle">{escape(x_label)}</text>'
                 f'<text transform="translate(11 {(TOP + floor) / 2}) rotate(-90)" text-anchor="middle">{escape(y_label)}</text></svg>')
    return "".join(parts)


def _shown(x: Array, y: Array) -> tuple[Array, Array]:
    x, y = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    seen = np.isfinite(x) & np.isfinite(y) & (y > 0)
    return x[seen], y[seen]


def _scale(values: Array, low: float, high: float, is_log: bool):  # type: ignore[no-untyped-def]
    """From values to places, and at most five ticks within their range."""
    work = np.log10(values) if is_log else values
    least, most = float(work.min()), float(work.max())
    if most - least < 1e-9:
        least, most = least - 0.5, most + 0.5
    def place(value: Array) -> Array:
        own = np.log10(value) if is_log else value
        return low + (own - least) / (most - least) * (high - low)
    return place, ticks(least, most, is_log)


def ticks(least: float, most: float, is_log: bool) -> list[float]:
    """Round numbers within a range, of logarithms where it is one."""
    if is_log:
        for factors in ((1,), (1, 3), (1, 2, 5), (1, 1.5, 2, 3, 4, 5, 6, 7, 8, 9)):
            all_ = [f * 10.0**d for d in range(int(np.floor(least)) - 1, int(np.ceil(most)) + 1) for f in factors]
            found = [tick for tick in all_ if least - 1e-9 <= np.log10(tick) <= most + 1e-9]
            if len(found) >= 3:
                return found[:: max(1, len(found) // 5)]
        return [round(10**least, 3 - int(np.floor(least))), round(10**most, 3 - int(np.floor(most)))]
    step = 10.0 ** np.floor(np.log10(most - least))
    step *= next(f for f in (0.2, 0.5, 1, 2) if (most - least) / (step * f) <= 6)
    first = np.ceil(least / step - 1e-9) * step
    return [float(first + step * n) for n in range(int((most - first) / step + 1e-9) + 1)]


def _marks(x: Array, y: Array, color: str, style: str) -> list[str]:
    if style == "points":
        keep = np.unique(np.linspace(0, len(x) - 1, min(len(x), 60)).round().astype(int))
        return [f'<circle cx="{x[i]:.1f}" cy="{y[i]:.1f}" r="2" fill="{color}"/>' for i in keep]
    keep = np.unique(np.linspace(0, len(x) - 1, min(len(x), 400)).round().astype(int))
    path = "L".join(f"{x[i]:.1f} {y[i]:.1f}" for i in keep)
    return [f'<path d="M{path}" fill="none" stroke="{color}" stroke-width="2"{_dash(style)}/>']


def _dash(style: str) -> str:
    return ' stroke-dasharray="6 4"' if style == "dashed" else ""
