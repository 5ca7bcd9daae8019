package dev.notifykit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.notifykit.fanout.Audience;
import dev.notifykit.fanout.FanOutHandler;
import dev.notifykit.lane.LaneKey;
import dev.notifykit.lane.LaneLimits;
import dev.notifykit.observe.PushListener;
import dev.notifykit.push.InvalidConfigurationException;
import dev.notifykit.push.Notification;
import dev.notifykit.push.ProviderId;
import dev.notifykit.push.PushRequest;
import dev.notifykit.push.Target;
import dev.notifykit.testing.FakePushService;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A builder names everything that is wrong, at once. */
class PushClientBuilderTest {

    @Test
    void anEmptyBuilderSaysWhatIsMissing() {
        assertThatThrownBy(() -> PushClient.builder().build())
                .isInstanceOfSatisfying(
                        InvalidConfigurationException.class,
                        e -> assertThat(e.problems())
                                .singleElement()
                                .asString()
                                .startsWith("app: no app has a provider"));
    }

    @Test
    void allProblemsAreNamedTogether() {
        FakePushService apns = FakePushService.create(ProviderId.APNS);
        FanOutHandler handler = FanOutHandler.builder("all")
                .audience(Audience.of(List.of()))
                .lanes(LaneKey.of("app", ProviderId.FCM))
                .build();
        assertThatThrownBy(() -> PushClient.builder()
                        .app("app", apns)
                        .app("app", apns)
                        .app("not a bundle id", apns)
                        .handler(handler)
                        .handler(handler)
                        .limits(LaneKey.of("other", ProviderId.APNS), LaneLimits.defaults())
                        .pageSize(0)
                        .openPages(0)
                        .maxShards(0)
                        .parkedLimit(0)
                        .lease(Duration.ofMillis(1))
                        .build())
                .isInstanceOfSatisfying(
                        InvalidConfigurationException.class,
                        e -> assertThat(e.problems())
                                .hasSize(11)
                                .anyMatch(line -> line.contains("registered twice") && line.startsWith("app"))
                                .anyMatch(line -> line.contains("printable ASCII"))
                                .anyMatch(line -> line.startsWith("handler") && line.contains("registered twice"))
                                .anyMatch(line -> line.startsWith("handler") && line.contains("app/fcm/PRODUCTION"))
                                .anyMatch(line -> line.startsWith("limits"))
                                .anyMatch(line -> line.startsWith("pageSize"))
                                .anyMatch(line -> line.startsWith("openPages"))
                                .anyMatch(line -> line.startsWith("maxShards"))
                                .anyMatch(line -> line.startsWith("parkedLimit"))
                                .anyMatch(line -> line.startsWith("lease")));
    }

    @Test
    void aClosedClientLeavesNoThreadBehind() {
        Set<Thread> before = Thread.getAllStackTraces().keySet();
        FakePushService apns = FakePushService.create(ProviderId.APNS);
        PushClient client = PushClient.builder()
                .app("app", apns)
                .listener(new PushListener() {})
                .build();
        client.start();
        Await.result(client.send(PushRequest.of(Target.apns("app", "t"), Notification.alert("a", "b"))));
        assertThat(ours(before)).isNotEmpty().allMatch(Thread::isDaemon);
        client.close();
        assertThat(apns.closed()).isTrue();
        Await.until("all threads have left", () -> ours(before).isEmpty());
    }

    private static List<Thread> ours(Set<Thread> before) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> !before.contains(thread) && thread.getName().startsWith("notify-"))
                .toList();
    }
}
