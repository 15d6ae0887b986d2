import java.io.FileInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Properties;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Writes standard input as one record: java Producer.java client.properties topic key name=value ... (its headers). */
public class Producer {
  public static void main(String[] words) throws Exception {
    var properties = new Properties();
    try (var file = new FileInputStream(words[0])) {
      properties.load(file);
    }
    var record = new ProducerRecord<String, byte[]>(words[1], words[2], System.in.readAllBytes());
    for (int at = 3; at < words.length; at += 1) {
      var pair = words[at].split("=", 2);
      record.headers().add(pair[0], pair[1].getBytes(StandardCharsets.UTF_8));
    }
    try (var producer = new KafkaProducer<>(properties, new StringSerializer(), new ByteArraySerializer())) {
      var written = producer.send(record).get();
      System.out.println(written.topic() + " " + written.offset());
    }
  }
}
