"""Produces one record with Python's confluent-kafka and its JSON Schema serializer, as a department would.

Reads one JSON object from standard input: registry, token, brokers, topic, schema, headers, key, record.
Prints the global id of the schema that the serializer registered or found.
"""

import json
import sys

from confluent_kafka import Producer
from confluent_kafka.schema_registry import SchemaRegistryClient
from confluent_kafka.schema_registry.json_schema import JSONDeserializer, JSONSerializer
from confluent_kafka.serialization import MessageField, SerializationContext

task = json.load(sys.stdin)
client = SchemaRegistryClient({"url": task["registry"], "basic.auth.user.info": "token:" + task["token"]})
serialize = JSONSerializer(task["schema"], client, conf={"auto.register.schemas": True, "normalize.schemas": True})
context = SerializationContext(task["topic"], MessageField.VALUE)
value = serialize(task["record"], context)
assert JSONDeserializer(None, schema_registry_client=client)(value, context) == task["record"]

failed = []
producer = Producer({"bootstrap.servers": task["brokers"], "acks": "all", "enable.idempotence": True})
headers = [(name, text.encode()) for name, text in task["headers"].items()]
producer.produce(
    task["topic"],
    key=task["key"].encode(),
    value=value,
    headers=headers,
    on_delivery=lambda error, _: error and failed.append(str(error)),
)
producer.flush(30)
if failed:
    sys.exit("not delivered: " + failed[0])
print(client.get_latest_version(task["topic"] + "-value").schema_id)
