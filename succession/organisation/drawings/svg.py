"""The few words of SVG the drawings are written in."""

from functools import lru_cache
from html import escape

Attribute = str | int | float | None


def length(value: float) -> str:
    """A number as SVG wants it: at most two decimals, no trailing zeros."""
    return f"{value:.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)


def element(name: str, *children: str, **attributes: Attribute) -> str:
    """One element. `class_` is written `class`, `text_anchor` is written `text-anchor`; None leaves an attribute out.

    Children are markup already; pass words through `words`.
    """
    written = "".join([_attribute(key, value) for key, value in attributes.items() if value is not None])
    return f"<{name}{written}>{''.join(children)}</{name}>" if children else f"<{name}{written}/>"


@lru_cache(maxsize=8192, typed=True)
def _attribute(key: str, value: str | float) -> str:
    """Written once for the same: drawings are much alike."""
    shown = length(value) if isinstance(value, (int, float)) else value
    return f' {key.rstrip("_").replace("_", "-")}="{escape(shown)}"'


def words(text: str, **attributes: Attribute) -> str:
    return element("text", escape(text), **attributes)


def drawing(*shapes: str, width: float, height: float, label: str = "") -> str:
    """A drawing of fixed size. Without a label it is hidden from screen readers: the words stand beside it."""
    return element(
        "svg",
        *shapes or ("",),
        class_="drawing",
        width=width,
        height=height,
        viewBox=f"0 0 {length(width)} {length(height)}",
        **_spoken(label),
    )


def wide_drawing(*shapes: str, height: float, label: str = "") -> str:
    """A drawing as wide as its place; its shapes use percent coordinates."""
    return element("svg", *shapes or ("",), class_="drawing wide", width="100%", height=height, **_spoken(label))


def percent(share: float) -> str:
    return f"{length(100.0 * share)}%"


def _spoken(label: str) -> dict[str, Attribute]:
    return {"role": "img", "aria_label": label} if label else {"aria_hidden": "true"}
