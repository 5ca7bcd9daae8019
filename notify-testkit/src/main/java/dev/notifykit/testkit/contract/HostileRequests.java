package dev.notifykit.testkit.contract;

import dev.notifykit.push.Notification;
import dev.notifykit.push.PushRequest;
import dev.notifykit.push.Target;
import java.util.LinkedHashMap;
import java.util.Map;

/** Requests that no vendor has asked for, by what is wrong with them. */
final class HostileRequests {

    private HostileRequests() {}

    static Map<String, PushRequest> all(Target good) {
        Map<String, PushRequest> requests = new LinkedHashMap<>();
        addresses(good)
                .forEach((name, address) -> requests.put(
                        name,
                        PushRequest.of(
                                new Target(good.app(), good.provider(), good.environment(), address),
                                Notification.alert("Hello", "World"))));
        notifications().forEach((name, notification) -> requests.put(name, PushRequest.of(good, notification)));
        collapseIds()
                .forEach((name, id) -> requests.put(
                        name,
                        PushRequest.builder(good, Notification.alert("Hello", "World"))
                                .collapseId(id)
                                .build()));
        return requests;
    }

    private static Map<String, String> addresses(Target good) {
        Map<String, String> addresses = new LinkedHashMap<>();
        addresses.put("address with a header in it", good.address() + "\r\napns-topic: other\r\n\r\n");
        addresses.put("address that ends a line", "\n" + good.address());
        addresses.put("address that climbs", "../../../v1/projects/other");
        addresses.put("address that climbs in percent signs", "%2e%2e%2f%2e%2e%2f" + good.address());
        addresses.put("address with a query", good.address() + "?dry_run=true#end");
        addresses.put("address that ends a JSON string", "x\",\"topic\":\"all\",\"y\":\"");
        addresses.put("address of emoji", "\ud83d\ude00".repeat(40));
        addresses.put("address with half a character", "token-\ud83d-half");
        addresses.put("address with NUL", "token\u0000" + good.address());
        addresses.put("address in spaces", "  <" + good.address() + ">  ");
        addresses.put("address from right to left", "\u202e" + good.address());
        addresses.put("longest address", "a".repeat(Target.MAX_ADDRESS_LENGTH));
        addresses.put("longest address of wide characters", "\u6f22".repeat(Target.MAX_ADDRESS_LENGTH));
        return addresses;
    }

    private static Map<String, Notification> notifications() {
        Map<String, Notification> all = new LinkedHashMap<>();
        all.put("text with NUL", Notification.alert("a\u0000b", "c\u0000"));
        all.put("text with half a character", Notification.alert("half \ud83d", "\ude00 half"));
        all.put("text that ends a JSON string", Notification.alert("\"}},\"x\":{\"", "\\\"\\u0000\\"));
        all.put("text that is too long", Notification.alert("Hello", "x".repeat(6_000)));
        all.put("two megabytes of text", Notification.alert("Hello", "\u6f22".repeat(700_000)));
        Notification.Builder many = Notification.builder().title("Hello");
        for (int i = 0; i < 2_000; i++) {
            many.data("key-" + i, "value");
        }
        all.put("too many data fields", many.build());
        all.put(
                "odd data keys",
                Notification.builder()
                        .title("Hello")
                        .data("k\r\n", "\u0000")
                        .data("\"", "\ud83d")
                        .data("google.x", "\u2028")
                        .build());
        return all;
    }

    private static Map<String, String> collapseIds() {
        Map<String, String> all = new LinkedHashMap<>();
        all.put("collapse id with a header in it", "a\r\napns-priority: 1");
        all.put("collapse id that is too long", "c".repeat(500));
        all.put("collapse id of emoji", "\ud83d\ude00");
        return all;
    }
}
