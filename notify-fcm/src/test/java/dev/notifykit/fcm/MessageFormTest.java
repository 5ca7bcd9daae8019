package dev.notifykit.fcm;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.notifykit.fcm.FcmOptions.AndroidPriority;
import dev.notifykit.fcm.MessageEncoder.Encoding;
import dev.notifykit.push.Notification;
import dev.notifykit.push.ProviderId;
import dev.notifykit.push.PushRequest;
import dev.notifykit.push.Target;
import dev.notifykit.push.Text;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What many recipients share is written once: each gets what he would have got alone. */
class MessageFormTest {

    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00.5Z");

    private static MessageEncoder encoder() {
        return new MessageEncoder(false, InstantSource.fixed(NOW));
    }

    private static byte[] body(MessageEncoder encoder, PushRequest request) {
        assertThat(encoder.encode(request)).isInstanceOf(Encoding.Body.class);
        return ((Encoding.Body) encoder.encode(request)).json();
    }

    @Test
    void everyRecipientGetsHisOwn() {
        Random random = new Random(20);
        MessageEncoder shared = encoder();
        for (int i = 0; i < 500; i++) {
            Notification notification = notification(random);
            String collapseId = random.nextBoolean() ? null : "score-" + i;
            boolean stableId = random.nextInt(3) > 0;
            for (int recipient = 0; recipient < 6; recipient++) {
                PushRequest request = PushRequest.builder(Target.fcm("com.acme.app", address(random)), notification)
                        .collapseId(collapseId)
                        .stableId(stableId)
                        .expiresAt(random.nextInt(3) == 0 ? null : NOW.plusMillis(random.nextLong(4_000_000_000L) + 1))
                        .build();
                byte[] body = body(shared, request);
                assertThat(body).isEqualTo(body(encoder(), request));
                assertThat(JsonParser.parseString(new String(body, StandardCharsets.UTF_8)))
                        .isEqualTo(message(request));
            }
        }
    }

    @Test
    void whatIsWrongWithARecipientIsFoundInSharedMessagesToo() {
        MessageEncoder encoder = encoder();
        Notification notification = Notification.alert("t", "b");
        PushRequest good = PushRequest.of(Target.fcm("com.acme.app", Rig.TOKEN), notification);
        assertThat(encoder.encode(good)).isInstanceOf(Encoding.Body.class);
        for (PushRequest bad : List.of(
                PushRequest.of(Target.fcm("com.acme.app", "no token"), notification),
                PushRequest.of(Target.fcm("com.acme.app", "fid:a\"b"), notification),
                PushRequest.of(Target.apns("com.acme.app", "00ff"), notification),
                PushRequest.builder(good.target(), notification).expiresAt(NOW).build(),
                PushRequest.builder(good.target(), notification)
                        .collapseId("\n")
                        .build())) {
            assertThat(encoder.encode(bad))
                    .isInstanceOfSatisfying(
                            Encoding.Refused.class,
                            refused -> assertThat(encoder.check(bad)).isEqualTo(refused.response()));
        }
        assertThat(encoder.check(good)).isNull();
        assertThat(encoder.encode(good)).isInstanceOf(Encoding.Body.class);
    }

    @Test
    void fewAreKept() {
        MessageEncoder encoder = encoder();
        Forms forms = new Forms();
        List<PushRequest> requests = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            PushRequest request = PushRequest.of(
                    Target.fcm("com.acme.app", Rig.TOKEN), Notification.alert("title", String.valueOf(i)));
            requests.add(request);
            assertThat(forms.find(request)).isNull();
            forms.add(new MessageForm(request, body(encoder, request), 1, List.of()));
            assertThat(forms.find(request)).isNotNull();
        }
        assertThat(requests.stream().filter(request -> forms.find(request) != null))
                .hasSizeLessThanOrEqualTo(Forms.MOST);
    }

    @Test
    void manyAtOnceDoNotMixThemUp() {
        MessageEncoder shared = encoder();
        List<Notification> notifications = IntStream.range(0, 2 * Forms.MOST)
                .mapToObj(i -> Notification.builder()
                        .title("title " + i)
                        .body("body")
                        .sound("default")
                        .build())
                .toList();
        List<CompletableFuture<Boolean>> threads = IntStream.range(0, 4)
                .mapToObj(seed -> CompletableFuture.supplyAsync(() -> {
                    Random random = new Random(seed);
                    return IntStream.range(0, 5_000).allMatch(i -> {
                        Notification notification = notifications.get(random.nextInt(notifications.size()));
                        PushRequest request = PushRequest.of(Target.fcm("com.acme.app", address(random)), notification);
                        return new String(((Encoding.Body) shared.encode(request)).json(), StandardCharsets.UTF_8)
                                .equals(message(request).toString());
                    });
                }))
                .toList();
        assertThat(threads).allSatisfy(thread -> assertThat(thread.join()).isTrue());
    }

    private static String address(Random random) {
        if (random.nextInt(4) == 0) {
            return FcmAddress.fid("fid-" + random.nextInt(1_000_000));
        }
        StringBuilder token =
                new StringBuilder("e").append(random.nextInt(1_000_000)).append(":APA91b");
        for (int i = random.nextInt(150); i > 0; i--) {
            token.append((char) ('A' + random.nextInt(26)));
        }
        return token.toString();
    }

    private static Notification notification(Random random) {
        Notification.Builder builder = Notification.builder();
        for (int i = random.nextInt(4); i > 0; i--) {
            builder.data("key " + i + words(random), words(random));
        }
        FcmOptions.Builder options = FcmOptions.builder();
        if (random.nextBoolean()) {
            options.analyticsLabel("label" + random.nextInt(9)).androidPriority(AndroidPriority.NORMAL);
        }
        if (random.nextInt(4) == 0) {
            return builder.background().options(options.build()).build();
        }
        if (random.nextInt(3) == 0) {
            options.tag("tag" + random.nextInt(9));
        }
        return builder.title(random.nextBoolean() ? Text.of(words(random)) : Text.localized("key", words(random)))
                .body(words(random))
                .sound("default")
                .options(options.build())
                .build();
    }

    /** Of all lengths in UTF-8, with what JSON escapes. */
    private static String words(Random random) {
        StringBuilder text = new StringBuilder("w");
        for (int i = random.nextInt(30); i > 0; i--) {
            int point = random.nextInt(new int[] {0x20, 0x80, 0x800, 0x10000, 0x110000}[random.nextInt(5)]);
            text.appendCodePoint(point >= 0xD800 && point <= 0xDFFF ? '"' : point);
        }
        return text.toString();
    }

    /** The message as FCM documents it, made with gson and without regard to {@link MessageEncoder}. */
    private static JsonObject message(PushRequest request) {
        Notification said = request.notification();
        FcmOptions options = said.options(ProviderId.FCM, FcmOptions.class).orElse(FcmOptions.NONE);
        String id = request.stableId() ? request.id().toString() : null;
        JsonObject message = new JsonObject();
        String address = request.target().address();
        boolean fid = address.startsWith("fid:");
        message.addProperty(fid ? "fid" : "token", fid ? address.substring(4) : address);
        JsonObject data = new JsonObject();
        said.data().forEach(data::addProperty);
        add(data, "nk_id", id);
        if (data.size() > 0) {
            message.add("data", data);
        }
        JsonObject android = new JsonObject();
        AndroidPriority usual = said.background() ? AndroidPriority.NORMAL : AndroidPriority.HIGH;
        android.addProperty("priority", options.androidPriority().orElse(usual).name());
        request.expiresAt()
                .ifPresent(end -> android.addProperty(
                        "ttl", Math.min(28 * 24 * 3600, (end.toEpochMilli() - NOW.toEpochMilli()) / 1000) + "s"));
        if (said.background()) {
            add(android, "collapse_key", request.collapseId().orElse(null));
        } else {
            JsonObject literal = new JsonObject();
            JsonObject shown = new JsonObject();
            if (said.title().orElse(null) instanceof Text.Literal title) {
                literal.addProperty("title", title.value());
            } else if (said.title().orElse(null) instanceof Text.Localized title) {
                shown.addProperty("title_loc_key", title.key());
                JsonArray arguments = new JsonArray();
                title.args().forEach(arguments::add);
                shown.add("title_loc_args", arguments);
            }
            literal.addProperty("body", ((Text.Literal) said.body().orElseThrow()).value());
            message.add("notification", literal);
            shown.addProperty("sound", "default");
            add(shown, "tag", options.tag().or(request::collapseId).orElse(id));
            android.add("notification", shown);
        }
        message.add("android", android);
        options.analyticsLabel().ifPresent(label -> {
            JsonObject fcm = new JsonObject();
            fcm.addProperty("analytics_label", label);
            message.add("fcm_options", fcm);
        });
        JsonObject whole = new JsonObject();
        whole.add("message", message);
        return whole;
    }

    private static void add(JsonObject to, String name, @Nullable String value) {
        if (value != null) {
            to.addProperty(name, value);
        }
    }
}
