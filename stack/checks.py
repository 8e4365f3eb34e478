"""What `make test` runs."""


def run_all() -> int:
    raise NotImplementedError
