package dev.notifykit.fcm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.push.PushRequest;
import dev.notifykit.push.PushResponse;
import dev.notifykit.push.PushResponse.Accepted;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class SendTest {

    @Test
    void acceptsAPush() {
        try (Rig rig = Rig.start()) {
            PushRequest request = Rig.request(Rig.TOKEN);
            assertThat(rig.push(request))
                    .isInstanceOfSatisfying(
                            Accepted.class,
                            a -> assertThat(a.providerMessageId())
                                    .startsWith("projects/" + rig.fcm.projectId() + "/messages/"));
            assertThat(rig.fcm.journal().count(request.id().toString())).isEqualTo(1);
        }
    }

    @Test
    void fiveHundredAtOnceOpenAsManyConnectionsAsConfigured() {
        try (Rig rig = Rig.start()) {
            List<CompletableFuture<PushResponse>> open = new ArrayList<>();
            for (int i = 0; i < 500; i++) {
                open.add(rig.start("token-" + i));
            }
            assertThat(open).allSatisfy(f -> assertThat(Rig.await(f)).isInstanceOf(Accepted.class));
            assertThat(rig.fcm.traffic().connections()).isEqualTo(5);
            assertThat(rig.fcm.traffic().requests()).isEqualTo(500);
            assertThat(rig.oauth().requests()).isEqualTo(1);
        }
    }
}
