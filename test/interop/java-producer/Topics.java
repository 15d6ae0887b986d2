import java.io.FileInputStream;
import java.util.Properties;
import java.util.TreeSet;
import org.apache.kafka.clients.admin.Admin;

/** Prints the topics that the login of a properties file may see: java Topics.java client.properties. */
public class Topics {
  public static void main(String[] words) throws Exception {
    var properties = new Properties();
    try (var file = new FileInputStream(words[0])) {
      properties.load(file);
    }
    try (var admin = Admin.create(properties)) {
      System.out.println(String.join(" ", new TreeSet<>(admin.listTopics().names().get())));
    }
  }
}
