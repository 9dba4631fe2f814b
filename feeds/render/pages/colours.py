"""The newsroom's colour, so that it can be read on every page: WCAG 2.2 §1.4.3, §1.4.11."""

import colorsys
from dataclasses import dataclass

# The sheets of page.css: what text of that colour stands on.
LIGHT_SHEET = "#f8f6f1"
DARK_SHEET = "#1c201f"
# Text wants 4.5 at the least; on dark, thin strokes want more.
_ON_LIGHT, _ON_DARK = 4.6, 6.0
_STEPS = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Accent:
    """A colour as it stands on light and on dark pages, and what is written upon it there."""

    light: str
    on_light: str
    dark: str
    on_dark: str


def accent(colour: str) -> Accent:
    """The colour itself where it can be read; else the nearest that can, darker on light pages, lighter on dark."""
    light = _readable(colour, LIGHT_SHEET, _ON_LIGHT, towards=0)
    dark = _readable(colour, DARK_SHEET, _ON_DARK, towards=1)
    return Accent(light=light, on_light=_upon(light), dark=dark, on_dark=_upon(dark))


def contrast(one: str, other: str) -> float:
    """How well two colours tell apart, from 1 to 21."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def _readable(colour: str, sheet: str, enough: float, *, towards: float) -> str:
    """The nearest of its hue, with as much of it, whose lightness leads far enough from the sheet."""
    if contrast(colour, sheet) >= enough:
        return colour
    hue, light, much = colorsys.rgb_to_hls(*(value / 255 for value in bytes.fromhex(colour[1:])))
    shades = (_hex(hue, light + (towards - light) * step / _STEPS, much) for step in range(1, _STEPS + 1))
    return next(shade for shade in shades if contrast(shade, sheet) >= enough)


def _hex(hue: float, light: float, much: float) -> str:
    return "#" + bytes(round(value * 255) for value in colorsys.hls_to_rgb(hue, light, much)).hex()


def _upon(colour: str) -> str:
    return max("#ffffff", "#10201f", key=lambda ink: contrast(ink, colour))


def _luminance(colour: str) -> float:
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (value / 255 for value in bytes.fromhex(colour[1:]))
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
