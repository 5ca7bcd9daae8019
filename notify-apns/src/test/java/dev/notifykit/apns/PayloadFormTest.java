package dev.notifykit.apns;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.notifykit.apns.ApnsOptions.InterruptionLevel;
import dev.notifykit.apns.ApnsOptions.PushType;
import dev.notifykit.push.Environment;
import dev.notifykit.push.Notification;
import dev.notifykit.push.ProviderId;
import dev.notifykit.push.PushRequest;
import dev.notifykit.push.Target;
import dev.notifykit.push.Text;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What many requests share is written once: each is encoded as it would have been alone. */
class PayloadFormTest {

    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00.5Z");

    private static RequestEncoder encoder() {
        return new RequestEncoder(Environment.PRODUCTION, null, InstantSource.fixed(NOW));
    }

    private static Encoded.Ready ready(RequestEncoder encoder, PushRequest request) {
        assertThat(encoder.encode(request)).isInstanceOf(Encoded.Ready.class);
        return (Encoded.Ready) encoder.encode(request);
    }

    @Test
    void everyRecipientGetsHisOwn() {
        Random random = new Random(21);
        RequestEncoder shared = encoder();
        for (int i = 0; i < 500; i++) {
            Notification notification = notification(random);
            boolean stableId = random.nextInt(3) > 0;
            for (int recipient = 0; recipient < 6; recipient++) {
                String app = random.nextBoolean() ? Rig.APP : "com.acme.other";
                PushRequest request = PushRequest.builder(Target.apns(app, token(random)), notification)
                        .collapseId(random.nextBoolean() ? null : "score-" + recipient)
                        .stableId(stableId)
                        .expiresAt(random.nextBoolean() ? null : NOW.plusSeconds(random.nextInt(100_000)))
                        .build();
                Encoded.Ready ready = ready(shared, request);
                assertThat(ready).isEqualTo(ready(encoder(), request));
                assertThat(ready.topic()).isEqualTo(topic(app, ready.type()));
                assertSays(ready, request);
            }
        }
    }

    private static String topic(String app, PushType type) {
        return type == PushType.VOIP ? app + ".voip" : app;
    }

    /** By another parser, and without regard to how it was written. */
    private static void assertSays(Encoded.Ready ready, PushRequest request) {
        Notification said = request.notification();
        JsonObject json = JsonParser.parseString(ready.payload()).getAsJsonObject();
        JsonObject aps = json.remove("aps").getAsJsonObject();
        if (request.stableId()) {
            assertThat(json.remove("nk_id").getAsString())
                    .isEqualTo(request.id().toString());
        }
        JsonObject data = new JsonObject();
        said.data().forEach(data::addProperty);
        assertThat(json).isEqualTo(data);
        if (!said.background()) {
            assertThat(aps.remove("alert"))
                    .isEqualTo(JsonParser.parseString("{'title':'T','body':'" + body(said) + "'}"));
        }
        assertThat(aps.has("alert")).isFalse();
        assertThat(aps.has("content-available")).isEqualTo(said.background());
        assertThat(aps.has("interruption-level"))
                .isEqualTo(said.options(ProviderId.APNS, ApnsOptions.class)
                        .flatMap(ApnsOptions::interruptionLevel)
                        .isPresent());
    }

    private static String body(Notification said) {
        return said.body().map(text -> ((Text.Literal) text).value()).orElseThrow();
    }

    @Test
    void whatIsWrongWithARequestIsFoundInSharedOnesToo() {
        RequestEncoder encoder = encoder();
        Notification notification = Notification.alert("t", "b");
        PushRequest good = PushRequest.of(Target.apns(Rig.APP, Rig.TOKEN), notification);
        assertThat(encoder.encode(good)).isInstanceOf(Encoded.Ready.class);
        for (PushRequest bad : List.of(
                PushRequest.of(Target.apns(Rig.APP, "no token"), notification),
                PushRequest.of(Target.fcm(Rig.APP, Rig.TOKEN), notification),
                PushRequest.builder(good.target(), notification).collapseId(" ").build())) {
            Encoded encoded = encoder.encode(bad);
            assertThat(encoded).isInstanceOf(Encoded.Refused.class).isEqualTo(encoder.check(bad));
        }
        assertThat(encoder.check(good)).isNull();
        assertThat(encoder.encode(good)).isInstanceOf(Encoded.Ready.class);
    }

    @Test
    void fewAreKept() {
        Forms forms = new Forms();
        List<PushRequest> requests = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            PushRequest request = Rig.request(Notification.alert("title", String.valueOf(i)));
            requests.add(request);
            assertThat(forms.find(request, Rig.APP)).isNull();
            forms.add(new PayloadForm(
                    request, Rig.APP, "{}", Rig.APP, false, PushType.ALERT, PushType.ALERT.defaultPriority()));
            assertThat(forms.find(request, Rig.APP)).isNotNull();
        }
        assertThat(requests.stream().filter(request -> forms.find(request, Rig.APP) != null))
                .hasSizeLessThanOrEqualTo(Forms.MOST);
    }

    @Test
    void manyAtOnceDoNotMixThemUp() {
        RequestEncoder shared = encoder();
        List<Notification> notifications = IntStream.range(0, 2 * Forms.MOST)
                .mapToObj(i -> Notification.alert("T", "body " + i))
                .toList();
        List<CompletableFuture<Boolean>> threads = IntStream.range(0, 4)
                .mapToObj(seed -> CompletableFuture.supplyAsync(() -> {
                    Random random = new Random(seed);
                    return IntStream.range(0, 5_000).allMatch(i -> {
                        int which = random.nextInt(notifications.size());
                        PushRequest request =
                                PushRequest.of(Target.apns(Rig.APP, token(random)), notifications.get(which));
                        return ((Encoded.Ready) shared.encode(request))
                                .payload()
                                .equals("{\"aps\":{\"alert\":{\"title\":\"T\",\"body\":\"body " + which
                                        + "\"}},\"nk_id\":\"" + request.id() + "\"}");
                    });
                }))
                .toList();
        assertThat(threads).allSatisfy(thread -> assertThat(thread.join()).isTrue());
    }

    private static String token(Random random) {
        return String.format("%016x%016x", random.nextLong(), random.nextLong());
    }

    private static Notification notification(Random random) {
        Notification.Builder builder = Notification.builder();
        for (int i = random.nextInt(4); i > 0; i--) {
            builder.data("key " + i + words(random), words(random));
        }
        if (random.nextInt(4) == 0) {
            return builder.background().build();
        }
        ApnsOptions.Builder options = ApnsOptions.builder();
        if (random.nextBoolean()) {
            options.interruptionLevel(InterruptionLevel.PASSIVE);
        }
        if (random.nextInt(4) == 0) {
            options.pushType(PushType.VOIP);
        }
        return builder.title("T")
                .body("body " + random.nextInt(1_000))
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
}
