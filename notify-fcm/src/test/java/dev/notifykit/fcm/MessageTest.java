package dev.notifykit.fcm;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.notifykit.push.Environment;
import dev.notifykit.push.Notification;
import dev.notifykit.push.ProviderId;
import dev.notifykit.push.ProviderOptions;
import dev.notifykit.push.PushRequest;
import dev.notifykit.push.PushResponse;
import dev.notifykit.push.PushResponse.Accepted;
import dev.notifykit.push.PushResponse.Rejected;
import dev.notifykit.push.PushResponse.Unavailable;
import dev.notifykit.push.Target;
import dev.notifykit.push.Text;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What stands on the wire, taken by a simulator that refuses unknown fields and too large messages. */
class MessageTest {

    private static Rig rig;

    @BeforeAll
    static void start() {
        rig = Rig.start();
    }

    @AfterAll
    static void stop() {
        rig.close();
    }

    private static Target target() {
        return Target.fcm("com.acme.app", Rig.TOKEN);
    }

    private static JsonObject sent(PushRequest request) {
        assertThat(rig.push(request)).isInstanceOf(Accepted.class);
        var requests = rig.fcm.requests();
        return JsonParser.parseString(requests.get(requests.size() - 1).body())
                .getAsJsonObject()
                .getAsJsonObject("message");
    }

    private static JsonObject sent(Notification notification) {
        return sent(PushRequest.builder(target(), notification).stableId(false).build());
    }

    private static Rejected rejected(Notification notification) {
        return rejected(PushRequest.of(target(), notification));
    }

    private static Rejected rejected(PushRequest request) {
        long before = rig.fcm.traffic().requests();
        PushResponse response = rig.push(request);
        assertThat(response).isInstanceOf(Rejected.class);
        assertThat(rig.service.check(request)).contains((Rejected) response);
        assertThat(rig.fcm.traffic().requests()).isEqualTo(before);
        return (Rejected) response;
    }

    private static JsonObject json(String text) {
        return JsonParser.parseString(text.replace('\'', '"')).getAsJsonObject();
    }

    @Test
    void alert() {
        PushRequest request = PushRequest.of(target(), Notification.alert("Hello", "world"));
        assertThat(sent(request))
                .isEqualTo(json("{'token':'" + Rig.TOKEN + "','data':{'nk_id':'" + request.id()
                        + "'},'notification':{'title':'Hello','body':'world'},"
                        + "'android':{'priority':'HIGH','notification':{'tag':'" + request.id() + "'}}}"));
    }

    @Test
    void everythingAnAlertCanHave() {
        Notification notification = Notification.builder()
                .title("Title")
                .subtitle("left out")
                .body("Body")
                .badge(7)
                .sound("chime")
                .image("https://acme.example/i.png")
                .thread("left out")
                .category("REPLY")
                .data("order", "42")
                .options(FcmOptions.builder()
                        .channelId("news")
                        .icon("ic_news")
                        .color("#ff8800")
                        .collapseKey("sync")
                        .directBootOk(true)
                        .analyticsLabel("autumn")
                        .build())
                .build();
        PushRequest request = PushRequest.builder(target(), notification)
                .collapseId("order-42")
                .expiresAt(Instant.now().plusSeconds(3600).plusMillis(500))
                .stableId(false)
                .build();
        JsonObject message = sent(request);
        String ttl = message.getAsJsonObject("android").remove("ttl").getAsString();
        assertThat(Integer.parseInt(ttl.replace("s", ""))).isBetween(3570, 3600);
        assertThat(message)
                .isEqualTo(json("{'token':'" + Rig.TOKEN + "','data':{'order':'42'},"
                        + "'notification':{'title':'Title','body':'Body','image':'https://acme.example/i.png'},"
                        + "'android':{'priority':'HIGH','collapse_key':'sync','direct_boot_ok':true,"
                        + "'notification':{'icon':'ic_news','color':'#ff8800','sound':'chime','tag':'order-42',"
                        + "'click_action':'REPLY','channel_id':'news','notification_count':7}},"
                        + "'fcm_options':{'analytics_label':'autumn'}}"));
    }

    @Test
    void textByKey() {
        JsonObject message = sent(Notification.builder()
                .title(Text.localized("GREETING", "Ann"))
                .body(Text.localized("NEWS"))
                .build());
        assertThat(message.has("notification")).isFalse();
        assertThat(message.getAsJsonObject("android").getAsJsonObject("notification"))
                .isEqualTo(json("{'title_loc_key':'GREETING','title_loc_args':['Ann'],'body_loc_key':'NEWS'}"));
    }

    @Test
    void ownTagAndClickActionGoFirst() {
        JsonObject message = sent(PushRequest.builder(
                        target(),
                        Notification.builder()
                                .title("t")
                                .category("C")
                                .options(FcmOptions.builder()
                                        .tag("mine")
                                        .clickAction("OPEN")
                                        .androidPriority(FcmOptions.AndroidPriority.NORMAL)
                                        .build())
                                .build())
                .collapseId("theirs")
                .build());
        JsonObject android = message.getAsJsonObject("android");
        assertThat(android.get("priority").getAsString()).isEqualTo("NORMAL");
        assertThat(android.has("collapse_key")).isFalse();
        assertThat(android.getAsJsonObject("notification")).isEqualTo(json("{'tag':'mine','click_action':'OPEN'}"));
    }

    @Test
    void background() {
        Notification notification =
                Notification.builder().background().data("sync", "inbox").build();
        PushRequest request = PushRequest.builder(target(), notification)
                .collapseId("inbox")
                .stableId(false)
                .build();
        assertThat(sent(request))
                .isEqualTo(json("{'token':'" + Rig.TOKEN
                        + "','data':{'sync':'inbox'},'android':{'priority':'NORMAL','collapse_key':'inbox'}}"));
    }

    @Test
    void badgeOfZeroIsLeftOut() {
        assertThat(sent(Notification.builder().badge(0).build()).getAsJsonObject("android"))
                .isEqualTo(json("{'priority':'HIGH','notification':{}}"));
    }

    @Test
    void installationId() {
        Target fid = Target.fcm("com.acme.app", FcmAddress.fid("cOgB6w4eQqa8kJ3l5n7p9r"));
        JsonObject message = sent(PushRequest.of(fid, Notification.alert("a", "b")));
        assertThat(message.get("fid").getAsString()).isEqualTo("cOgB6w4eQqa8kJ3l5n7p9r");
        assertThat(message.has("token")).isFalse();
    }

    @Test
    void dryRun() {
        try (Rig dry = Rig.start(s -> s, b -> b.dryRun(true))) {
            assertThat(dry.push(Rig.TOKEN)).isInstanceOf(Accepted.class);
            assertThat(dry.fcm.journal().summary().dryRuns()).isEqualTo(1);
            assertThat(dry.fcm.journal().summary().accepted()).isZero();
        }
    }

    @Test
    void requestLineAndHeaders() {
        sent(Notification.alert("a", "b"));
        var requests = rig.fcm.requests();
        var last = requests.get(requests.size() - 1);
        assertThat(last.method()).isEqualTo("POST");
        assertThat(last.path()).isEqualTo("/v1/projects/" + rig.fcm.projectId() + "/messages:send");
        assertThat(last.header("content-type")).isEqualTo("application/json; charset=utf-8");
        assertThat(last.header("accept-encoding")).isEqualTo("identity");
        assertThat(last.header("content-length")).isNotEmpty();
    }

    @Test
    void timeToLiveIsClampedToFourWeeks() {
        JsonObject message = sent(PushRequest.builder(target(), Notification.alert("a", "b"))
                .expiresAt(Instant.now().plus(Duration.ofDays(400)))
                .build());
        assertThat(message.getAsJsonObject("android").get("ttl").getAsString()).isEqualTo("2419200s");
    }

    @Test
    void whatHasExpiredIsNotSent() {
        long before = rig.fcm.traffic().requests();
        assertThat(rig.push(PushRequest.builder(target(), Notification.alert("a", "b"))
                        .expiresAt(Instant.now().minusMillis(1))
                        .build()))
                .isInstanceOfSatisfying(
                        Unavailable.class, u -> assertThat(u.cause()).isEqualTo(Unavailable.Cause.NOT_SENT));
        assertThat(rig.fcm.traffic().requests()).isEqualTo(before);
    }

    @Test
    void textSurvivesAsItIs() {
        String text = "quote\" back\\ tab\t nul\u0000 line\n é 漢 \uD83D\uDE00 \u2028 </script>";
        JsonObject message =
                sent(Notification.builder().title(text).data("kéy", text).build());
        assertThat(message.getAsJsonObject("notification").get("title").getAsString())
                .isEqualTo(text);
        assertThat(message.getAsJsonObject("data").get("kéy").getAsString()).isEqualTo(text);
    }

    @Test
    void payloadOfExactlyTheLimit() {
        // "x" + value, "title" + "t": the request's id stands in data and tag.
        int others = "x".length() + "title".length() + 1 + "nk_id".length() + 36 + "tag".length() + 36;
        int room = MessageEncoder.MAX_PAYLOAD - others;
        sent(PushRequest.of(target(), withData("v".repeat(room))));
        Rejected tooLarge = rejected(withData("v".repeat(room + 1)));
        assertThat(tooLarge.reason()).isEqualTo("PAYLOAD_TOO_LARGE");
        assertThat(tooLarge.detail()).contains("4096", "4097");
        // Two bytes each in UTF-8, and no half of one fits.
        sent(PushRequest.of(target(), withData("é".repeat(room / 2))));
        assertThat(rejected(withData("é".repeat(room / 2 + 1))).reason()).isEqualTo("PAYLOAD_TOO_LARGE");
        // Escapes are JSON's, not the payload's.
        sent(PushRequest.of(target(), withData("\u0001".repeat(room))));
    }

    private static Notification withData(String value) {
        return Notification.builder().title("t").data("x", value).build();
    }

    @Test
    void hugePayloadIsRefusedWithoutBeingBuilt() {
        Notification.Builder many = Notification.builder().title("t");
        for (int i = 0; i < 10_000; i++) {
            many.data("key-" + i, "v".repeat(100));
        }
        assertThat(rejected(many.build()).reason()).isEqualTo("PAYLOAD_TOO_LARGE");
        assertThat(rejected(withData("v".repeat(50_000_000))).reason()).isEqualTo("PAYLOAD_TOO_LARGE");
    }

    @Test
    void halfASurrogatePairIsRefusedByName() {
        assertThat(rejected(Notification.alert("ok", "broken \uD83D")).detail()).startsWith("body holds");
        assertThat(rejected(Notification.alert("\uDE00", "ok")).detail()).startsWith("title holds");
        assertThat(rejected(withData("\uD83Dx")).detail()).startsWith("data field 'x' holds");
        assertThat(rejected(Notification.builder()
                                .title("t")
                                .data("\uD83D", "v")
                                .build())
                        .detail())
                .startsWith("the name of a data field holds");
        assertThat(rejected(Notification.builder()
                                .title(Text.localized("KEY", "\uD83D"))
                                .build())
                        .detail())
                .startsWith("title_loc_args holds");
    }

    @ParameterizedTest
    @ValueSource(strings = {"from", "message_type", "google", "google.x", "googley", "gcm", "gcm.n.e"})
    void reservedKeys(String key) {
        Rejected rejected =
                rejected(Notification.builder().title("t").data(key, "v").build());
        assertThat(rejected.reason()).isEqualTo("RESERVED_DATA_KEY");
        assertThat(rejected.detail()).contains("'" + key + "'");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../../v1/projects/other",
                "tok\r\nAuthorization: x",
                "tok en",
                " token-with-a-space",
                "<tok>",
                "tok\"en",
                "tok\\en",
                "tok\uD83D\uDE00",
                "tok\u0000",
                "fid:",
                "fid:../x",
                "fid:a b",
            })
    void hostileAddresses(String address) {
        if (address.startsWith("../")) {
            // Only text in a JSON string: it cannot leave its place, and FCM says what it is.
            assertThat(rig.service.check(Rig.request(address))).isEmpty();
            return;
        }
        Rejected rejected = rejected(Rig.request(address));
        assertThat(rejected.reason()).isEqualTo("INVALID_ADDRESS");
        assertThat(rejected.detail()).doesNotContain(address);
    }

    @Test
    void wrongRequests() {
        assertThat(rejected(PushRequest.of(Target.apns("com.acme.app", "ab12"), Notification.alert("a", "b")))
                        .reason())
                .isEqualTo("WRONG_PROVIDER");
        assertThat(rejected(Notification.builder().subtitle("only this").build())
                        .reason())
                .isEqualTo("NOTHING_TO_SHOW");
        for (String id : List.of("x".repeat(65), "a\r\nb", " ", "é".repeat(33))) {
            assertThat(rejected(PushRequest.builder(target(), Notification.alert("a", "b"))
                                    .collapseId(id)
                                    .build())
                            .reason())
                    .isEqualTo("INVALID_COLLAPSE_ID");
        }
        ProviderOptions foreign = () -> ProviderId.FCM;
        assertThat(rejected(Notification.builder().title("t").options(foreign).build())
                        .reason())
                .isEqualTo("INVALID_OPTIONS");
    }

    @Test
    void theWorldOfTheTargetDoesNotMatter() {
        Target sandbox = new Target(target().app(), ProviderId.FCM, Environment.SANDBOX, Rig.TOKEN);
        assertThat(rig.push(PushRequest.of(sandbox, Notification.alert("a", "b"))))
                .isInstanceOf(Accepted.class);
    }
}
