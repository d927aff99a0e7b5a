"""Talk to a gateway as the official OpenAI client does, and print what it says it used.

Prints one JSON object: the usage of a streamed chat, of the same chat without streaming, and of a
completion. Exits non-zero if the client is not satisfied with any answer.
"""

import json
import sys

import openai


def streamed(client: openai.OpenAI, model: str) -> dict:
    text, usage, chunks = "", None, 0
    stream = client.chat.completions.create(
        model=model,
        messages=[{"role": "user", "content": "Name three colours."}],
        max_tokens=24,
        temperature=0,
        stream=True,
        stream_options={"include_usage": True},
    )
    for chunk in stream:
        chunks += 1
        if chunk.choices and chunk.choices[0].delta.content:
            text += chunk.choices[0].delta.content
        if chunk.usage:
            usage = chunk.usage
    assert chunks > 2, "the answer did not come in pieces"
    assert text, "the answer is empty"
    assert usage, "no usage came with the stream"
    return usage.model_dump()


def whole(client: openai.OpenAI, model: str) -> dict:
    answer = client.chat.completions.create(
        model=model,
        messages=[{"role": "user", "content": "Name three colours."}],
        max_tokens=24,
        temperature=0,
    )
    assert answer.choices[0].message.content, "the answer is empty"
    assert answer.choices[0].finish_reason in ("stop", "length")
    return answer.usage.model_dump()


def completion(client: openai.OpenAI, model: str) -> dict:
    answer = client.completions.create(model=model, prompt="The capital of France is", max_tokens=8)
    assert answer.choices[0].text, "the answer is empty"
    return answer.usage.model_dump()


def refusals(client: openai.OpenAI, model: str) -> None:
    for wrong, error in (
        ({"model": "no-such-model"}, openai.NotFoundError),
        ({"model": model, "n": 2}, openai.BadRequestError),
    ):
        try:
            client.chat.completions.create(
                messages=[{"role": "user", "content": "hello"}], max_tokens=4, **wrong
            )
        except error:
            continue
        raise SystemExit(f"{wrong} was not refused with {error.__name__}")


def main() -> None:
    client = openai.OpenAI(base_url=sys.argv[1], api_key="unused", max_retries=0, timeout=60)
    model = client.models.list().data[0].id
    used = [streamed(client, model), whole(client, model), completion(client, model)]
    refusals(client, model)
    print(json.dumps(used))


if __name__ == "__main__":
    main()
