package dev.notifykit.http2;

import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.http2.Http2End.Response;
import dev.notifykit.http2.Http2End.Unsent;
import dev.notifykit.http2.peer.Peer;
import dev.notifykit.http2.peer.Request;
import io.netty.handler.codec.http2.Http2Error;
import java.time.Duration;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A server that does whatever it likes: every request ends once, and what is said of it is true. The random numbers follow from the seed; what
 * they meet does not, so that a failure may take some runs to come back.
 */
@ExtendWith(NoLeaks.class)
class Http2ModelTest {

    private static final int REQUESTS = 2_000;

    private final Set<String> refused = ConcurrentHashMap.newKeySet();

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void whatIsSaidIsTrue(long seed) {
        Random random = new Random(seed);
        Random moods = new Random(seed + 1_000);
        try (Peer peer = Peer.start(request -> decide(request, moods));
                Sender sender = new Sender(
                        peer,
                        builder -> builder.connections(1 + random.nextInt(3))
                                .streams(1 + random.nextInt(60))
                                .requestTimeout(Duration.ofSeconds(2)))) {
            for (int i = 0; i < REQUESTS; i++) {
                String id = "m" + i;
                sender.send(id, "x".repeat(random.nextInt(10) == 0 ? random.nextInt(30_000) : random.nextInt(400)));
                if (random.nextInt(300) == 0) {
                    Http2Call call = sender.calls().get("m" + random.nextInt(i + 1));
                    if (call != null) {
                        call.abort();
                    }
                }
                if (random.nextInt(300) == 0) {
                    peer.connections().forEach(connection -> connection.streams(1 + random.nextInt(50)));
                }
            }
            sender.awaitAll(REQUESTS);

            sender.ends().forEach((id, all) -> {
                Http2End end = all.get(0);
                assertThat(peer.complete(id)).as("%s %s came", id, end).isLessThanOrEqualTo(1);
                if (end instanceof Response) {
                    assertThat(peer.answered(id))
                            .as("%s %s was answered", id, end)
                            .isEqualTo(1);
                } else if (end instanceof Unsent unsent) {
                    assertThat(peer.answered(id))
                            .as("%s %s was answered", id, end)
                            .isZero();
                    if (!unsent.refused()) {
                        assertThat(peer.complete(id)).as("%s %s came", id, end).isZero();
                    }
                }
            });
            assertThat(sender.responses()).isPositive();
            assertThat(refused).isNotEmpty();
        }
    }

    private void decide(Request request, Random moods) {
        int mood = moods.nextInt(1_000);
        if (mood < 700) {
            request.answer(200, "ok");
        } else if (mood < 900) {
            request.later(moods.nextInt(30), () -> request.answer(200, "later"));
        } else if (mood < 930) {
            refused.add(request.id());
            request.reset(Http2Error.REFUSED_STREAM);
        } else if (mood < 950) {
            request.reset(Http2Error.INTERNAL_ERROR);
        } else if (mood < 960) {
            request.answerWith(200_000);
        } else if (mood < 965) {
            request.connection().goAway(request.stream() - 2 * moods.nextInt(5), Http2Error.NO_ERROR);
            request.later(1, () -> request.answer(200, "after all"));
        } else if (mood < 970) {
            request.connection().kill();
        } else if (mood < 998) {
            request.answerWithoutBody(503);
        }
        // Else it is never answered.
    }
}
