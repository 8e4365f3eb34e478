"""`make bench` (ONLY="views booking": some; ROUNDS, SECONDS: longer or shorter; KEEP=1: leave the database up)."""

import os
from collections.abc import Callable
from dataclasses import dataclass

from stack import postgres
from stack.layout import Stack
from stack.say import Problem, line, step

from . import arms, assistant, audit, crowd, dashboard, database, events, mail, outbox, pages, programs, report, schedule, search
from . import standby, views
from .retrieval import measure as retrieval

RESULTS = "results"


SMALL, LARGE = "postgres", "bench_large"
LARGER, MORE_BUFFERS = 1.3, 1.5
LISTING, BOOKING = 3.0, 1.1
# At least 0.35 times as many bookings in a second.
LAYERS = 1 / 0.35
# A batch claims and settles eight times as many, mail leaves as fast as with a job queue, writers lose 3 %.
BATCHES, DELIVERY, WRITERS = 1 / 8, 1.0, 1 / 0.97
DASHBOARD = 1 / 3
SEARCH = 1.1
STANDBY_READS = 1.1
CROWD = 5.0
# Writers keep 0.65 of their throughput; dropping a month takes a hundredth of deleting its rows.
AUDIT, RETENTION = 1 / 0.65, 1 / 100


def run_views(stack: Stack) -> None:
    verdicts, measured = [], {}
    for view in views.VIEWS:
        step(f"views: {view.name}")
        series, remarks = views.measure(stack, view)
        measured[view.name] = series
        verdicts.append(report.Verdict(view.name, series, "view", "told", view.mark, remarks))
    step("views: the parts of a request")
    measured["parts"] = arms.in_turns(stack, views.PARTS)
    line("\nA customer reads a list through a view (`view`), against the owner who is told whose rows (`told`):")
    report.table(verdicts, [("view, entered", "told"), ("view", "look-up")])
    line("\nThe parts of such a request:")
    report.parts(measured["parts"], views.PARTS[0].name)
    report.write(stack.path(RESULTS, "views.json"), measured)


def run_large(stack: Stack) -> None:
    verdicts, measured = [], {}
    for view in views.VIEWS:
        step(f"large: {view.name}")
        series, remarks, buffers = views.compare(stack, view, SMALL, LARGE)
        measured[view.name] = series
        if buffers > MORE_BUFFERS:
            remarks.append(f"{buffers:.2f} times the buffers")
        verdicts.append(report.Verdict(f"{view.name} (buffers x {buffers:.2f})", series, LARGE, SMALL, LARGER, remarks))
    line("\nThe same view of the same customers, among 1,000,000 jobs against among 100,000:")
    report.table(verdicts, [])
    report.write(stack.path(RESULTS, "large.json"), measured)


def run_listing(stack: Stack) -> None:
    schedule.check_inputs(stack)
    step("listing: available_windows")
    series = arms.in_turns(stack, schedule.listing())
    line("\nFree windows of 14 days, 50 technicians, 5,000 open jobs, against a query that only fetches the same:")
    report.table([report.Verdict("listing", series, "available_windows", "same inputs", LISTING, [])], [])
    report.write(stack.path(RESULTS, "listing.json"), {"listing": series})


def run_booking(stack: Stack) -> None:
    schedule.check_booking(stack)
    step("booking: the RPC and its twin")
    series = arms.in_turns(stack, schedule.booking())
    line("\nBooking a window through the RPC, against the same in plpgsql:")
    report.table([report.Verdict("booking", series, "rpc", "twin", BOOKING, [])], [])
    report.write(stack.path(RESULTS, "booking.json"), {"booking": series})


def run_layers(stack: Stack) -> None:
    postgres.psql(stack, "postgres", schedule.PLAIN, "copying the tables without triggers")
    every = schedule.layers()
    step("layers: from two inserts to a booking")
    try:
        series = arms.in_turns(stack, every)
    finally:
        postgres.psql(stack, "postgres", schedule.ALL_ON, "turning the triggers on again")
    line(f"\nBookings by {schedule.CLIENTS} clients at once, one layer more in each line: time that each takes.")
    line("The mark is 0.35 times as many in a second.")
    report.table([report.Verdict("booking", series, every[-1].name, every[0].name, LAYERS, [])], [])
    report.parts(series, every[0].name)
    report.write(stack.path(RESULTS, "layers.json"), {"layers": series})


def run_events(stack: Stack) -> None:
    step(f"events: {events.CLIENTS:,} streams, {events.RATE} commits a second")
    figures = events.measure(stack)
    line(f"\n{events.CLIENTS:,} customers listen while {figures.events:,} commits each concern one of them:")
    line(f"  from insert to event: half within {figures.p50:.0f} ms, 99 % within {figures.p99:.0f} ms, all within {figures.worst:.0f} ms")
    line(f"  memory of the gateway for each stream: {figures.memory:.0f} KiB")
    events.write(stack.path(RESULTS, "events.json"), figures)


def run_outbox(stack: Stack) -> None:
    mail.install(stack)
    step("outbox: claiming and settling")
    batches = arms.in_turns(stack, outbox.batches())
    step(f"outbox: {mail.MAILS:,} mails at a time")
    delivery, sizes = mail.measure(stack)
    step(f"outbox: {outbox.WRITERS} clients write")
    writers = arms.in_turns(stack, outbox.writers())
    line("\nA notification claimed and settled, in the database alone:")
    report.table([report.Verdict("batch", batches, *batches.medians, BATCHES, [])], [])
    line(f"\nA mail from the outbox to a mail server ({_sizes(sizes)}):")
    verdict = report.Verdict("delivery", delivery, mail.GATEWAY, mail.JOB_QUEUE, DELIVERY, [])
    report.table([verdict], [(mail.GATEWAY, mail.JOB_QUEUE_IN_BATCHES)])
    line(f"\nMessages and changes of status by {outbox.WRITERS} clients: time that each takes.")
    without, asking, sending = writers.medians
    report.table([report.Verdict("writers", writers, sending, without, WRITERS, [])], [(asking, without)])
    report.write(stack.path(RESULTS, "outbox.json"), {"batches": batches, "delivery": delivery, "writers": writers})


def _sizes(sizes: dict[str, float]) -> str:
    return ", ".join(f"{sender}: {size / 1024:.1f} KiB" for sender, size in sizes.items())


def run_dashboard(stack: Stack) -> None:
    step("dashboard: one call and the reads it replaces")
    with programs.running(stack, "postgrest"):
        dashboard.check(stack)
        series = dashboard.measure(stack)
    line("\nThe page that the portal opens with, through PostgREST:")
    others = [(dashboard.CALL, dashboard.FEW), (dashboard.CALL, dashboard.AT_ONCE)]
    report.table([report.Verdict("dashboard", series, dashboard.CALL, dashboard.EACH, DASHBOARD, [])], others)
    report.write(stack.path(RESULTS, "dashboard.json"), {"dashboard": series})


def run_crowd(stack: Stack) -> None:
    step(f"crowd: {crowd.VISITORS} visitors at once, and one alone")
    figures = crowd.measure(stack)
    crowd.show(figures, CROWD)
    crowd.write(stack.path(RESULTS, "crowd.json"), figures)


def run_search(stack: Stack) -> None:
    # Not before others have run: it puts a model of its own in the place of the demo's.
    search.load(stack)
    verdicts, recalls, ways = [], [["passages", "of the ten nearest", "short of ten"]], {}
    for company, size in enumerate(search.SIZES, 1):
        step(f"search: {size:,} passages")
        series = search.against_twin(stack, company)
        exact = search.found(stack, company)
        remarks = [] if exact.mean_recall == 1 and not exact.short else [f"recall {exact.mean_recall:.3f}, {exact.short} answers short"]
        verdicts.append(report.Verdict(f"{size:,} passages", series, search.CALL, search.TWIN, SEARCH, remarks))
        recalls.append([f"{size:,}, exact", f"{exact.mean_recall:.3f}", str(exact.short)])
    step("search: with the index")
    search.index(stack)
    for company, size in enumerate(search.SIZES, 1):
        indexed = search.found(stack, company)
        recalls.append([f"{size:,}, index built", f"{indexed.mean_recall:.3f}", str(indexed.short)])
        ways[f"nearest of {size}"] = search.exact_and_index(stack, company)
    line(f"\nsearch_kb, {search.COUNT} passages, against the same two queries by hand in one statement:")
    report.table(verdicts, [])
    line(f"\nWhat is found of {search.QUESTIONS} questions' ten nearest (marks: 1.00 exact, 0.95 with the index, none short):")
    report.print_rows(recalls)
    line("\nThe ten nearest by hand, with the index in place of comparing all of the company's: time that it takes.")
    for name, one in ways.items():
        line(f"\n  {name}:")
        report.parts(one, search.EXACT)
    measured = {verdict.name: verdict.series for verdict in verdicts} | ways
    report.write(stack.path(RESULTS, "search.json"), measured)


def run_retrieval(stack: Stack) -> None:
    retrieval.run_retrieval(stack, stack.path(RESULTS, "retrieval.json"))


def run_standby(stack: Stack) -> None:
    step("standby: the same reads there and on the primary")
    measured = standby.measure(stack, [view for view in views.VIEWS if view.name in ("appointments", "services")])
    line("\nA customer reads a list on a hot standby, against the same on the primary:")
    table = [report.Verdict(name, series, standby.STANDBY, standby.PRIMARY, STANDBY_READS, []) for name, series in measured.items()]
    report.table(table, [])
    report.write(stack.path(RESULTS, "standby.json"), measured)


def run_assistant(stack: Stack) -> None:
    step(f"assistant: {assistant.CLIENTS} streams, a word every {assistant.PACE} ms")
    figures = assistant.measure(stack)
    line("\nAnswers streamed to so many clients at once (mark: 0.85 times the relay's words a second):")
    assistant.show(figures, report.print_rows)
    assistant.write(stack.path(RESULTS, "assistant.json"), figures)


def run_pages(stack: Stack) -> None:
    step("pages: Lighthouse on the customer portal")
    figures = pages.measure(stack)
    line(f"\nThe portal's pages by Lighthouse, signed in, nothing in the browser's cache; medians of {pages.RUNS} runs:")
    report.print_rows(pages.rows(figures))
    pages.write(stack.path(RESULTS, "pages.json"), figures)
    line(f"\nRaw numbers: {stack.path(RESULTS, 'pages.json')}")


def run_audit(stack: Stack) -> None:
    postgres.psql(stack, "postgres", f"\\connect {audit.UNAUDITED}\n{audit.TRIGGERS_OFF}", "turning the log off in the copy")
    verdicts, measured = [], {}
    for name, write in audit.WRITES.items():
        step(f"audit: {name}, {audit.CLIENTS} clients")
        measured[name] = arms.in_turns(stack, audit.writers(write))
        verdicts.append(report.Verdict(name, measured[name], "audited", "unaudited", AUDIT, []))
    step(f"audit: sealing {audit.EVENTS:,} events")
    measured["sealing"] = audit.sealing(stack)
    step(f"audit: a month of {audit.OLD:,} events goes")
    measured["retention"] = audit.retention(stack)
    line("\nA row written by the office's system, with and without the log: time that each takes (mark: 0.65 times as many).")
    report.table(verdicts, [])
    line("\nAn event of the log, written by one statement with the others, sealed and verified: time that each takes.")
    report.parts(measured["sealing"], "insert")
    line("\nA month of old events, dropped and deleted:")
    others = [("locked", "delete"), ("drop", "delete, vacuum")]
    report.table([report.Verdict("retention", measured["retention"], "drop", "delete", RETENTION, [])], others)
    report.write(stack.path(RESULTS, "audit.json"), measured)


@dataclass(frozen=True)
class Benchmark:
    run: Callable[[Stack], None]
    needs: tuple[str, ...]


BENCHMARKS = {
    "views": Benchmark(run_views, ("rows",)),
    "large": Benchmark(run_large, ("many rows", "rows")),
    "listing": Benchmark(run_listing, ("schedule",)),
    "booking": Benchmark(run_booking, ("schedule",)),
    "layers": Benchmark(run_layers, ("schedule",)),
    "events": Benchmark(run_events, ("rows",)),
    "outbox": Benchmark(run_outbox, ("rows", "portal")),
    "dashboard": Benchmark(run_dashboard, ("rows", "portal")),
    "crowd": Benchmark(run_crowd, ("rows", "portal")),
    "standby": Benchmark(run_standby, ("rows",)),
    "retrieval": Benchmark(run_retrieval, ()),
    "assistant": Benchmark(run_assistant, ("rows",)),
    "pages": Benchmark(run_pages, ()),
    "audit": Benchmark(run_audit, ("twin", "rows")),
    "search": Benchmark(run_search, ()),
}


def _load(stack: Stack, needed: set[str]) -> None:
    if "many rows" in needed:
        database.copy(stack, LARGE)
        database.load(stack, 10_000, LARGE)
    if "twin" in needed:
        database.copy(stack, audit.UNAUDITED)
        database.load(stack, 1_000, audit.UNAUDITED)
    if "rows" in needed:
        database.load(stack, 1_000, SMALL)
    if "portal" in needed:
        database.load_portal(stack, 1_000)
    if "schedule" in needed:
        step("Loading companies with technicians and open jobs")
        schedule.load(stack)


def run_all() -> int:
    """Measures on a throwaway database. A missed mark is a finding, no error: the machine is never quiet enough."""
    wanted = os.environ.get("ONLY", "").replace(",", " ").split() or list(BENCHMARKS)
    unknown = [name for name in wanted if name not in BENCHMARKS]
    if unknown:
        raise Problem(f"ONLY names no benchmark: {', '.join(unknown)}. There are: {', '.join(BENCHMARKS)}.")
    with database.running() as stack:
        _load(stack, {need for name in wanted for need in BENCHMARKS[name].needs})
        for name in wanted:
            BENCHMARKS[name].run(stack)
    return 0
