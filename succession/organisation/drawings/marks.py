"""Small marks: the quartered disc of readiness, the shape of a risk, the bar of remaining freshness, the product's sign."""

from functools import lru_cache

from succession.organisation.drawings.svg import drawing, element

PIES = {
    "ready_now": element("circle", cx=7, cy=7, r=4, class_="f-now"),
    "1_3_years": element("path", d="M7 3a4 4 0 0 1 0 8z", class_="f-now"),
    "4_5_years": element("path", d="M7 7V3a4 4 0 0 1 4 4z", class_="f-now"),
}
RISKS = {
    "high": element("path", d="M6 1.5 11 10.5H1Z", class_="f-red"),
    "medium": element("path", d="M6 1 11 6 6 11 1 6Z", class_="f-amber k-amber"),
    "low": element("circle", cx=6, cy=6, r=3.5, class_="f-t3"),
}


@lru_cache(maxsize=64)
def readiness_disc(tier: str) -> str:
    """Full, half or quarter; a dashed ring for any other tier."""
    pie = PIES.get(tier)
    if pie is None:
        return drawing(
            element("circle", cx=7, cy=7, r=6, class_="f-none k-t3", stroke_width=1.5, stroke_dasharray="2 2"),
            width=14,
            height=14,
        )
    return drawing(
        element("circle", cx=7, cy=7, r=6, class_="f-none k-now", stroke_width=1.5), pie, width=14, height=14
    )


@lru_cache(maxsize=64)
def risk_mark(level: str) -> str:
    return drawing(RISKS.get(level, ""), width=12, height=12)


def freshness_bar(age: float, half_life: float) -> str:
    """What remains of the half-life; full and orange when it is past."""
    past = age > half_life
    remaining = 1.0 if past or not half_life else max(1.0 - age / half_life, 0.04)
    return drawing(
        element("rect", x=0, y=0, width=28, height=6, rx=3, class_="f-track"),
        element("rect", x=0, y=0, width=28 * remaining, height=6, rx=3, class_="f-orange" if past else "f-now"),
        width=28,
        height=6,
    )


def brand_sign() -> str:
    return drawing(
        element("rect", x=0, y=0, width=24, height=24, rx=6, class_="lg-bg"),
        element("path", d="M6.5 7h5", class_="lg-a"),
        element("path", d="M6.5 12h8", class_="lg-b"),
        element("path", d="M6.5 17h11", class_="lg-c"),
        width=24,
        height=24,
    )
