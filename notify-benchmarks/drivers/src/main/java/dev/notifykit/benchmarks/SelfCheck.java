package dev.notifykit.benchmarks;

import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import dev.notifykit.benchmarks.harness.Endpoint;
import dev.notifykit.testkit.ApnsSimulator;
import dev.notifykit.testkit.FcmSimulator;
import dev.notifykit.testkit.Simulator;
import dev.notifykit.testkit.journal.RecordedRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Whether all clients of a vendor put the same on the wire: they send the same few messages to simulators that keep what they get. Bodies
 * must be equal byte by byte, and at APNs the path and Apple's headers too. firebase-admin orders its JSON in a way of its own; its bodies must
 * be equal as JSON, and its lower-case priority counts as equal. A fan-out's messages may have other ids, and expire.
 */
final class SelfCheck {

    /** The same for all, so that they send the same ids. */
    static final int RUN = 1;

    private static final int MESSAGES = 5;

    private static final Pattern UUID = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");

    private static final Pattern TTL = Pattern.compile("\"ttl\":\"[0-9]+s\",?");

    private SelfCheck() {}

    /** Says what was checked; fails when two clients differ. */
    static String run(String vendor, List<PeerProcess> peers) throws IOException {
        Path directory = Files.createTempDirectory("notifykit-check");
        try (ApnsSimulator apns =
                        ApnsSimulator.builder().recordRequests(MESSAGES).start();
                FcmSimulator fcm = FcmSimulator.builder()
                        .certificates(apns.certificates())
                        .recordRequests(MESSAGES)
                        .start()) {
            Endpoint endpoint = endpoint(apns, fcm, directory);
            List<String> sent = new ArrayList<>();
            for (PeerProcess peer : peers) {
                peer.open(endpoint);
                peer.send(RUN, MESSAGES);
                peer.disconnect();
                sent.add(vendor.equals("apns") ? apnsRequests(apns) : fcmRequests(fcm, peer.client()));
            }
            for (int i = 1; i < sent.size(); i++) {
                if (!equal(peers.get(i).client(), sent.get(i), sent.get(0))) {
                    throw new IllegalStateException(peers.get(i).client().label() + " does not send what "
                            + peers.get(0).client().label() + " sends:\n" + sent.get(i) + "\n" + sent.get(0));
                }
            }
            return peers.stream().map(peer -> peer.client().label()).collect(Collectors.joining(", "))
                    + " send the same payloads";
        } finally {
            delete(directory);
        }
    }

    private static boolean equal(Client client, String one, String other) {
        return switch (client) {
            case FIREBASE_ADMIN -> tree(one).equals(tree(other));
            case APNS_FAN_OUT, FCM_FAN_OUT -> withoutOwn(one).equals(withoutOwn(other));
            default -> one.equals(other);
        };
    }

    /** A fan-out makes the ids itself, and its messages expire. */
    private static String withoutOwn(String requests) {
        return UUID.matcher(TTL.matcher(requests).replaceAll("")).replaceAll("");
    }

    private static Endpoint endpoint(ApnsSimulator apns, FcmSimulator fcm, Path directory) throws IOException {
        return new Endpoint(
                apns.host(),
                apns.port(),
                Files.writeString(directory.resolve("key.p8"), apns.signingKey().p8()),
                apns.signingKey().keyId(),
                apns.signingKey().teamId(),
                fcm.uri(),
                Files.writeString(directory.resolve("account.json"), fcm.serviceAccountJson()),
                fcm.projectId(),
                Files.writeString(
                        directory.resolve("authority.pem"), apns.certificates().authorityPem()),
                0,
                MESSAGES,
                1);
    }

    private static String apnsRequests(Simulator simulator) {
        return sorted(simulator).stream()
                .map(request -> {
                    Map<String, String> headers = new TreeMap<>(request.headers());
                    headers.keySet().removeIf(name -> !name.startsWith("apns-"));
                    return request.path() + " " + headers + " " + request.body();
                })
                .collect(Collectors.joining("\n"));
    }

    private static String fcmRequests(Simulator simulator, Client client) {
        return sorted(simulator).stream()
                .map(RecordedRequest::body)
                .map(body -> client == Client.FIREBASE_ADMIN ? body.replace("\"high\"", "\"HIGH\"") : body)
                .collect(Collectors.joining(",\n", "[", "]"));
    }

    /** Requests cross on their way; the token tells them apart. */
    private static List<RecordedRequest> sorted(Simulator simulator) {
        List<RecordedRequest> all = simulator.requests();
        if (all.size() != MESSAGES) {
            throw new IllegalStateException(MESSAGES + " messages were sent, " + all.size() + " arrived");
        }
        return all.stream()
                .sorted(Comparator.comparing(request -> request.path() + token(request.body())))
                .toList();
    }

    /** The device's, where it is not in the path. */
    private static String token(String body) {
        int at = Math.max(0, body.indexOf("\"token\""));
        return body.substring(at);
    }

    private static JsonElement tree(String json) {
        return JsonParser.parseString(json);
    }

    private static void delete(Path directory) throws IOException {
        try (var files = Files.list(directory)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(directory);
    }
}
