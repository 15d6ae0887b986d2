"""A pull, a checkpoint and a tile by the client that openapi-python-client made; prints what came."""
import json
import os

from hub_client import AuthenticatedClient
from hub_client.api.access_log import get_access_log_checkpoint, get_access_log_tile
from hub_client.api.pulls import create_pull
from hub_client.models import CreatePullBody, Problem

request = {"dataset": os.environ["DATASET"], "purpose": os.environ["PURPOSE"], "case": "2026-py-1", "official": "u-1"}


def pull(client, subject):
    body = CreatePullBody.from_dict({**request, "subject": {"type": "person", "id": subject}})
    return create_pull.sync(client=client, body=body)


with AuthenticatedClient(base_url=os.environ["HUB"], token=os.environ["TOKEN"]) as client:
    answer = pull(client, os.environ["SUBJECT"])
    refused = pull(client, "nobody")
    checkpoint = get_access_log_checkpoint.sync(client=client)
    origin, size = checkpoint.split("\n")[:2]
    tile = get_access_log_tile.sync(level=0, index=f"000.p/{size}", client=client)

print(
    json.dumps(
        {
            "index": answer.log.index,
            "case": request["case"],
            "records": sorted(record.key for record in answer.results[0].records),
            "refused": refused.code if isinstance(refused, Problem) else None,
            "origin": origin,
            "size": int(size),
            "tileBytes": len(tile.payload.read()),
        }
    )
)
