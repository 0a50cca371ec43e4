"""`make bench`: Terraform with Mastercard/restapi, where both are installed, beside `fusion preview --all`.

It plans as many objects as the thirteen fusions have resources, thirteen plans one after another, each reading two objects
at a time; ours asks the served portal. Each answer takes 50 ms on both sides, and nothing changed. `terraform` must be on
PATH, and `TERRAFORM_RESTAPI` the folder with the provider, which is built from its Go module:

    go build -o FOLDER github.com/Mastercard/terraform-provider-restapi
"""

from __future__ import annotations

import argparse
import asyncio
import os
import shutil
import socket
import statistics
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from time import sleep
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from benchmarks.checkouts import Checkout, count_resources, measure
from benchmarks.results import Recorder, Result

DELAY_MS, AT_ONCE = 50, 2
AIM = 0.5
PROVIDER = "TERRAFORM_RESTAPI"
MAIN = """
terraform {
  required_providers {
    restapi = { source = "Mastercard/restapi" }
  }
}
variable "count_of_objects" { type = number }
variable "uri" { type = string }
provider "restapi" {
  uri                  = var.uri
  write_returns_object = true
}
resource "restapi_object" "one" {
  count = var.count_of_objects
  path  = "/objects"
  data  = jsonencode({ name = format("object %d", count.index), receives = ["address", "death"], language = "nl" })
}
"""


class Objects:
    """A small portal in memory: objects that are made, read, changed and taken away."""

    def __init__(self) -> None:
        self.delay_seconds = 0.0
        self._kept: dict[str, Any] = {}

    async def many(self, request: Request) -> Response:
        await asyncio.sleep(self.delay_seconds)
        key = str(len(self._kept) + 1)
        self._kept[key] = {**await request.json(), "id": key}
        return JSONResponse(self._kept[key], 201)

    async def one(self, request: Request) -> Response:
        await asyncio.sleep(self.delay_seconds)
        found = self._kept.get(request.path_params["key"])
        return JSONResponse(found, 200 if found else 404)

    @contextmanager
    def served(self) -> Iterator[str]:
        """Its URL meanwhile."""
        app = Starlette(
            routes=[Route("/objects", self.many, methods=["POST"]), Route("/objects/{key}", self.one)]
        )
        listener = socket.create_server(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(app, log_level="critical"))
        thread = Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        while not server.started:
            sleep(0.05)
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()


class Terraform:
    """One configuration, with a state for each fusion."""

    def __init__(self, folder: Path, provider: Path, url: str) -> None:
        self._folder, self._url = folder, url
        folder.mkdir()
        (folder / "main.tf").write_text(MAIN)
        settings = folder / "terraformrc"
        override = f'dev_overrides {{ "Mastercard/restapi" = "{provider}" }}'
        settings.write_text(
            f"provider_installation {{\n  {override}\n  direct {{}}\n}}\ndisable_checkpoint = true\n"
        )
        self._environment = {
            **os.environ, "TF_CLI_CONFIG_FILE": str(settings), "TF_IN_AUTOMATION": "1", "CHECKPOINT_DISABLE": "1",
        }  # fmt: skip

    def seconds(self, name: str, count: int, *command: str) -> float:
        """How long a command takes with the state of this name."""
        return measure(
            ("terraform", *command, "-input=false", "-no-color", f"-parallelism={AT_ONCE}", f"-state={name}.tfstate",
             f"-var=count_of_objects={count}", f"-var=uri={self._url}"),
            self._folder, self._environment,
        ).seconds  # fmt: skip


def compare(folder: Path, provider: Path, rounds: int) -> Iterator[Result]:
    """Both with nothing changed, in turn."""
    checkout = Checkout.shipped(folder / "fusions")
    objects = Objects()
    with checkout.served(), objects.served() as url:
        checkout.measure("fusion", "up", "--all", "--yes", "--skip-preview")
        checkout.measure("fusion", "preview", "--all", "--full")
        counts = count_resources(checkout)
        terraform = Terraform(folder / "terraform", provider, url)
        for name, count in counts.items():
            terraform.seconds(name, count, "apply", "-auto-approve")
        objects.delay_seconds = DELAY_MS / 1000
        checkout.delay(DELAY_MS)
        ours: list[float] = []
        full: list[float] = []
        theirs: list[float] = []
        for _ in range(rounds):
            ours.append(checkout.measure("fusion", "preview", "--all").seconds)
            full.append(checkout.measure("fusion", "preview", "--all", "--full").seconds)
            theirs.append(sum(terraform.seconds(name, count, "plan") for name, count in counts.items()))
    plans = statistics.median(theirs)
    print(
        f"{len(counts)} Terraform plans of {sum(counts.values())} objects in all: {plans:.1f} s", flush=True
    )
    beside = f"/ Terraform's {len(counts)} plans, {DELAY_MS} ms, nothing changed"
    yield Result(f"`preview --all` {beside}", statistics.median(ours) / plans, AIM)
    yield Result(f"`preview --all --full` {beside}", statistics.median(full) / plans)


def find_missing(environment: Mapping[str, str]) -> str:
    """What is not installed; "" where nothing is missing."""
    if shutil.which("terraform", path=environment.get("PATH")) is None:
        return "terraform is not on PATH"
    provider = environment.get(PROVIDER)
    if not provider or not (Path(provider) / "terraform-provider-restapi").exists():
        return f"{PROVIDER} is not the folder of the provider"
    return ""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    Recorder.add_option(parser)
    options = parser.parse_args()
    if missing := find_missing(os.environ):
        print(f"Terraform beside it was not measured: {missing}")
        return
    recorder = Recorder.of(options)
    with tempfile.TemporaryDirectory() as temporary:
        for result in compare(Path(temporary), Path(os.environ[PROVIDER]), options.rounds):
            recorder.tell(result)


if __name__ == "__main__":
    main()
