"""Numbers of things, as messages to whoever runs the desk say them."""


def plural(number: int, thing: str) -> str:
    """So many of a thing whose name takes an s: «1 error», «2 errors»."""
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"
