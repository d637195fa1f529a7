"""The command line: results on stdout, everything else on stderr.

Exit codes: 0 ok; 1 a check found violations; 2 usage or parameter; 3 query or data; 4 network;
130 interrupted.
"""

from __future__ import annotations

import atexit
import gc
import os
import sys
from collections.abc import Sequence

from regimenkg.errors import RegimenKGError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; the console script's entry point.

    ``arguments`` are the words after the program's name, by default those of the process.
    Errors are printed as ``error: …`` and ``hint: …``; with ``--debug`` as a traceback too.
    """
    words = list(sys.argv[1:] if arguments is None else arguments)
    debug = "--debug" in words
    words = [word for word in words if word != "--debug"]
    if arguments is None:
        _spare_the_collector()
        from regimenkg.cli.ahead import begin

        begin(words)
    import click

    from regimenkg.cli.app import ReaderGoneError, app

    caught: BaseException
    try:
        result = app.main(words, prog_name="regimenkg", standalone_mode=False)
        sys.stdout.flush()
        return result if isinstance(result, int) else 0
    except RegimenKGError as error:
        _report(error.message, error.hint)
        caught, code = error, error.exit_code
    except click.exceptions.NoArgsIsHelpError as error:
        print(error.format_message(), file=sys.stderr)
        return 2
    except click.UsageError as error:
        _report(error.format_message(), _usage_hint(error))
        caught, code = error, 2
    except click.ClickException as error:
        _report(error.format_message(), None)
        caught, code = error, 3
    except (ReaderGoneError, BrokenPipeError):
        # The reader has seen enough, as `| head` does. Python would complain once more when it
        # flushes stdout at exit, so the pipe is exchanged for a place that takes anything.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except (KeyboardInterrupt, click.Abort):
        print("interrupted", file=sys.stderr)
        return 130
    except OSError as error:
        _report(f"{error.strerror or error}: {error.filename or ''}".rstrip(": "), None)
        caught, code = error, 3
    if debug:
        import traceback

        traceback.print_exception(caught)
    return code


def _spare_the_collector() -> None:
    """Have Python look for cycles of garbage less often, and not when the process ends.

    Importing makes many objects and no garbage, and the end of a process frees all of them at once.
    It was an eighth of a cold query's time, as ``make bench AGAINST=COMMIT`` measures it.
    """
    gc.set_threshold(50_000)
    atexit.register(gc.freeze)


def _report(message: str, hint: str | None) -> None:
    print("error:", message, file=sys.stderr)
    if hint:
        print("hint:", hint, file=sys.stderr)


def _usage_hint(error: object) -> str:
    import click

    from regimenkg.errors import did_you_mean

    context = getattr(error, "ctx", None)
    path = context.command_path if context is not None else "regimenkg"
    if isinstance(error, click.NoSuchOption) and context is not None:
        options = [name for p in context.command.params for name in p.opts]
        near = did_you_mean(error.option_name, options)
        if near:
            return f"did you mean {near}? '{path} --help' lists all options"
    return f"'{path} --help' tells what it takes"
