package dev.notifykit.push;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class NotificationTest {

    private record Options(ProviderId provider, int priority) implements ProviderOptions {}

    private record OtherOptions(ProviderId provider) implements ProviderOptions {}

    private static final Notification FULL = Notification.builder()
            .title("Title")
            .subtitle(Text.localized("key", "a", "b"))
            .body("Body")
            .badge(3)
            .sound("default")
            .image("https://example.com/i.png")
            .thread("t")
            .category("c")
            .data("z", "1")
            .data("a", "2")
            .options(new Options(ProviderId.APNS, 5))
            .build();

    @Test
    void holdsWhatWasSet() {
        assertThat(FULL.background()).isFalse();
        assertThat(FULL.title()).contains(Text.of("Title"));
        assertThat(FULL.subtitle()).contains(new Text.Localized("key", List.of("a", "b")));
        assertThat(FULL.body()).contains(Text.of("Body"));
        assertThat(FULL.badge()).hasValue(3);
        assertThat(FULL.sound()).contains("default");
        assertThat(FULL.image()).contains("https://example.com/i.png");
        assertThat(FULL.thread()).contains("t");
        assertThat(FULL.category()).contains("c");
        assertThat(FULL.data()).containsExactly(Map.entry("z", "1"), Map.entry("a", "2"));
    }

    @Test
    void holdsNothingElse() {
        Notification hello = Notification.builder().body("Hello").build();

        assertThat(hello.title()).isEmpty();
        assertThat(hello.subtitle()).isEmpty();
        assertThat(hello.badge()).isEmpty();
        assertThat(hello.sound()).isEmpty();
        assertThat(hello.image()).isEmpty();
        assertThat(hello.thread()).isEmpty();
        assertThat(hello.category()).isEmpty();
        assertThat(hello.data()).isEmpty();
        assertThat(hello.options(ProviderId.APNS, Options.class)).isEmpty();
    }

    @Test
    void isAValueThatABuilderCannotChangeAfterwards() {
        Notification.Builder builder = FULL.toBuilder();
        Notification copy = builder.build();
        builder.title("Other").data("later", "x");

        assertThat(copy).isEqualTo(FULL).hasSameHashCodeAs(FULL);
        assertThat(builder.build()).isNotEqualTo(FULL);
        assertThatThrownBy(() -> copy.data().put("k", "v")).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void optionsBelongToOneProvider() {
        assertThat(FULL.options(ProviderId.APNS, Options.class)).contains(new Options(ProviderId.APNS, 5));
        assertThat(FULL.options(ProviderId.FCM, Options.class)).isEmpty();
        assertThatThrownBy(() -> FULL.options(ProviderId.APNS, OtherOptions.class))
                .isInstanceOf(ClassCastException.class);
        assertThat(FULL.toBuilder()
                        .options(new Options(ProviderId.APNS, 10))
                        .build()
                        .options(ProviderId.APNS, Options.class))
                .contains(new Options(ProviderId.APNS, 10));
    }

    @Test
    void anAlertShowsSomething() {
        assertProblems(Notification.builder(), "title");
        assertProblems(Notification.builder().data("k", "v").thread("t"), "title");
        assertThat(Notification.builder().badge(0).build().badge()).hasValue(0);
        assertThat(Notification.builder().sound("default").build().background()).isFalse();
    }

    @Test
    void aBackgroundNotificationShowsNothing() {
        assertThat(Notification.builder().background().data("k", "v").build().background())
                .isTrue();
        assertThat(Notification.builder().background().build().background()).isTrue();
        assertProblems(Notification.builder().background().title("Hello"), "background");
        assertProblems(Notification.builder().background().sound("default"), "background");
        assertProblems(Notification.builder().background().badge(1), "background");
        assertProblems(Notification.builder().background().image("https://example.com/i.png"), "background");
    }

    @Test
    void saysAllThatIsWrong() {
        assertProblems(
                Notification.builder()
                        .background()
                        .badge(-1)
                        .image("http://example.com/i.png")
                        .data("aps", "x")
                        .data("nk_id", "x")
                        .data(" ", "x"),
                "background",
                "badge",
                "image",
                "data",
                "data",
                "data");
    }

    @Test
    void aLocalisationKeyIsNotBlank() {
        assertThatThrownBy(() -> Text.localized(" ")).isInstanceOf(IllegalArgumentException.class);
    }

    private static void assertProblems(Notification.Builder builder, String... fields) {
        assertThatThrownBy(builder::build)
                .isInstanceOfSatisfying(
                        InvalidConfigurationException.class,
                        e -> assertThat(e.problems())
                                .extracting(problem -> problem.substring(0, problem.indexOf(':')))
                                .containsExactly(fields));
    }
}
