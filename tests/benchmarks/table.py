"""What comes out: one line a goal, with the floor beside the product."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Line:
    """A goal and what was measured; `met` is None where nothing could be measured."""

    goal: str
    floor: str
    product: str
    ratio: str
    met: bool | None


@dataclass
class Table:
    """The lines as they come, printed as they come."""

    lines: list[Line] = field(default_factory=list)

    def title(self, text: str) -> None:
        print(f"\n{text}", flush=True)
        print(f"  {'goal':66}{'floor':>16}{'product':>18}{'ratio':>15}  met", flush=True)

    def add(self, goal: str, *, floor: object = "", product: object = "", ratio: object = "", met: bool | None) -> None:
        line = Line(goal, str(floor), str(product), str(ratio), met)
        self.lines.append(line)
        word = {True: "yes", False: "NO", None: "-"}[met]
        print(f"  {line.goal:66}{line.floor:>16}{line.product:>18}{line.ratio:>15}  {word}", flush=True)

    def note(self, text: str) -> None:
        print(f"    {text}", flush=True)

    def close(self) -> None:
        met = sum(line.met is True for line in self.lines)
        missed = [line for line in self.lines if line.met is False]
        unmeasured = sum(line.met is None for line in self.lines)
        print(f"\n{met} goals met, {len(missed)} missed, {unmeasured} not measured.")
        for line in missed:
            print(
                f"  missed: {line.goal}: floor {line.floor or '-'}, product {line.product}, ratio {line.ratio or '-'}"
            )
