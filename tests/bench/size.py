"""How much is measured: everything for the numbers, or just enough to see that it still works."""

from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Size:
    """The sizes of every measurement. Rounds alternate between ours and the floor."""

    rounds: int
    alone: int
    """Clicks of one technician in a round."""
    crowd: int
    crowd_seconds: float
    crowd_rounds: int
    nodes: int
    """Steps of the large tree."""
    tabs: int
    few_tabs: int
    bursts: int
    waiting: int
    """Escalations that wait before the first burst."""
    rows: int
    few_rows: int
    trees: int
    searches: int
    readers: int
    read_seconds: float
    read_rounds: int
    few_steps: int
    steps: int
    many_steps: int
    """Steps of the drafts that are edited."""
    edits: int
    settle_seconds: float
    """How long servers get to finish the work of the last round."""
    presses: int
    """Key presses that are timed in the browser."""
    written: int
    """Steps of the tree that is written."""
    walk: int = 30
    """Steps over which the layout must not shift."""

    def name(self, row: str) -> str:
        """Return a row's name with the sizes in it: ``{tabs:,} tabs`` becomes ``500 tabs``."""
        return row.format_map(asdict(self))


FULL = Size(
    rounds=5,
    alone=40,
    crowd=200,
    crowd_seconds=4.0,
    crowd_rounds=3,
    nodes=10_000,
    tabs=500,
    few_tabs=10,
    bursts=9,
    waiting=30,
    rows=100_000,
    few_rows=100,
    trees=10_000,
    searches=300,
    readers=16,
    read_seconds=2.5,
    read_rounds=3,
    few_steps=20,
    steps=1_000,
    many_steps=20_000,
    edits=8,
    settle_seconds=1.0,
    presses=120,
    written=1_000,
)

SMOKE = Size(
    rounds=1,
    alone=5,
    crowd=5,
    crowd_seconds=0.5,
    crowd_rounds=1,
    nodes=100,
    tabs=40,
    few_tabs=3,
    bursts=1,
    waiting=3,
    rows=200,
    few_rows=100,
    trees=200,
    searches=12,
    readers=4,
    read_seconds=0.5,
    read_rounds=1,
    few_steps=20,
    steps=40,
    many_steps=80,
    edits=2,
    settle_seconds=0.2,
    presses=6,
    written=100,
    walk=6,
)
