// Posts bodies of the given sizes with Java's HttpClient, over HTTP/1.1 and HTTP/2, and prints a status, or an error,
// for each try.

import java.io.FileInputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

class Post {
    public static void main(String[] arguments) throws Exception {
        URI address = URI.create(arguments[0]);
        SSLContext tls = trusting(arguments[1]);
        int tries = Integer.parseInt(arguments[2]);
        for (HttpClient.Version version : HttpClient.Version.values()) {
            for (int at = 3; at < arguments.length; at++) {
                for (int turn = 0; turn < tries; turn++) {
                    System.out.println(post(address, tls, version, Integer.parseInt(arguments[at])));
                }
            }
        }
    }

    static String post(URI address, SSLContext tls, HttpClient.Version version, int size) {
        HttpClient client = HttpClient.newBuilder().sslContext(tls).version(version).build();
        HttpRequest request = HttpRequest.newBuilder(address)
            .timeout(Duration.ofSeconds(20))
            .POST(HttpRequest.BodyPublishers.ofByteArray(new byte[size]))
            .build();
        try {
            return "" + client.send(request, HttpResponse.BodyHandlers.ofString()).statusCode();
        } catch (Exception error) {
            return size + " " + version + " " + error;
        }
    }

    static SSLContext trusting(String file) throws Exception {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null);
        try (FileInputStream input = new FileInputStream(file)) {
            store.setCertificateEntry("authority", CertificateFactory.getInstance("X.509").generateCertificate(input));
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        SSLContext tls = SSLContext.getInstance("TLS");
        tls.init(null, trust.getTrustManagers(), null);
        return tls;
    }
}
