package dev.notifykit.push;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.notifykit.fanout.AudienceRow;
import dev.notifykit.fanout.FanOutSpec;
import dev.notifykit.result.RowResult;
import dev.notifykit.result.SendResult;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class PushValuesTest {

    private static final String TOKEN = "s3cret-device-token-0123456789abcd";
    private static final Target TARGET = Target.apns("com.acme.app", TOKEN);

    @Test
    void nothingShowsATokenOrAPayload() {
        Notification notification = Notification.builder()
                .title("secret title")
                .subtitle(Text.localized("secret.key", "secret arg"))
                .body("secret body")
                .sound("secret.caf")
                .image("https://secret.example/i.png")
                .thread("secret thread")
                .category("secret category")
                .data("secret key", "secret value")
                .build();
        PushRequest request = PushRequest.builder(TARGET, notification)
                .collapseId("secret id")
                .build();
        AudienceRow row = new AudienceRow("key", TARGET, "de", "UTC", Map.of("secret name", "secret value"));
        FanOutSpec spec = FanOutSpec.builder(FanOutId.of("f"), "h", notification)
                .parameters(Map.of("secret", "secret"))
                .collapseId("secret id")
                .build();

        assertThat(List.of(
                        TARGET,
                        Target.fcm("com.acme.app", "secret-short"),
                        notification,
                        Text.of("secret"),
                        Text.localized("secret", "secret"),
                        request,
                        row,
                        spec,
                        new RowResult(
                                FanOutId.of("f"), 0, "key", RequestId.random(), TARGET, new SendResult.Expired())))
                .extracting(Object::toString)
                .noneMatch(text -> text.contains("secret") || text.contains("s3cret") || text.contains("0123456789"));
    }

    @Test
    void aTargetShowsItsLaneAndFourCharactersOfALongAddress() {
        assertThat(TARGET).hasToString("com.acme.app/apns/PRODUCTION/…abcd");
        assertThat(Target.fcm("com.acme.app", "a@b.example")).hasToString("com.acme.app/fcm/PRODUCTION/…");
    }

    @Test
    void aTargetHasAnAddressOfSaneLength() {
        int most = Target.MAX_ADDRESS_LENGTH;

        assertThat(Target.fcm("a", "x".repeat(most)).address()).hasSize(most);
        for (String bad : List.of("", "   ", "secret".repeat(most))) {
            assertThatThrownBy(() -> Target.fcm("a", bad))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageNotContaining("secret");
        }
    }

    @Test
    void namesArePrintableAsciiWithoutSpaces() {
        for (Function<String, Object> of : List.<Function<String, Object>>of(AppId::of, ProviderId::of, FanOutId::of)) {
            assertThat(of.apply("com.acme.app")).hasToString("com.acme.app").isEqualTo(of.apply("com.acme.app"));
            assertThat(of.apply("x".repeat(200))).asString().hasSize(200);
            for (String bad : List.of("", " ", "a b", "a\nb", "a\u0000", "ä", "a\u007f", "x".repeat(201))) {
                assertThatThrownBy(() -> of.apply(bad)).as(bad).isInstanceOf(IllegalArgumentException.class);
            }
        }
        assertThat(FanOutId.random()).isNotEqualTo(FanOutId.random());
    }

    @Test
    void aRequestIdIsReadAsItIsWritten() {
        RequestId id = RequestId.random();
        assertThat(RequestId.parse(id.toString())).isEqualTo(id);
        assertThat(id.toString()).matches("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
        UUID value = UUID.fromString("00000000-0000-000a-8000-00000000000B");
        assertThat(RequestId.parse("00000000-0000-000A-8000-00000000000B"))
                .isEqualTo(new RequestId(value))
                .hasToString("00000000-0000-000a-8000-00000000000b");
        for (String bad : List.of("", "x", "1-2-3-4-5", id + "0", id.toString().replace("-", ""))) {
            assertThatThrownBy(() -> RequestId.parse(bad)).as(bad).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void aRequestHasAFreshIdAndIsUrgentUnlessToldOtherwise() {
        Notification hello = Notification.alert("Hello", "World");
        PushRequest request = PushRequest.of(TARGET, hello);

        assertThat(request.id()).isNotEqualTo(PushRequest.of(TARGET, hello).id());
        assertThat(request.urgency()).isEqualTo(Urgency.URGENT);
        assertThat(request.expiresAt()).isEmpty();
        assertThat(request.collapseId()).isEmpty();
        assertThat(request.stableId()).isTrue();
    }

    @Test
    void aRequestIsAValue() {
        RequestId id = RequestId.random();
        Instant end = Instant.parse("2026-01-01T00:00:00Z");
        PushRequest.Builder builder = PushRequest.builder(TARGET, Notification.alert("Hello", "World"))
                .id(id)
                .expiresAt(end)
                .urgency(Urgency.BULK)
                .collapseId("c")
                .stableId(false);
        PushRequest request = builder.build();

        assertThat(request).isEqualTo(builder.build()).hasSameHashCodeAs(builder.build());
        assertThat(request.expiresAt()).contains(end);
        assertThat(request.collapseId()).contains("c");
        assertThat(request).isNotEqualTo(builder.stableId(true).build());
        assertThat(builder.id(RequestId.random()).build())
                .isNotEqualTo(builder.id(id).build());
    }

    @Test
    void problemsAreToldAllAtOnce() {
        Problems problems = new Problems("Thing");
        assertThat(problems.none()).isTrue();
        problems.throwIfAny();
        problems.require(true, "fine", "is fine", "leave it");
        problems.require(false, "size", "must be at least 1, is 0", "give 1");
        problems.add("name", "is missing", "give one");

        assertThat(problems.none()).isFalse();
        assertThatThrownBy(problems::throwIfAny)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("Thing has 2 problems:")
                .isInstanceOfSatisfying(
                        InvalidConfigurationException.class,
                        e -> assertThat(e.problems())
                                .containsExactly(
                                        "size: must be at least 1, is 0 (give 1)", "name: is missing (give one)"));
    }
}
