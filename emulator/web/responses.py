"""Answers and refusals as HTTP responses."""

from __future__ import annotations

import json

from starlette.responses import Response

from emulator.core import problems
from emulator.core.operation import Answer

JSON = "application/json"


def of_answer(answer: Answer) -> Response:
    if answer.body is None:
        return Response(status_code=answer.status, headers=dict(answer.headers))
    content = json.dumps(answer.body, ensure_ascii=False, separators=(",", ":")).encode()
    return Response(content, answer.status, {"Content-Type": JSON, **answer.headers})


def of_problem(problem: problems.Problem) -> Response:
    return Response(problem.body(), problem.status, {"Content-Type": problems.MEDIA_TYPE, **problem.headers})
