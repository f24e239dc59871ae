"""The commands. Few flags each: recipes carry the rest. Nothing heavy is imported until it is needed."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple, TypeVar

import typer

from counterfoil import __version__
from counterfoil.errors import CounterfoilError, RecipeError
from counterfoil.storage import place

if TYPE_CHECKING:
    from counterfoil.mine.run import Engine, MineRecipe
    from counterfoil.sources.source import Source
    from counterfoil.train.recipe import TrainRecipe

T = TypeVar("T")

app = typer.Typer(
    name="counterfoil",
    help="Hard negatives in both modalities: a caption wrong by one fact, and a picture by the same.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

Out = Annotated[
    Path,
    typer.Option("--out", parser=place, help="Folder to write; run the same command again to go on."),
]
Recipe = Annotated[str, typer.Option("--recipe", help="A built-in recipe, or module:function of your own.")]
Settings = Annotated[
    list[str] | None,
    typer.Option(
        "--set", help="path=value of the recipe, source.NAME=, engine.NAME=, or models=tiny. Repeatable."
    ),
]
Seed = Annotated[int, typer.Option("--seed", help="Same input and seed, same bytes.")]
Workers = Annotated[int, typer.Option("--workers", min=0, help="Processes; 0 mines in this one.")]
Dataset = Annotated[Path, typer.Argument(parser=place, help="A folder that mine has written.")]


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"counterfoil {__version__}")
        raise typer.Exit


@app.callback()
def _common(
    _asked: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """Hard negatives in both modalities for vision-language models."""


@app.command()
def mine(  # noqa: PLR0917 - typer reads the flags from here
    source: Annotated[
        str,
        typer.Argument(help="Folder, table, COCO, Karpathy JSON, tars, dataset; KIND:PATH; drawn:SPLIT."),
    ],
    out: Out,
    recipe: Annotated[
        str,
        typer.Option(
            "--recipe",
            help="A built-in recipe, or module:function of your own. [default: what suits the source]",
        ),
    ] = "",
    settings: Settings = None,
    limit: Annotated[int | None, typer.Option("--limit", min=1, help="Only the first N samples.")] = None,
    seed: Seed = 0,
    workers: Annotated[
        int | None,
        typer.Option("--workers", min=0, help="Processes; 0 mines in this one. [default: 1; ray: all CPUs]"),
    ] = None,
    engine: Annotated[str, typer.Option("--engine", help="local, or ray for a cluster.")] = "local",
    address: Annotated[
        str, typer.Option("--address", help="Of a Ray cluster: auto, ray://HOST:10001. [default: start one]")
    ] = "",
    audited: Annotated[
        bool, typer.Option("--audit", help="Let blind readers look at it, at the end.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say what its language model would be asked, and the cost.")
    ] = False,
) -> None:
    """Photos with captions in, a dataset of foils out.

    Interrupt it whenever you like: the same command goes on where it stopped, and the dataset is the
    same as if it had never stopped. `counterfoil look OUT` shows the result.
    """
    order = _Order(source, out, recipe, settings or [], limit, seed, workers, engine, address)
    with _answering():
        if dry_run:
            typer.echo(_estimated(order))
            return
        _mine(order)
        if audited:
            _audit(out)
    typer.echo(f"Look at it: counterfoil look {out}")


class _Order(NamedTuple):
    """What was asked of `mine`."""

    source: str
    out: Path
    recipe: str = ""
    settings: Sequence[str] = ()
    limit: int | None = None
    seed: int = 0
    workers: int | None = None
    engine: str = "local"
    address: str = ""


def _estimated(order: _Order) -> str:
    from counterfoil.mine.estimate import estimate

    return str(estimate(*_opened(order), seed=order.seed, limit=order.limit))


def _opened(order: _Order) -> tuple[Source, MineRecipe]:
    """The source and the recipe, with their settings."""
    from counterfoil.sources import open_source

    told = _told(order.settings)
    source = open_source(order.source, dict(setting.split("=", 1) for setting in told["source"]))
    return source, _recipe(order.recipe or getattr(source, "recipe", "photos"), told["recipe"])


def _mine(order: _Order) -> None:
    from counterfoil.mine.run import mine as run

    source, recipe = _opened(order)
    engine = _engine(order)
    with _progress() as progress:
        manifest = run(
            source, recipe, order.out, engine, seed=order.seed, limit=order.limit, progress=progress
        )
    _tell(manifest, order.out)


def _told(settings: Sequence[str]) -> dict[str, list[str]]:
    """Settings by whom they are for: "source.NAME=value", "engine.NAME=value", and the recipe's."""
    told: dict[str, list[str]] = {"source": [], "engine": [], "recipe": []}
    for setting in settings:
        whose, _, rest = setting.partition(".")
        if whose in {"source", "engine"} and "=" in rest:
            told[whose].append(rest)
        else:
            told["recipe"].append(setting)
    return told


def _engine(order: _Order) -> Engine:
    from counterfoil.config import load_object, with_settings
    from counterfoil.mine.engines import ENGINES

    told: dict[str, Any] = {} if order.workers is None else {"workers": order.workers}
    told |= {"address": order.address} if order.address else {}
    try:
        engine: Engine = load_object(order.engine, ENGINES, "engine")(**told)
    except TypeError as error:
        raise RecipeError(f"--engine {order.engine}: {error}") from error
    return with_settings(engine, _told(order.settings)["engine"])


def _recipe(name: str, settings: Sequence[str]) -> MineRecipe:
    from counterfoil.config import with_settings
    from counterfoil.mine.run import MineRecipe
    from counterfoil.recipes import RECIPES

    models = [setting for setting in settings if setting.partition("=")[0] == "models"]
    if any(setting != "models=tiny" for setting in models):
        raise RecipeError(
            f"{models[0]}: models is set to tiny or not at all; each by its own checkpoint.model"
        )
    recipe = _configured(name, (), RECIPES, MineRecipe)
    if models:
        from counterfoil.models.tiny.swap import with_tiny

        recipe = with_tiny(recipe)
    return with_settings(recipe, [setting for setting in settings if setting not in models])


def _configured(name: str, settings: Sequence[str], known: Mapping[str, str], kind: type[T]) -> T:
    """A recipe of some kind by name, with settings."""
    from counterfoil.config import load_object, with_settings

    try:
        recipe = load_object(name, known, "recipe")()
    except TypeError as error:
        raise RecipeError(f"{name!r} is no recipe: {error}") from error
    if not isinstance(recipe, kind):
        raise RecipeError(
            f"{name!r} is no recipe: it returns a {type(recipe).__name__}, not a {kind.__name__}"
        )
    return with_settings(recipe, list(settings))


def _tell(manifest: dict[str, Any], out: Path) -> None:
    counts = manifest["counts"]
    typer.echo(
        f"{counts['foils']} foils ({counts['two_way']} two-way) of {counts['samples']} pictures: {out}"
    )
    typer.echo(
        f"Refused, each with its reason: {counts['rejected']} foils, {counts['samples_rejected']} inputs"
    )


@app.command()
def refilter(
    dataset: Dataset,
    out: Annotated[Path, typer.Option("--out", parser=place, help="Folder to write.")],
    recipe: Recipe = "photos",
    settings: Settings = None,
) -> None:
    """Other limits for a dataset that was mined already; nothing is painted again.

    Example: counterfoil refilter foils --out strict --set filter.seam.ratio.max=1.3
    """
    from counterfoil.mine.refilter import refilter as judge

    with _answering():
        _tell(judge(dataset, _recipe(recipe, settings or []), out), out)


@app.command()
def look(
    dataset: Dataset,
    out: Annotated[Path | None, typer.Option("--out", help="Folder; DATASET/report by default.")] = None,
    limit: Annotated[int | None, typer.Option("--limit", min=1, help="Only the first N groups.")] = None,
    show: Annotated[bool, typer.Option("--open", help="Open it in the browser.")] = False,
) -> None:
    """Write a report that opens from disk: every foil beside its original, and what was refused."""
    from counterfoil.look import look as write

    with _answering():
        page = write(_here(dataset, out), out, limit or 0)
    typer.echo(f"Report: {page}")
    if show:
        typer.launch(str(page))


@app.command()
def audit(
    dataset: Dataset,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", help="The audit.json to write; the report goes beside it. [DATASET/audit.json]"
        ),
    ] = None,
    against: Annotated[
        Path | None,
        typer.Option("--against", help="Another dataset, or files of a benchmark: what is in both?"),
    ] = None,
    balance: Annotated[
        Path | None,
        typer.Option("--balance", help="Folder to write: the foils that no blind reader can tell."),
    ] = None,
    limit: Annotated[int | None, typer.Option("--limit", min=1, help="Only the first N groups.")] = None,
) -> None:
    """Can a foil be told by its captions alone, or by its pictures alone? By what?

    Example: counterfoil audit foils --balance even
    """
    with _answering():
        _audit(_here(dataset, out), out, against, balance, limit)


def _here(dataset: Path, out: Path | None) -> Path:
    """A dataset to read; where it lies in an object store, a copy, beside which nothing is to be written."""
    from counterfoil.errors import DataError
    from counterfoil.storage import fetched, in_store

    if in_store(dataset) and out is None:
        raise DataError(f"{dataset} lies in an object store: say with --out where to write")
    return fetched(dataset)


def _audit(dataset: Path, *asked: Any) -> None:
    from counterfoil.runs.auditing import Order, run, shown

    order = Order(dataset, *asked)
    with _progress() as progress:
        told = run(order, progress)
    typer.echo(shown(told))
    typer.echo(f"Report: {(order.out or dataset / 'audit.json').with_suffix('.html')}")


@app.command()
def export(
    dataset: Dataset,
    form: Annotated[
        str, typer.Option("--format", help="webdataset, open_clip, gnm, gnm_test or winoground.")
    ],
    out: Annotated[Path, typer.Option("--out", help="Folder to write.")],
) -> None:
    """Write a mined dataset in a form that other programs read."""
    from counterfoil.errors import RecipeError, unknown
    from counterfoil.export import EXPORTS

    with _answering():
        if form not in EXPORTS:
            raise RecipeError(unknown("format", form, EXPORTS))
        written = EXPORTS[form].write(_here(dataset, out), out)
    typer.echo(f"{written} records in {out}")


@app.command()
def train(  # noqa: PLR0917 - typer reads the flags from here
    data: Annotated[
        list[str], typer.Argument(help="Folders that mine has written, Parquet files, or drawn:SPLIT.")
    ],
    model: Annotated[
        str,
        typer.Option(
            "--model",
            help="Folder or hub id of a dual encoder, file of weights, or drawn[:NAME] from scratch.",
        ),
    ],
    out: Out,
    recipe: Recipe = "finetune",
    settings: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            help="path=value of the recipe, model.activation=, data.scenes= and kin. Repeatable.",
        ),
    ] = None,
    pairs: Annotated[
        list[str] | None,
        typer.Option("--pairs", help="Photos with captions beside the foils; sources of mine. Repeatable."),
    ] = None,
    seed: Annotated[int, typer.Option("--seed", help="Of all chance.")] = 0,
    workers: Annotated[int, typer.Option("--workers", min=0, help="Processes that read pictures.")] = 2,
) -> None:
    """Foils and a dual encoder in, a fine-tuned one out.

    OUT is a folder that from_pretrained of transformers opens; its README.md has a table of what the model
    could before and can now. Interrupt it whenever you like: the same command goes on from the last
    checkpoint. With several GPUs or processes: torchrun --nproc-per-node N -m counterfoil train ...

    Example: counterfoil train foils --model openai/clip-vit-base-patch32 --out ckpt --set optimiser.rate=5e-6
    """
    with _answering():
        from counterfoil.runs.training import Order, run
        from counterfoil.storage import folder_here
        from counterfoil.train.card import before_after

        folder_here(out)
        beside = [setting for setting in settings or [] if setting.startswith(("data.", "model."))]
        of_recipe = [setting for setting in settings or [] if setting not in beside]
        order = Order(data, pairs or [], model, out, beside, seed, workers)
        with _progress() as progress:
            told = run(order, _train_recipe(recipe, of_recipe), progress)
        if os.environ.get("RANK", "0") == "0":
            typer.echo(before_after(told["before"], told["after"]))
            typer.echo(f"Model: {out}")


def _train_recipe(name: str, settings: Sequence[str]) -> TrainRecipe:
    from counterfoil.recipes import TRAIN_RECIPES
    from counterfoil.train.recipe import TrainRecipe

    return _configured(name, settings, TRAIN_RECIPES, TrainRecipe)


@app.command()
def evaluate(  # noqa: PLR0917 - typer reads the flags from here
    model: Annotated[
        str,
        typer.Argument(
            help="Folder or hub id of a dual encoder or matcher, drawn[:NAME], scores:FILE, or control:NAME."
        ),
    ],
    on: Annotated[str, typer.Option("--on", help="Benchmarks, with commas between; foils:DIR for foils.")],
    out: Annotated[Path, typer.Option("--out", help="The results.json to write; the report goes beside it.")],
    data: Annotated[
        Path | None,
        typer.Option("--data", help="Folder with the benchmarks' files; they are found by their names."),
    ] = None,
    settings: Annotated[
        list[str] | None,
        typer.Option(
            "--set", help="NAME.field=value of a benchmark, or model.precision=bf16 and kin. Repeatable."
        ),
    ] = None,
    allow_missing: Annotated[
        bool,
        typer.Option("--allow-missing", help="Leave out items whose pictures are missing, and count them."),
    ] = False,
    check_reference: Annotated[
        bool,
        typer.Option("--check-reference", help="Compare with published counts of OpenAI's CLIP ViT-B/32."),
    ] = False,
    cache: Annotated[
        Path | None, typer.Option("--cache", help="Folder that keeps embeddings for other runs.")
    ] = None,
    keep_scores: Annotated[
        Path | None,
        typer.Option("--keep-scores", help="Write every score to this csv, as scores:FILE reads it."),
    ] = None,
) -> None:
    """A model and benchmarks in, rates with intervals out.

    Beside results.json stand a report (.html, .md, .png) and every item's answers as Parquet (.items).
    Nothing is downloaded: what is missing is named, with the command that gets it. With several GPUs:
    torchrun --nproc-per-node N -m counterfoil evaluate ...

    Example: counterfoil evaluate ckpt --on sugarcrepe,winoground --data benchmarks --out results.json
    """
    with _answering():
        from counterfoil.runs.evaluation import Order, reference_table, run, table

        order = Order(model, on, out, data, settings or [], allow_missing, cache, keep_scores)
        with _progress() as progress:
            told = run(order, progress)
        if os.environ.get("RANK", "0") != "0":
            return
        typer.echo(table(told))
        typer.echo(f"Report: {out.with_suffix('.html')}")
        if check_reference:
            checked, agrees = reference_table(told)
            typer.echo(checked)
            if not agrees:
                raise typer.Exit(1)


@app.command()
def compare(
    results: Annotated[list[Path], typer.Argument(help="Two results.json or more; the first is the base.")],
    out: Annotated[
        Path | None, typer.Option("--out", help="Report to write, as OUT.html, .md and .png.")
    ] = None,
) -> None:
    """Models beside each other, with paired differences on the same items.

    Example: counterfoil compare before.json after.json --out compared
    """
    with _answering():
        from counterfoil.runs.evaluation import compare as judge

        typer.echo(judge(results, out))
    if out:
        typer.echo(f"Report: {out.with_suffix('.html')}")


@app.command()
def demo(
    out: Annotated[Path, typer.Option("--out", help="Folder to write.")] = Path("demo"),
    workers: Workers = 1,
    training: Annotated[
        bool, typer.Option("--training/--no-training", help="Train, too; needs counterfoil[torch].")
    ] = True,
) -> None:
    """Mine real photos that come with scikit-image, and show what came out; then train on drawn scenes.

    The training is a shortened run of the laboratory, up to four minutes on two cores: a small CLIP learns
    from ordinary pairs, and is continued without negatives and with those of both modalities. Table and
    plot of what either has learned lie in OUT/lab. Interrupted, the same command goes on.
    """
    from counterfoil.demo import demo_source
    from counterfoil.look import look as write

    with _answering():
        _mine(_Order(f"coco:{demo_source(out / 'photos')}", out / "foils", workers=workers))
        typer.echo(f"Report: {write(out / 'foils').resolve()}")
        if training:
            _shortened(out / "lab")


def _shortened(out: Path) -> None:
    from counterfoil.errors import ModelError

    try:
        from counterfoil.runs.laboratory import Laboratory
        from counterfoil.runs.shortened import BASE_STEPS, STEPS, shortened
    except ModelError as missing:
        typer.echo(f"The demo's training is left out: {missing}")
        return
    typer.echo(shortened(Laboratory(out=out, base_steps=BASE_STEPS, steps=STEPS), _progress))
    typer.echo(f"Table and plot: {out.resolve() / 'lab_table.md'}, {out.resolve() / 'lab.png'}")


@contextmanager
def _progress() -> Iterator[Callable[[str, int, int | None], None]]:
    """A progress bar with an ETA on standard error."""
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    columns = (
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(),
        TextColumn("ETA"), TimeRemainingColumn(),
    )  # fmt: skip
    bar = Progress(*columns, console=Console(stderr=True))

    def progress(what: str, done: int, total: int | None) -> None:
        if not bar.tasks:
            bar.add_task(what, total=total)
            bar.start()
        bar.update(bar.task_ids[0], description=what, completed=done, total=total)

    try:
        yield progress
    finally:
        if bar.tasks:
            bar.stop()


@contextmanager
def _answering() -> Iterator[None]:
    """A foreseen error is one sentence and status 1; interrupted is status 130."""

    def stop(number: int, frame: object) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, stop)
    try:
        yield
    except CounterfoilError as error:
        typer.echo(f"Error: {error}", err=True)
        raise typer.Exit(1) from None
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        typer.echo(f"Error: {where}{error.strerror or error}", err=True)
        raise typer.Exit(1) from None
    except MemoryError:
        typer.echo("Error: out of memory. Fewer --workers, or a smaller batch_size, need less", err=True)
        raise typer.Exit(1) from None
    except KeyboardInterrupt:
        typer.echo("Interrupted. What was committed is kept: the same command goes on from there.", err=True)
        raise typer.Exit(130) from None


def main() -> None:
    """The command `counterfoil`."""
    app()


if __name__ == "__main__":
    main()
