"""Publishes as a department would, with Python's confluent-kafka and its JSON Schema serializer, in each way that it has.

Reads one JSON object from standard input: registry, token, brokers, topic, headers, schema (text), incompatible (text), records
(by way), reader ({id, secret}). Prints what the registry answered. Ways: registers (the default of the serializer), looks_up
(auto.register.schemas=False), latest (use.latest.version), header (the schema's GUID in a header, the value bare).
"""

import json
import sys
import time

from confluent_kafka import Producer
from confluent_kafka.schema_registry import Schema, SchemaRegistryClient, header_schema_id_serializer
from confluent_kafka.schema_registry.json_schema import JSONDeserializer, JSONSerializer
from confluent_kafka.serialization import MessageField, SerializationContext

task = json.load(sys.stdin)
topic, subject = task["topic"], task["topic"] + "-value"
reader = task["reader"]
client = SchemaRegistryClient({"url": task["registry"], "basic.auth.user.info": "token:" + task["token"]})
reading = SchemaRegistryClient(
    {"url": task["registry"], "basic.auth.user.info": reader["id"] + ":" + reader["secret"]}
)
producer = Producer(
    {
        "bootstrap.servers": task["brokers"],
        "security.protocol": "SASL_PLAINTEXT",
        "sasl.mechanisms": "OAUTHBEARER",
        "oauth_cb": lambda _: (task["token"], time.time() + 300),
        "acks": "all",
        "enable.idempotence": True,
    }
)
ways = {
    "registers": {"auto.register.schemas": True, "normalize.schemas": True},
    "looks_up": {"auto.register.schemas": False},
    "latest": {"auto.register.schemas": False, "use.latest.version": True},
    "header": {"auto.register.schemas": False, "schema.id.serializer": header_schema_id_serializer},
}
failed = []
for way, conf in ways.items():
    key, record = task["records"][way]["number"], task["records"][way]
    headers = [(name, text.encode()) for name, text in task["headers"][way].items()]
    context = SerializationContext(topic, MessageField.VALUE, headers)
    serialize = JSONSerializer(None if way == "latest" else task["schema"], client, conf=conf)
    value = serialize(record, context)
    # Whoever consumes has no right but to read schemas.
    assert JSONDeserializer(None, schema_registry_client=reading)(value, context) == record
    producer.produce(
        topic,
        key=key.encode(),
        value=value,
        headers=headers,
        on_delivery=lambda error, _: error and failed.append(str(error)),
    )
producer.flush(30)
if failed:
    sys.exit("not delivered: " + failed[0])

latest = client.get_latest_version(subject)
print(
    json.dumps(
        {
            "subjects": reading.get_subjects(),
            "versions": reading.get_versions(subject),
            "latest": latest.version,
            "same": client.lookup_schema(subject, Schema(task["schema"], "JSON")).schema_id == latest.schema_id,
            "compatible": client.test_compatibility(subject, Schema(task["schema"], "JSON")),
            "incompatible": client.test_compatibility(subject, Schema(task["incompatible"], "JSON")),
        }
    )
)
