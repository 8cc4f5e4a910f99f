"""What the sandbox outside and the template inside say to each other over the control connection."""

from autograder.model import Record


class Config(Record, frozen=True, kw_only=True):
    """What the template is told on its command line."""

    confined: bool
    """It is process 1 of its own namespace; else (``--sandbox none``) only its descendants are its own."""
    scratch: str
    """The student's folder."""
    wipe: tuple[str, ...]
    """Folders that are emptied after each submission."""
    remove: str = ""
    """A folder of the sandbox's own on this machine, removed when the command is gone, however it ended."""
    uses: tuple[str, ...] = ()
    """What to make ready at once: see :data:`autograder.sandbox.inside.prepare.WARM`."""
    control: int = -1
    """File descriptor of the control connection."""
    connect: str | None = None
    """Where to connect for control instead: a container cannot inherit a descriptor."""


class Job(Record, frozen=True, kw_only=True):
    """Start one submission; its socket comes with the message."""

    cpu_seconds: float
    memory_mb: int
    processes: int
    open_files: int
    file_mb: int


class Order(Record, frozen=True):
    """What the judge tells the template: before a submission starts, and while it runs."""

    order: str
    """``warm``; then ``interrupt``, ``usage``, ``end``, or ``gone`` when it saw the connection close."""
    uses: tuple[str, ...] = ()
    """For ``warm``: what to make ready that was not yet."""


class Notice(Record, frozen=True, kw_only=True):
    """What the template says: ready, an order was carried out, a submission has ended."""

    what: str
    """``ready``, ``interrupted``, ``usage``, ``ended`` or ``failed``."""
    status: str = ""
    """For ``ended``: ``ok`` when it was told to end, else why it was killed or how it died."""
    detail: str = ""
    cpu_seconds: float = 0.0
    delayed_seconds: float = 0.0
    """For ``usage``: how long it could have run and had no processor, since it began."""
    memory_mb: float = 0.0
    spent: bool = False
    """Its folders could not be emptied: it must not be used again."""
