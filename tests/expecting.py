"""What a check wants to find."""

from stack.say import Problem


def expect(what: str, found: object, wanted: object) -> None:
    if found != wanted:
        raise Problem(f"{what}: found {found!r}, wanted {wanted!r}.")
