"""The command `outrider`: the parts of the service, together or each by itself."""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from cloud import app, settings
from cloud.adapters.events import log_events_to_stderr
from cloud.app_trips import add_trips
from cloud.base import Base
from cloud.settings import Settings

cli: Final = typer.Typer(
    name="outrider",
    help="Rides ahead of the breakdown: what will fail, when, and who is on the way.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

Data = Annotated[Path | None, typer.Option("--data", help="Folder of everything that is kept.")]
Clock = Annotated[str | None, typer.Option(help="real, or scaled:FACTOR@EPOCH for a demo.")]
Config = Annotated[Path | None, typer.Option(help="TOML file of settings.")]
LogLevel = Annotated[str | None, typer.Option(help="DEBUG, INFO, WARNING or ERROR.")]
AsJson = Annotated[bool, typer.Option("--json", help="Answer with one line of JSON on stdout.")]
Host = Annotated[str | None, typer.Option(help="Address the API listens on.")]
Port = Annotated[int | None, typer.Option(help="Port of the API, 0 for any free one.")]
StatusPort = Annotated[
    int | None, typer.Option(help="Answer /health and /metrics here, 0 for any free port; without it nowhere.")
]
MqttHost = Annotated[str | None, typer.Option(help="A broker of your own; without it the embedded one is used.")]
MqttPort = Annotated[int | None, typer.Option(help="Port of the broker, 0 for any free one if it is embedded.")]
Model = Annotated[Path | None, typer.Option("--model", help="A trained model that answers instead of the rules.")]
ShadowModel = Annotated[
    Path | None, typer.Option("--shadow", help="A candidate beside it: differences are counted, nothing is done.")
]


@cli.command()
def serve(
    data: Data = None,
    clock: Clock = None,
    host: Host = None,
    port: Port = None,
    mqtt_host: MqttHost = None,
    mqtt_port: MqttPort = None,
    model: Model = None,
    shadow: ShadowModel = None,
    config: Config = None,
    log_level: LogLevel = None,
    as_json: AsJson = False,
) -> None:
    """Run everything in one process: broker, ingest, scoring, acting, history, API and UI."""
    chosen = settings.load(
        config,
        data_dir=data,
        clock=clock,
        host=host,
        port=port,
        mqtt_host=mqtt_host,
        mqtt_port=mqtt_port,
        model_dir=model,
        shadow_dir=shadow,
        log_level=log_level,
    )

    def start(base: Base) -> dict[str, Any]:
        ready = app.serve(base)
        return {"api": ready.api, "mqtt": ready.mqtt}

    _run(chosen, as_json, start)


@cli.command()
def broker(
    data: Data = None,
    mqtt_port: MqttPort = None,
    status_port: StatusPort = None,
    config: Config = None,
    log_level: LogLevel = None,
    as_json: AsJson = False,
) -> None:
    """Run the embedded broker alone, on loopback."""
    chosen = settings.load(config, data_dir=data, mqtt_port=mqtt_port, status_port=status_port, log_level=log_level)
    _run_part(chosen, as_json, lambda base: {"mqtt": app.add_broker(base)})


@cli.command()
def ingest(
    data: Data = None,
    clock: Clock = None,
    mqtt_host: MqttHost = None,
    mqtt_port: MqttPort = None,
    status_port: StatusPort = None,
    config: Config = None,
    log_level: LogLevel = None,
    as_json: AsJson = False,
) -> None:
    """Run ingest alone: from the broker into the log."""
    chosen = settings.load(
        config,
        data_dir=data,
        clock=clock,
        mqtt_host=mqtt_host,
        mqtt_port=mqtt_port,
        status_port=status_port,
        log_level=log_level,
    )

    def start(base: Base) -> dict[str, Any]:
        app.add_ingest(base, chosen.mqtt_port)
        return {"mqtt": chosen.mqtt_port}

    _run_part(chosen, as_json, start)


@cli.command()
def score(
    data: Data = None,
    clock: Clock = None,
    model: Model = None,
    shadow: ShadowModel = None,
    status_port: StatusPort = None,
    config: Config = None,
    log_level: LogLevel = None,
    as_json: AsJson = False,
) -> None:
    """Run scoring alone: from the log to assessments."""
    chosen = settings.load(
        config,
        data_dir=data,
        clock=clock,
        status_port=status_port,
        model_dir=model,
        shadow_dir=shadow,
        log_level=log_level,
    )
    _run_part(chosen, as_json, _saying_nothing(app.add_score))


@cli.command()
def act(
    data: Data = None,
    clock: Clock = None,
    status_port: StatusPort = None,
    config: Config = None,
    log_level: LogLevel = None,
    as_json: AsJson = False,
) -> None:
    """Run acting alone: from assessments to cases, jobs, reminders and notices."""
    chosen = settings.load(config, data_dir=data, clock=clock, status_port=status_port, log_level=log_level)
    _run_part(chosen, as_json, _saying_nothing(_act))


@cli.command()
def history(
    data: Data = None,
    clock: Clock = None,
    status_port: StatusPort = None,
    config: Config = None,
    log_level: LogLevel = None,
    as_json: AsJson = False,
) -> None:
    """Run the writing of history alone: from the log to Parquet."""
    chosen = settings.load(config, data_dir=data, clock=clock, status_port=status_port, log_level=log_level)
    _run_part(chosen, as_json, _saying_nothing(app.add_history))


@cli.command()
def trips(
    data: Data = None,
    clock: Clock = None,
    status_port: StatusPort = None,
    config: Config = None,
    log_level: LogLevel = None,
    as_json: AsJson = False,
) -> None:
    """Run the making of trips alone: from the log to trips and harsh events."""
    chosen = settings.load(config, data_dir=data, clock=clock, status_port=status_port, log_level=log_level)
    _run_part(chosen, as_json, _saying_nothing(add_trips))


@cli.command()
def api(
    data: Data = None,
    clock: Clock = None,
    host: Host = None,
    port: Port = None,
    config: Config = None,
    log_level: LogLevel = None,
    as_json: AsJson = False,
) -> None:
    """Run the API and the UI alone."""
    chosen = settings.load(config, data_dir=data, clock=clock, host=host, port=port, log_level=log_level)

    def start(base: Base) -> dict[str, Any]:
        listening, url = app.open_api_port(base)
        app.add_api(base, listening, chosen.mqtt_port)
        return {"api": url}

    _run(chosen, as_json, start)


def _act(base: Base) -> None:
    app.add_act(base, f"http://{base.settings.host}:{base.settings.port}")
    app.add_inspections(base)


def _saying_nothing(add: Callable[[Base], None]) -> Callable[[Base], dict[str, Any]]:
    def start(base: Base) -> dict[str, Any]:
        add(base)
        return {}

    return start


def _run_part(chosen: Settings, as_json: bool, start: Callable[[Base], dict[str, Any]]) -> None:
    """Run a part that is not the API, with health and metrics of its own where that was asked for."""

    def start_with_status(base: Base) -> dict[str, Any]:
        said = start(base)
        return said if chosen.status_port is None else {**said, "status": app.add_status(base, chosen.status_port)}

    _run(chosen, as_json, start_with_status)


def _run(chosen: Settings, as_json: bool, start: Callable[[Base], dict[str, Any]]) -> None:
    """Start, say so in one line, and work until told to stop."""
    log_events_to_stderr(chosen.log_level)
    base = Base(chosen)
    base.crew.listen_to_signals()
    try:
        said = start(base)
    except BaseException:
        base.crew.end()
        raise
    if as_json:
        print(json.dumps({**said, "ready": True}), flush=True)
    else:
        print(f"outrider is ready: {said.get('api', 'press Ctrl-C to stop')}", file=sys.stderr, flush=True)
    raise typer.Exit(base.crew.wait_for_the_end())
